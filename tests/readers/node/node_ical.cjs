// node-ical, which MagicMirror and others read with: every instance of a file. It knows the clocks of a zone from Node's own data.
"use strict";

exports.read = function read(ical, text, window) {
  const found = [];
  for (const event of Object.values(ical.sync.parseICS(text))) {
    if (event.type !== "VEVENT") {
      continue;
    }
    for (const each of ical.expandRecurringEvent(event, { from: window.first, to: window.last })) {
      found.push({
        uid: event.uid,
        own: form(each.event.recurrenceid || each.start, each.isFullDay),
        start: form(each.start, each.isFullDay),
        end: form(each.end, each.isFullDay),
        status: each.event.status,
        summary: each.summary,
        location: each.event.location,
        description: each.event.description,
      });
    }
  }
  return found;
};

// A day is the midnight that begins it, on the clock of the machine: TZ is UTC.
function form(moment, isDay) {
  const text = moment.toISOString();
  return isDay ? text.slice(0, 10) : text.replace(".000Z", "Z");
}
