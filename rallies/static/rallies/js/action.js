// The page of one action: when it is on the visitor's own clock, and no link that their device has no app for. Nothing is sent.
const lang = document.documentElement.lang;
// English as the rest of the page has it, and the digits of the page in every language.
const locale = `${lang === "en" ? "en-150" : lang}-u-nu-latn`;

// Minutes that a time such as 2025-11-15T14:00-05:00 is ahead of UTC.
function offset(local) {
  const [, sign, hours, minutes] = local.match(/([+-])(\d\d):(\d\d)$/) ?? ["", "+", "0", "0"];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

// The year only where it is another one than there; as on the server, no line ends inside a pair of times.
function wordsOf(starts, ends, year) {
  const form = new Intl.DateTimeFormat(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(starts.getFullYear() !== year && { year: "numeric" }),
    hour: "numeric",
    minute: "2-digit",
    timeZoneName: "short",
  });
  return (ends ? form.formatRange(starts, ends) : form.format(starts)).replace(/(\d)–(\d)/g, "$1–\u2060$2");
}

for (const line of document.querySelectorAll("[data-own-time]")) {
  const { starts, ends, local, words } = line.dataset;
  const moment = new Date(starts);
  if (-moment.getTimezoneOffset() === offset(local)) continue;
  line.textContent = words.replace("{when}", wordsOf(moment, ends && new Date(ends), Number(local.slice(0, 4))));
  line.hidden = false;
}

// Apple's devices open no geo: address.
if (/Mac|iPhone|iPad/.test(navigator.platform)) for (const link of document.querySelectorAll("[data-phone-map]")) link.remove();
