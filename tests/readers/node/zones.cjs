// Which of the given zones this Node's own data tell otherwise: zones are { name: [[seconds since 1970, offset in seconds], ...] }.
"use strict";

function offsetAt(format, seconds) {
  const parts = Object.fromEntries(format.formatToParts(new Date(seconds * 1000)).map((part) => [part.type, Number(part.value)]));
  const wall = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return wall / 1000 - seconds;
}

exports.differing = function differing(zones) {
  return Object.keys(zones).filter((name) => {
    let format;
    try {
      format = new Intl.DateTimeFormat("en-US", {
        timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
      });
    } catch {
      return true; // a zone that these data do not know
    }
    return zones[name].some(([seconds, offset]) => offsetAt(format, seconds) !== offset);
  });
};
