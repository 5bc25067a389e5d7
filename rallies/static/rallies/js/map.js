// Opens maps: that of one place when it comes into view, that of a list when its fold is opened. Nothing of a map is loaded before.
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

// Inside a fold that is closed a box has no size, and so does not come into view.
for (const box of document.querySelectorAll("[data-map]")) {
  const ask = box.querySelector("[data-map-ask]");
  if (ask && navigator.connection?.saveData) {
    ask.hidden = false;
    ask.addEventListener("click", () => {
      ask.hidden = true;
      open(box);
    });
  } else seen.observe(box);
}
