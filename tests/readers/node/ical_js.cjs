// ical.js, which Thunderbird and Nextcloud read with: every instance of a file. It knows the clocks of a zone from the file alone.
"use strict";

const MOST = 5000;

exports.read = function read(ICAL, text, window) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const others = {};
  const events = [];
  for (const component of calendar.getAllSubcomponents("vevent")) {
    // Left to itself it takes the exceptions of all series for its own.
    const event = new ICAL.Event(component, { exceptions: [], strictExceptions: true });
    if (event.isRecurrenceException()) {
      (others[event.uid] ||= []).push(event);
    } else {
      events.push(event);
    }
  }
  return events.flatMap((event) => {
    (others[event.uid] || []).forEach((other) => event.relateException(other));
    return event.isRecurring() ? expanded(event, window) : [told(event, event.startDate, event.startDate, event.endDate)];
  });
};

function expanded(event, window) {
  const found = [];
  const dates = event.iterator();
  for (let date = dates.next(); date && found.length < MOST && date.toJSDate() < window.last; date = dates.next()) {
    const each = event.getOccurrenceDetails(date);
    found.push(told(each.item, each.recurrenceId, each.startDate, each.endDate));
  }
  return found;
}

function told(event, own, start, end) {
  return {
    uid: event.uid,
    own: form(own),
    start: form(start),
    end: form(end),
    status: event.component.getFirstPropertyValue("status"),
    summary: event.summary,
    location: event.location,
    description: event.description,
  };
}

function form(time) {
  return time.isDate ? time.toString() : new Date(time.toUnixTime() * 1000).toISOString().replace(".000Z", "Z");
}
