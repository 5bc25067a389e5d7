// For who decides on the actions of one host and submits those of another: the button says what becomes of this one, also
// while its hosts are changed. Without scripts both buttons are there.
const row = document.querySelector("[data-decided]");
const form = row?.closest("form");
const keys = (text) => new Set(text.split(" "));

// Rows of what stands beside it, as they would be saved.
const standing = (prefix, name, fits) => {
  const found = [];
  for (let at = 0; form.elements[`${prefix}-${at}-${name}`]; at += 1) {
    const value = (part) => form.elements[`${prefix}-${at}-${part}`]?.value ?? "";
    if (!form.elements[`${prefix}-${at}-DELETE`]?.checked && value(name) && fits(value)) found.push(value(name));
  }
  return found;
};

const sides = () => {
  if (form.elements.entered_for) return [form.elements.entered_for.value];
  const hosts = standing("participations", "organizer", (of) => of("role") === "host" && of("state") === "accepted");
  if (hosts.length) return hosts.map((key) => `group-${key}`);
  const asked = ["declined", "requested-by-campaign"];
  return standing("listings", "campaign", (of) => !asked.includes(of("state"))).map((key) => `campaign-${key}`);
};

if (row) {
  const [decided, submitted] = [keys(row.dataset.decided), keys(row.dataset.submitted)];
  const say = () => {
    const all = sides();
    const isDecided = all.some((side) => decided.has(side));
    row.querySelector("[name=_publish]").hidden = !isDecided;
    row.querySelector("[name=_submit]").hidden = isDecided || !all.some((side) => submitted.has(side));
  };
  say();
  // Boxes that complete names set a value without an event, and then the focus.
  for (const event of ["input", "change", "focusin"]) form.addEventListener(event, say);
}
