// How an action repeats: folds away the parts that do not go with what is chosen, and makes buttons of the days in the small
// calendar, by which a date is skipped. js/said.js says what it comes to.
for (const field of document.querySelectorAll("[data-repeats]")) {
  const every = field.querySelector("select[name$=_every]");
  const ends = field.querySelector("select[name$=_ends]");

  const fold = () => {
    for (const part of field.querySelectorAll("[data-repeats-every]")) {
      const { repeatsEvery, repeatsEnds } = part.dataset;
      const fits = repeatsEvery.split(" ").includes(every.value) && (!repeatsEnds || repeatsEnds === ends.value);
      part.hidden = !fits;
      // What is not seen is not sent.
      for (const input of part.querySelectorAll("input, select")) input.disabled = !fits;
    }
  };

  const skipped = field.querySelector("input[name$=_skipped]");
  const picked = field.querySelector("input[name$=_picked]");
  const said = field.querySelector("[data-said]");

  const offer = () => {
    for (const day of said.querySelectorAll("strong[data-day]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = day.className;
      button.id = `skip-${day.dataset.day}`;
      Object.assign(button.dataset, day.dataset);
      button.textContent = day.textContent;
      button.setAttribute("aria-label", day.dataset.words);
      button.setAttribute("aria-pressed", day.dataset.state !== "skipped");
      day.replaceWith(button);
    }
  };

  if (picked) {
    for (const words of field.querySelectorAll("[data-repeats-picks]")) words.hidden = false;
    said.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-day]");
      if (!button) return;
      const { day } = button.dataset;
      const days = new Set(said.querySelector("[data-repeats-skips]").dataset.repeatsSkips.split(" "));
      if (!days.delete(day)) days.add(day);
      skipped.value = [...days].filter(Boolean).sort().join(" ");
      picked.value = "1";
      button.dispatchEvent(new Event("change", { bubbles: true }));
    });
    new MutationObserver(offer).observe(said, { childList: true });
    offer();
  }

  for (const plain of field.querySelectorAll("[data-repeats-plain]")) plain.hidden = true;
  fold();
  for (const event of ["input", "change"]) field.addEventListener(event, fold);
}
