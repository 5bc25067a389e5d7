// How an action repeats: folds away the parts that do not go with what is chosen, and says what it comes to while one
// chooses. What a rule means is known to the server alone.
const WAIT = 250;

for (const field of document.querySelectorAll("[data-repeats]")) {
  const form = field.closest("form");
  const every = field.querySelector("select[name$=_every]");
  const ends = field.querySelector("select[name$=_ends]");
  const said = field.querySelector("[data-repeats-said]");
  const name = every.name.slice(0, -"_every".length);
  const asked = new RegExp(`^(initial-)?(${name}(_\\w+)?|start_date|start_time)$`);
  let waiting = 0;
  let asking = null;
  let last = null;

  const fold = () => {
    for (const part of field.querySelectorAll("[data-repeats-every]")) {
      const { repeatsEvery, repeatsEnds } = part.dataset;
      const fits = repeatsEvery.split(" ").includes(every.value) && (!repeatsEnds || repeatsEnds === ends.value);
      part.hidden = !fits;
      // What is not seen is not sent.
      for (const input of part.querySelectorAll("input, select")) input.disabled = !fits;
    }
  };

  const query = () => {
    const sent = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (asked.test(key)) sent.append(key, value);
    return sent.toString();
  };

  const ask = async () => {
    const now = query();
    if (now === last) return;
    last = now;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${field.dataset.address}?${now}`, { signal: asking.signal });
      // A page of somebody who was logged out meanwhile is no answer.
      if (answer.ok && !answer.redirected) said.innerHTML = await answer.text();
    } catch {
      // Without a network what was said last stays; the form says the rest when it is sent.
    }
  };

  const follow = () => {
    fold();
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  };

  for (const plain of field.querySelectorAll("[data-repeats-plain]")) plain.hidden = true;
  fold();
  last = query();
  // Django's calendar sets a day without an event, and then the focus.
  for (const event of ["input", "change", "focusin"]) form.addEventListener(event, follow);
}
