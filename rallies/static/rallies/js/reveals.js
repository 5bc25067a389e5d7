// From when on a withheld place is shown: folds the moment away where it does not go with what is chosen.
for (const field of document.querySelectorAll("[data-reveal]")) {
  const row = field.closest(".desk-field");
  const form = field.closest("form");
  const parts = field.querySelector("[data-reveal-parts]");

  const fold = () => {
    const fits = form.elements.place_visibility.value === "city-until";
    for (const part of [parts, ...row.querySelectorAll(":scope > :is(.desk-label, .help, .errorlist)")]) part.hidden = !fits;
    // What is not seen is not sent.
    for (const input of parts.querySelectorAll("input")) input.disabled = !fits;
  };

  fold();
  form.addEventListener("change", fold);
}
