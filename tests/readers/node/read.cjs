// node read.cjs ical.js|node-ical: reads a question as JSON from standard input and prints the answer as JSON. The question names the
// directory with the packages, the files, the first and the last moment, and what our data say of zones.
"use strict";

const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { differing } = require("./zones.cjs");

const name = process.argv[2];
const question = JSON.parse(readFileSync(0, "utf8"));
const library = createRequire(question.packages)(name);
const { read } = require(name === "ical.js" ? "./ical_js.cjs" : "./node_ical.cjs");
const window = { first: new Date(question.first), last: new Date(question.last) };
const instances = {};
for (const [key, file] of Object.entries(question.files)) {
  instances[key] = read(library.default || library, readFileSync(file, "utf8"), window);
}
process.stdout.write(JSON.stringify({ instances, differing: differing(question.zones), zoneData: process.versions.tz }));
