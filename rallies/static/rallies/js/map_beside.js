// The list beside a map, which holds what is in view, and the button that makes of the view a question.
const MOST = 50;
const NO_TURN = 360;

// Whether a point lies in view, on whichever copy of the world.
function isIn(bounds, [longitude, latitude]) {
  if (latitude < bounds.getSouth() || latitude > bounds.getNorth()) return false;
  const [west, east] = [bounds.getWest(), bounds.getEast()];
  return longitude + NO_TURN * Math.ceil((west - longitude) / NO_TURN) <= east;
}

const say = (words, ...numbers) => {
  const format = new Intl.NumberFormat(document.documentElement.lang);
  return numbers.reduce((said, number) => said.replace("%d", format.format(number)), words);
};

function follow(map, beside, features, { card, words }) {
  const list = beside.querySelector("[data-beside-list]");
  const count = beside.querySelector("[data-beside-count]");
  if (!list) return;
  const ordered = beside.dataset.newestFirst ? features.toReversed() : features;
  const update = () => {
    // A pin or a link that is in use stays: who reads the list by keyboard is not thrown out of it.
    if (list.contains(document.activeElement)) return;
    const bounds = map.getBounds();
    const seen = ordered.filter(({ geometry }) => isIn(bounds, geometry.coordinates));
    list.replaceChildren(
      ...seen.slice(0, MOST).map((feature) => {
        const entry = document.createElement("li");
        entry.append(card(feature, words, { heading: "h3" }));
        return entry;
      }),
    );
    list.scrollTop = 0;
    const { wordsAll: all, wordsFirst: first, wordsNone: none } = count.dataset;
    count.textContent = seen.length > MOST ? say(first, seen.length, MOST) : seen.length ? say(all, seen.length) : none;
  };
  map.on("moveend", update);
  update();
}

async function search(L, map, box) {
  const { areaOf } = await import(box.dataset.areaScript);
  const button = box.querySelector("[data-map-search]");
  L.DomEvent.disableClickPropagation(button);
  const area = () => {
    const view = map.getBounds();
    return areaOf(view.getWest(), view.getSouth(), view.getEast(), view.getNorth());
  };
  map.on("moveend", () => (button.hidden = area() === box.dataset.area));
  button.addEventListener("click", () => {
    const { elsewhere } = box.dataset;
    location.assign(`${elsewhere}${elsewhere.includes("?") ? "&" : "?"}bbox=${area()}`);
  });
}

export async function accompany(L, map, box, features, parts) {
  follow(map, document.getElementById(box.dataset.beside), features, parts);
  await search(L, map, box);
}
