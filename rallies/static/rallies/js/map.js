// Opens maps: that of one place when it comes into view, that of a list when its fold is opened. Nothing of a map is loaded before
// somebody is about to ask for it.
const view = (box) => import(box.dataset.script);

async function open(box) {
  if (box.dataset.state) return;
  box.dataset.state = "opening";
  try {
    const { show } = await import(box.dataset.opens ?? box.dataset.script);
    await show(box);
    box.dataset.state = "open";
  } catch (error) {
    box.dataset.state = "failed";
    box.querySelector("[data-map-status]").textContent = box.dataset.wordsFailed;
    console.info(error);
  }
}

const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      open(entry.target);
    }
  },
  { rootMargin: "200px 0px" },
);

// A pointer that rests on the head of a fold, or is pressed on it, asks for the parts of the map, which are there when it opens. One
// that passes asks for nothing, and nor does a finger, which may only scroll.
const RESTS = 80;
function foresee(fold, box) {
  const head = fold.querySelector("summary");
  const fetchParts = () => view(box).then((parts) => parts.fetchParts(box).leaflet).catch(() => null);
  let wait = 0;
  head.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType === "mouse" && !navigator.connection?.saveData) wait = setTimeout(fetchParts, RESTS);
  });
  head.addEventListener("pointerleave", () => clearTimeout(wait));
  head.addEventListener("pointerdown", ({ pointerType }) => pointerType === "mouse" && fetchParts());
}

for (const box of document.querySelectorAll("[data-map]")) {
  const ask = box.querySelector("[data-map-ask]");
  const fold = box.closest("details.map-fold");
  if (fold) {
    foresee(fold, box);
    fold.addEventListener("toggle", () => fold.open && open(box));
    if (fold.open) open(box);
  } else if (ask && navigator.connection?.saveData) {
    ask.hidden = false;
    ask.addEventListener("click", () => {
      ask.hidden = true;
      open(box);
    });
  } else seen.observe(box);
}
