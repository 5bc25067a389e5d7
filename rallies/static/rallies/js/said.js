// Says below a field of the desk what it comes to, while one types. What fields mean is known to the server alone:
// data-said is its address, data-said-asks the names of the fields that it is asked with, parts of them included, and
// data-said-by="post" says that they are too long for an address. In a fold it asks while that is open.
const WAIT = 250;

for (const said of document.querySelectorAll("[data-said]")) {
  const form = said.closest("form");
  const fold = said.closest("[data-said-fold]");
  const isPosted = said.dataset.saidBy === "post";
  const asked = new RegExp(`^(initial-)?(${said.dataset.saidAsks.split(" ").join("|")})(_\\w+)?$`);
  let waiting = 0;
  let asking = null;

  const query = () => {
    const sent = new URLSearchParams();
    for (const [key, value] of new FormData(form)) if (asked.test(key)) sent.append(key, value);
    return sent.toString();
  };
  let last = fold ? null : query();

  const request = (now, signal) => {
    if (!isPosted) return fetch(`${said.dataset.said}?${now}`, { signal });
    const body = new URLSearchParams(now);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    return fetch(said.dataset.said, { method: "POST", body, signal });
  };

  const ask = async () => {
    const now = query();
    if (now === last || (fold && !fold.open)) return;
    last = now;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await request(now, asking.signal);
      // A page of somebody who was logged out meanwhile is no answer.
      if (!answer.ok || answer.redirected) return;
      const text = await answer.text();
      const held = said.contains(document.activeElement) && document.activeElement.id;
      said.innerHTML = text;
      // What somebody just pressed in it is there again once other scripts have seen to it.
      if (held) setTimeout(() => document.getElementById(held)?.focus());
    } catch {
      // Without a network what was said last stays; the form says the rest when it is sent.
    }
  };

  const follow = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  };

  // Django's calendar sets a day without an event, and then the focus.
  for (const event of ["input", "change", "focusin"]) form.addEventListener(event, follow);
  if (fold) {
    fold.hidden = false;
    fold.addEventListener("toggle", ask);
  }
}
