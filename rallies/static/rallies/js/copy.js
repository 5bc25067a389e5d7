// Adds a copy button to a feed's address. Without scripts the field can be selected and copied.
for (const box of document.querySelectorAll("[data-copy]")) {
  const field = box.querySelector("[data-copy-from]");
  const button = box.querySelector("[data-copy-button]");
  const status = box.querySelector("[data-copy-status]");
  field.addEventListener("focus", () => field.select());
  // The clipboard is there on https and localhost only.
  if (!navigator.clipboard) continue;
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.focus();
      return;
    }
    button.textContent = button.dataset.done;
    status.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = words;
      status.textContent = "";
    }, 2500);
  });
}
