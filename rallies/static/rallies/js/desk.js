// What Django's pages leave without a name, and what a list on a phone can do without.

// Select2 hides the select that the label is for, and shows a box of its own without a name.
function nameBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id = `${select.id}_label`;
    const value = box.querySelector(".select2-selection__rendered");
    value.setAttribute("aria-labelledby", label.id);
    box.setAttribute("aria-labelledby", `${label.id} ${value.id}`);
  }
}

const $ = window.django?.jQuery;
if ($) {
  // Django's script makes the boxes when the page is ready and when a row is added; it asked for its turn before this one.
  $(nameBoxes);
  document.addEventListener("formset:added", nameBoxes);
  $(document).on("select2:open", ({ target }) => {
    const label = document.querySelector(`label[for="${CSS.escape(target.id)}"]`);
    const field = document.querySelector(".select2-container--open .select2-search__field");
    if (label && field) field.setAttribute("aria-label", label.textContent.trim());
  });
}

// A list whose rows are cards says what a tick means, and drops what is empty. Fields in it have no label but the head.
const list = document.querySelector("#result_list");
if (list) {
  const names = [...list.tHead.rows[0].cells].map((cell) => cell.querySelector(".text")?.textContent.trim() ?? "");
  for (const row of list.tBodies[0].rows) {
    for (const cell of row.cells) {
      if (cell.matches(".action-checkbox")) continue;
      cell.dataset.label = names[cell.cellIndex];
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        field.setAttribute("aria-label", `${names[cell.cellIndex]}: ${row.querySelector("th")?.textContent.trim() ?? ""}`);
      }
      cell.classList.toggle("desk-nothing", cell.textContent.trim() === "-" && !cell.querySelector("img"));
    }
  }
}

// After a refusal the first field that is wrong, not the first of the form.
document.querySelector('[aria-invalid="true"]')?.focus();

// A tick that says that there is nothing to fill in shuts the field that data-shuts names.
for (const tick of document.querySelectorAll("[data-shuts]")) {
  const field = document.getElementById(tick.dataset.shuts);
  const shut = () => {
    field.disabled = tick.checked;
  };
  shut();
  tick.addEventListener("change", shut);
}
