// Completes the name of a place while it is typed: a combobox by the ARIA 1.2 pattern, whose last option takes what is
// typed as words. Without scripts the form leads to a page with the same places. A button finds the place where the device is, by js/nearest_place.js.
const WAIT = 120;

for (const form of document.querySelectorAll("[data-place-box]")) {
  const field = form.elements.q;
  const list = form.querySelector("[role=listbox]");
  const status = form.querySelector("[data-found]");
  let active = -1;
  let waiting = 0;
  let asking = null;

  const set = (values) => Object.entries(values).forEach(([name, value]) => field.setAttribute(name, value));
  set({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" });

  const forget = () => {
    clearTimeout(waiting);
    asking?.abort();
  };

  const close = () => {
    list.hidden = true;
    set({ "aria-expanded": "false" });
    mark(-1);
  };

  const mark = (at) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const option = list.children[at];
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    set({ "aria-activedescendant": option.id });
  };

  const choose = (option) => {
    forget();
    location.assign(option.dataset.address);
  };

  const listWith = (values, list = form.dataset.list) => {
    const address = new URL(list, location.href);
    for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
    return address.href;
  };

  const addressOf = (place) => {
    if (place.kind === "country") return listWith({ country: place.country });
    if (place.kind === "region") return listWith({ city: place.key });
    return listWith({ near: place.key, within: form.dataset.within });
  };

  const optionTo = (address, at) => {
    const option = document.createElement("li");
    option.id = `${list.id}-${at}`;
    option.className = "place-box-option";
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.address = address;
    return option;
  };

  const optionOf = (place, at) => {
    const option = optionTo(addressOf(place), at);
    const region = place.region === place.name ? "" : place.region;
    // A city and its region may have one name.
    const kind = place.kind === "region" ? form.dataset.wordRegion : "";
    const around = place.kind === "country" ? [] : [kind, region, place.country_name].filter(Boolean);
    for (const [name, words] of [["name", place.name], ["where", around.join(", ")]]) {
      if (!words) continue;
      if (option.childNodes.length) option.append(" ");
      const part = document.createElement("span");
      part.className = `place-box-${name}`;
      part.dir = "auto";
      part.textContent = words;
      option.append(part);
    }
    return option;
  };

  const ask = async () => {
    const typed = field.value.trim();
    if (!typed) return;
    asking = new AbortController();
    const query = new URLSearchParams({ q: typed });
    for (const name of ["near", "country"]) if (form.dataset[name]) query.set(name, form.dataset[name]);
    let places;
    try {
      const answer = await fetch(`${form.dataset.complete}?${query}`, { signal: asking.signal });
      if (!answer.ok) return;
      places = await answer.json();
    } catch {
      // A newer question, or no connection: the button still works.
      return;
    }
    close();
    const inActions = optionTo(listWith({ q: typed }, form.dataset.words), places.length);
    inActions.textContent = form.dataset.inActions.replace("%s", () => typed);
    list.replaceChildren(...places.map(optionOf), inActions);
    list.hidden = false;
    set({ "aria-expanded": "true" });
    status.textContent = places.length ? status.dataset.some.replace("%d", places.length) : status.dataset.none;
  };

  field.addEventListener("input", () => {
    forget();
    status.textContent = "";
    if (field.value.trim()) waiting = setTimeout(ask, WAIT);
    else close();
  });

  field.addEventListener("keydown", (event) => {
    const many = list.children.length;
    if (event.isComposing || list.hidden || !many) {
      if (event.key === "ArrowDown" && many && field.value.trim()) {
        list.hidden = false;
        set({ "aria-expanded": "true" });
        mark(0);
        event.preventDefault();
      }
      return;
    }
    if (event.key === "ArrowDown") mark(active + 1 < many ? active + 1 : 0);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : many - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
    else return;
    event.preventDefault();
  });

  const here = form.querySelector("[data-here]");
  const said = form.querySelector("[data-here-status]");
  const goHere = async () => {
    if (here.getAttribute("aria-disabled") === "true") return;
    here.setAttribute("aria-disabled", "true");
    said.textContent = said.dataset.wordsLooking;
    let asked;
    try {
      asked = await import(here.dataset.script);
      location.assign(listWith({ near: await asked.nearestPlace(here.dataset.places), within: form.dataset.within }));
    } catch (error) {
      said.textContent = asked && error instanceof asked.Refused ? said.dataset.wordsRefused : said.dataset.wordsFailed;
    } finally {
      here.removeAttribute("aria-disabled");
    }
  };
  here?.addEventListener("click", goHere);

  field.addEventListener("blur", close);
  form.addEventListener("submit", forget);
  // The field keeps the focus, so that a press does not close the list before it is a click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
}
