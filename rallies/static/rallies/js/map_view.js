// A map in its box: the ground or tiles, pins of actions that gather when they are close, and what each says.
const DEEPEST = { shapes: 9, tiles: 19 };
const AROUND = { shapes: { city: 6, exact: 8 }, tiles: { city: 11, exact: 16 } };
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)");

const loaded = new Map();
function once(address, load) {
  if (!loaded.has(address)) loaded.set(address, load(address));
  return loaded.get(address);
}

const script = (address) =>
  once(address, () => {
    const made = document.createElement("script");
    // In the order in which they are asked for, and fetched at the same time.
    made.async = false;
    made.src = address;
    return new Promise((resolve, reject) => {
      made.addEventListener("load", resolve);
      made.addEventListener("error", () => reject(new Error(`${address} did not come`)));
      document.head.append(made);
    });
  });

const style = (address) =>
  once(address, () => {
    const made = document.createElement("link");
    made.rel = "stylesheet";
    made.href = address;
    return new Promise((resolve, reject) => {
      made.addEventListener("load", resolve);
      made.addEventListener("error", () => reject(new Error(`${address} did not come`)));
      // First, so that map.css overrules it.
      document.head.prepend(made);
    });
  });

async function answer(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.json();
}
const json = (address) => once(address, answer);

// Whether it shows streets or not.
const kindOf = (box) => (box.dataset.tiles || box.dataset.archive ? "tiles" : "shapes");

function frame(L, box) {
  const stage = box.querySelector("[data-map-stage]");
  const words = box.dataset;
  const isSmall = "latitude" in box.dataset;
  const map = L.map(stage, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 0,
    worldCopyJump: true,
    maxZoom: DEEPEST[kindOf(box)],
    fadeAnimation: false,
    zoomAnimation: !REDUCED.matches,
    markerZoomAnimation: !REDUCED.matches,
    inertia: !REDUCED.matches,
    scrollWheelZoom: false,
    // A finger that scrolls the page must not be caught by a small map; two fingers move it.
    dragging: !(isSmall && L.Browser.mobile),
  });
  if (REDUCED.matches) {
    const panBy = map.panBy.bind(map);
    map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
  }
  // The wheel scrolls the page until somebody turns to the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  L.control
    .zoom({ zoomInTitle: words.wordsZoomIn, zoomOutTitle: words.wordsZoomOut, position: "bottomright" })
    .addTo(map);
  stage.setAttribute("role", "region");
  stage.setAttribute("aria-label", box.dataset.label);
  return map;
}

function wordsOf(box) {
  const words = {};
  for (const [name, value] of Object.entries(box.dataset)) {
    if (name.startsWith("words")) words[name[5].toLowerCase() + name.slice(6)] = value;
  }
  return words;
}

// Asks for all that a box needs, once.
const parts = new WeakMap();
export function fetchParts(box) {
  if (!parts.has(box)) parts.set(box, ask(box.dataset));
  return parts.get(box);
}

function ask({ leaflet, leafletStyle, clusters, tiles, world, states, regions, ground, pins, geojson, archive, streets, pmtiles }) {
  return {
    leaflet: Promise.all([script(leaflet), style(leafletStyle), ...(clusters ? [script(clusters)] : [])]),
    ground: tiles || archive ? null : shapes(ground, world, states, regions),
    streets: archive && Promise.all([import(streets), script(pmtiles)]),
    pins: pins && import(pins),
    found: geojson && answer(geojson),
  };
}

// Taken apart as soon as they are there, while pins are still on their way.
async function shapes(ground, ...addresses) {
  const [{ groundLayer, shapesOf }, ...topologies] = await Promise.all([import(ground), ...addresses.map(json)]);
  const lines = Object.assign({}, ...topologies.map(shapesOf));
  return (L) => groundLayer(L, lines);
}

// Leaflet, its map in the box, and where it stands: on shapes or on tiles.
export async function prepare(box) {
  await fetchParts(box).leaflet;
  const L = window.L;
  return { L, map: frame(L, box), around: AROUND[kindOf(box)] };
}

export async function ground(L, map, box) {
  const { tiles, names } = box.dataset;
  if (tiles) {
    const isElsewhere = new URL(tiles, location.href).origin !== location.origin;
    // Some servers of tiles refuse who does not say where from; only the name of this host is said.
    return L.tileLayer(tiles, { maxZoom: DEEPEST.tiles, ...(isElsewhere && { referrerPolicy: "origin" }) }).addTo(map);
  }
  const { streets } = fetchParts(box);
  if (streets) return (await streets)[0].addStreets(L, map, box, script);
  const layer = (await fetchParts(box).ground)(L).addTo(map);
  json(names).then((found) => layer.name(found));
  return layer;
}

async function showPlace(box) {
  const { L, map, around } = await prepare(box);
  const { namedIcons, pinIcon } = await fetchParts(box).pins;
  const { latitude, longitude, precision, status = "scheduled" } = box.dataset;
  const at = [Number(latitude), Number(longitude)];
  map.setView(at, precision === "city" ? around.city : around.exact);
  await ground(L, map, box);
  const icon = pinIcon(namedIcons(L), { properties: { precision, status, title: "" } }, {});
  L.marker(at, { icon, keyboard: false, interactive: false }).addTo(map);
  box.map = map;
}

// Between two zooms too, where they are far apart: a phone is narrower than the world at zoom 1, and at 0 all is tiny.
function fit(map, bounds, options) {
  const { zoomSnap } = map.options;
  if (map.getBoundsZoom(bounds, false, [72, 72]) < 1) map.options.zoomSnap = 0.25;
  map.fitBounds(bounds, options);
  map.options.zoomSnap = zoomSnap;
}

// The view that was asked for, or one as large: its corners were rounded outwards, and to show them all would be a zoom less each time.
function look(map, bounds) {
  const { zoomSnap } = map.options;
  map.options.zoomSnap = 0;
  const zoom = Math.round(map.getBoundsZoom(bounds));
  map.options.zoomSnap = zoomSnap;
  map.setView(window.L.latLngBounds(bounds).getCenter(), zoom, { animate: false });
}

async function showMany(box) {
  const { found, pins } = fetchParts(box);
  const { L, map, around } = await prepare(box);
  const words = wordsOf(box);
  const { features } = await found;
  const located = features.filter(({ geometry }) => geometry);
  const points = located.map(({ geometry: { coordinates } }) => [coordinates[1], coordinates[0]]);
  const { area, areaScript } = box.dataset;
  if (area) look(map, (await import(areaScript)).boundsOf(area));
  else if (points.length) fit(map, L.latLngBounds(points), { padding: [36, 36], maxZoom: around.exact, animate: false });
  else map.setView([25, 0], 2);
  await ground(L, map, box);
  performance.mark("map-ground");
  const { addPins, card } = await pins;
  box.pins = addPins(L, map, located, words);
  const without = features.length - located.length;
  box.querySelector("[data-map-status]").textContent = [
    `${words.onMap} ${located.length}.`,
    without && `${words.offMap} ${without}.`,
  ]
    .filter(Boolean)
    .join(" ");
  box.map = map;
  if (box.dataset.beside) await (await import(box.dataset.besideScript)).accompany(L, map, box, located, { card, words });
}

export async function show(box) {
  performance.mark("map-asked");
  await ("latitude" in box.dataset ? showPlace(box) : showMany(box));
  performance.mark("map-drawn");
}
