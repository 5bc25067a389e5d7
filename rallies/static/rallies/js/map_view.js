// A map in its box: the ground or tiles, pins of actions that gather when they are close, and what each says.
const DEEPEST = { shapes: 9, tiles: 19 };
const AROUND = { shapes: { city: 6, exact: 8 }, tiles: { city: 11, exact: 16 } };
const AT_ONE_SPOT = 12;
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

function element(tag, words, more = {}) {
  const made = Object.assign(document.createElement(tag), more);
  made.append(words);
  return made;
}

// The wall clock of the place, in the language of the page.
function whenWords({ start_date: day, start_time: time, window_first: first, window_last: last }, words) {
  // Days before months and clocks of 24 hours, as on the pages.
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const said = (value) =>
    new Intl.DateTimeFormat(language, {
      weekday: "short",
      day: "numeric",
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    }).format(new Date(`${value}T00:00Z`));
  if (!day) return [words.undated, first && said(first), last && last !== first && said(last)].filter(Boolean).join(" · ");
  if (!time) return `${said(day)} · ${words.untimed}`;
  const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  return `${said(day)} · ${clock.format(new Date(`${day}T${time}Z`))}`;
}

function whereWords({ venue, street_address: street, locality, region }) {
  return [...new Set([venue ?? street, locality, region])].filter(Boolean).join(", ");
}

// Nothing for what takes place as planned.
function statusWords(status, words) {
  return words[status.replace(/-(.)/g, (_, letter) => letter.toUpperCase())];
}

// What is known of an action, made of text alone: titles are whatever people typed.
function card({ properties }, words, { heading = "p" } = {}) {
  const box = element("div", "", { className: "map-card" });
  const status = statusWords(properties.status, words);
  if (status) box.append(element("p", status, { className: "map-card-status" }));
  box.lastElementChild?.setAttribute("data-status", properties.status);
  const title = element(heading, "", { className: "map-card-title" });
  // Only the path is taken: an address of another host, or of another kind, leads nowhere else.
  const link = element("a", properties.title, { href: new URL(properties.url, location.href).pathname, dir: "auto" });
  title.append(link);
  box.append(title, element("p", whenWords(properties, words)));
  const where = whereWords(properties);
  if (where) box.append(element("p", where, { dir: "auto" }));
  if (properties.precision === "city") box.append(element("p", words.cityOnly, { className: "map-card-note" }));
  return box;
}

function list(features, words) {
  const box = element("div", "", { className: "map-cards" });
  box.append(...features.slice(0, AT_ONE_SPOT).map((feature) => card(feature, words)));
  const rest = features.length - AT_ONE_SPOT;
  if (rest > 0) box.append(element("p", `${words.more} ${rest}`, { className: "map-card-note" }));
  return box;
}

// An icon that has a name, which Leaflet gives to pictures alone.
function namedIcons(L) {
  return L.DivIcon.extend({
    createIcon(old) {
      const made = L.DivIcon.prototype.createIcon.call(this, old);
      // Words are made for pins that are seen: to say 5,000 dates takes longer than to draw the map.
      const label = this.options.label?.();
      if (label) made.setAttribute("aria-label", label);
      else made.setAttribute("aria-hidden", "true");
      for (const [name, value] of Object.entries(this.options.data ?? {})) made.dataset[name] = value;
      return made;
    },
  });
}

function pinIcon(Icon, { properties }, words) {
  const isSoft = properties.precision === "city";
  const { title, status, start_date: day } = properties;
  const said = () => [title, statusWords(status, words), day && whenWords(properties, words)];
  return new Icon({
    className: isSoft ? "map-pin map-pin-soft" : "map-pin",
    iconSize: isSoft ? [40, 40] : [32, 40],
    iconAnchor: isSoft ? [20, 20] : [16, 38],
    popupAnchor: isSoft ? [0, -12] : [0, -32],
    label: () => said().filter(Boolean).join(", "),
    data: { status: properties.status },
  });
}

function clusterIcon(Icon, cluster, words) {
  const count = cluster.getChildCount();
  const size = count < 10 ? 36 : count < 100 ? 44 : 54;
  const isOff = cluster.getAllChildMarkers().every(({ feature }) => feature.properties.status === "cancelled");
  return new Icon({
    className: "map-cluster",
    html: element("span", new Intl.NumberFormat(document.documentElement.lang).format(count)),
    iconSize: [size, size],
    label: () => `${words.together} ${count}`,
    data: { size, ...(isOff && { status: "cancelled" }) },
  });
}

function frame(L, box) {
  const stage = box.querySelector("[data-map-stage]");
  const words = box.dataset;
  const isSmall = "latitude" in box.dataset;
  const map = L.map(stage, {
    zoomControl: false,
    attributionControl: false,
    minZoom: 1,
    worldCopyJump: true,
    maxZoom: box.dataset.tiles ? DEEPEST.tiles : DEEPEST.shapes,
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

async function addGround(L, map, box) {
  const { tiles, ground, world, states, names } = box.dataset;
  if (tiles) {
    const isElsewhere = new URL(tiles, location.href).origin !== location.origin;
    // Some servers of tiles refuse who does not say where from; only the name of this host is said.
    return L.tileLayer(tiles, { maxZoom: DEEPEST.tiles, ...(isElsewhere && { referrerPolicy: "origin" }) }).addTo(map);
  }
  const [{ groundLayer }, land, lines] = await Promise.all([import(ground), json(world), json(states)]);
  const layer = groundLayer(L, { world: land, states: lines });
  layer.addTo(map);
  json(names).then((found) => layer.name(found));
  return layer;
}

// Popups take the focus and give it back to their pin, so that a keyboard goes on where it was.
function handFocus(map, words) {
  map.on("popupopen", ({ popup }) => {
    const box = popup.getElement();
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", words.details);
    box.querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
    box.addEventListener("keydown", (event) => event.key === "Escape" && map.closePopup());
    box.querySelector("a")?.focus({ preventScroll: true });
  });
  map.on("popupclose", ({ popup }) => {
    // It is gone already, and with it the focus that it had. The pin may have been drawn anew meanwhile.
    if (document.activeElement === document.body) popup.of.getElement()?.focus({ preventScroll: true });
  });
}

function addPins(L, map, features, words) {
  const Icon = namedIcons(L);
  const group = L.markerClusterGroup({
    maxClusterRadius: 46,
    showCoverageOnHover: false,
    spiderfyOnMaxZoom: false,
    zoomToBoundsOnClick: false,
    animate: !REDUCED.matches,
    iconCreateFunction: (cluster) => clusterIcon(Icon, cluster, words),
  });
  const look = { className: "map-popup", maxWidth: 288, maxHeight: 260, minWidth: 200, autoPanPadding: [12, 12] };
  const say = (content, of, offset) => {
    const popup = L.popup({ ...look, offset }).setLatLng(of.getLatLng()).setContent(content);
    popup.of = of;
    popup.openOn(map);
  };
  const openPin = ({ propagatedFrom: pin }) => say(card(pin.feature, words), pin, pin.getIcon().options.popupAnchor);
  const openCluster = ({ propagatedFrom: cluster }) => {
    const bounds = cluster.getBounds();
    const isOneSpot = bounds.getNorthEast().equals(bounds.getSouthWest());
    if (!isOneSpot && map.getZoom() < map.getMaxZoom()) map.fitBounds(bounds, { padding: [40, 40] });
    else say(list(cluster.getAllChildMarkers().map((pin) => pin.feature), words), cluster, [0, -14]);
  };
  const onEnter = (act) => (event) => event.originalEvent.key === "Enter" && act(event);
  group.on("click", openPin).on("keypress", onEnter(openPin));
  group.on("clusterclick", openCluster).on("clusterkeypress", onEnter(openCluster));
  const pins = features.map((feature) => {
    const [longitude, latitude] = feature.geometry.coordinates;
    const pin = L.marker([latitude, longitude], { icon: pinIcon(Icon, feature, words) });
    pin.feature = feature;
    return pin;
  });
  group.addLayers(pins);
  group.addTo(map);
  return group;
}

function onePlace(box) {
  const { latitude, longitude, precision, status = "scheduled" } = box.dataset;
  return [
    {
      geometry: { coordinates: [Number(longitude), Number(latitude)] },
      properties: { precision, status, title: "", url: "" },
    },
  ];
}

function wordsOf(box) {
  const words = {};
  for (const [name, value] of Object.entries(box.dataset)) {
    if (name.startsWith("words")) words[name[5].toLowerCase() + name.slice(6)] = value;
  }
  return words;
}

// Leaflet, its map in the box, and where it stands: on shapes or on tiles.
export async function prepare(box) {
  const { leaflet, leafletStyle, clusters } = box.dataset;
  const ours = [script(leaflet), style(leafletStyle), ...(clusters ? [script(clusters)] : [])];
  // Asked for now, needed later.
  if (!box.dataset.tiles) json(box.dataset.world), json(box.dataset.states), import(box.dataset.ground);
  await Promise.all(ours);
  const L = window.L;
  const map = frame(L, box);
  return { L, map, around: AROUND[box.dataset.tiles ? "tiles" : "shapes"] };
}

export async function ground(L, map, box) {
  return addGround(L, map, box);
}

export async function show(box) {
  performance.mark("map-asked");
  const found = "latitude" in box.dataset ? { features: onePlace(box) } : answer(box.dataset.geojson);
  const { L, map, around } = await prepare(box);
  const words = wordsOf(box);
  const { features } = await found;
  const located = features.filter(({ geometry }) => geometry);
  const status = box.querySelector("[data-map-status]");
  if ("latitude" in box.dataset) {
    const { precision } = located[0].properties;
    const [longitude, latitude] = located[0].geometry.coordinates;
    map.setView([latitude, longitude], precision === "city" ? around.city : around.exact);
    await addGround(L, map, box);
    const icon = pinIcon(namedIcons(L), located[0], {});
    L.marker([latitude, longitude], { icon, keyboard: false, interactive: false }).addTo(map);
  } else {
    const points = located.map(({ geometry: { coordinates } }) => [coordinates[1], coordinates[0]]);
    if (points.length) map.fitBounds(L.latLngBounds(points), { padding: [36, 36], maxZoom: around.exact, animate: false });
    else map.setView([25, 0], 2);
    handFocus(map, words);
    await addGround(L, map, box);
    box.pins = addPins(L, map, located, words);
    const without = features.length - located.length;
    status.textContent = [`${words.onMap} ${located.length}.`, without && `${words.offMap} ${without}.`].filter(Boolean).join(" ");
  }
  box.map = map;
  performance.mark("map-drawn");
}
