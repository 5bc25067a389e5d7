// The place of an action: completes what is typed with known locations and cities, as the server names them, and remembers
// what was chosen. Without scripts the form comes back with the same to choose from.
const WAIT = 150;

for (const where of document.querySelectorAll("[data-where]")) {
  const field = where.querySelector("[name$=_words]");
  const value = where.querySelector("[data-where-value]");
  const list = where.querySelector("[role=listbox]");
  const status = where.querySelector("[data-where-status]");
  const other = where.querySelector(".where-other");
  let active = -1;
  let waiting = 0;
  let asking = null;

  const set = (values) => Object.entries(values).forEach(([name, to]) => field.setAttribute(name, to));
  set({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" });

  const mark = (at) => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = at;
    const option = list.children[at];
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    set({ "aria-activedescendant": option.id });
  };

  const open = (isOpen) => {
    list.hidden = !isOpen;
    set({ "aria-expanded": String(isOpen) });
    mark(-1);
  };

  const forget = () => {
    clearTimeout(waiting);
    asking?.abort();
  };

  // What was offered to choose from goes with the words that it was offered for.
  const keep = (chosen) => {
    value.value = chosen;
    for (const radio of where.querySelectorAll("[name$=_choice]")) radio.checked = false;
    value.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const choose = (option) => {
    forget();
    open(false);
    if (option.dataset.value === "other") {
      keep("");
      other.open = true;
      const venue = other.querySelector("[name$=_venue]");
      if (!venue.value) venue.value = field.value.trim();
      field.value = "";
      venue.focus();
      return;
    }
    field.value = option.dataset.words;
    // Or what was described of another place would stand beside it.
    for (const input of other.querySelectorAll("input[type=text]")) input.value = "";
    other.open = false;
    keep(option.dataset.value);
  };

  const ask = async () => {
    const typed = field.value.trim();
    if (!typed) return;
    asking = new AbortController();
    try {
      const answer = await fetch(`${where.dataset.complete}?${new URLSearchParams({ q: typed })}`, { signal: asking.signal });
      if (!answer.ok || answer.redirected) return;
      list.innerHTML = await answer.text();
    } catch {
      // A newer question, or no connection: the form comes back with what fits.
      return;
    }
    const count = list.children.length;
    const last = document.createElement("li");
    last.id = `${list.id}-other`;
    last.className = "place-box-option";
    last.setAttribute("role", "option");
    last.setAttribute("aria-selected", "false");
    last.dataset.value = "other";
    last.textContent = `${where.dataset.wordsOther}: ${typed}`;
    list.append(last);
    open(true);
    // On a phone, what fits would stand below the screen or under the keyboard.
    if (list.getBoundingClientRect().bottom > innerHeight) field.scrollIntoView({ block: "start" });
    status.textContent = count ? status.dataset.some.replace("%d", count) : status.dataset.none;
  };

  field.addEventListener("input", () => {
    forget();
    status.textContent = "";
    if (value.value) keep("");
    if (field.value.trim()) waiting = setTimeout(ask, WAIT);
    else open(false);
  });

  field.addEventListener("keydown", (event) => {
    const many = list.children.length;
    if (event.isComposing) return;
    if (list.hidden || !many) {
      if (event.key !== "ArrowDown" || !many || !field.value.trim()) return;
      open(true);
      mark(0);
    } else if (event.key === "ArrowDown") mark(active + 1 < many ? active + 1 : 0);
    else if (event.key === "ArrowUp") mark(active > 0 ? active - 1 : many - 1);
    else if (event.key === "Escape") open(false);
    else if (event.key === "Enter") choose(list.children[Math.max(active, 0)]);
    else return;
    event.preventDefault();
  });

  // Before the field loses the focus, and the list closes.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });
  field.addEventListener("blur", () => {
    clearTimeout(waiting);
    open(false);
  });
}
