// Pins of actions: what each looks like and says, and how those that are close gather.
const AT_ONE_SPOT = 12;
const NEAR = 46;

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
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "short", timeZone: "UTC" });
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
export function card({ properties }, words, { heading = "p" } = {}) {
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
export function namedIcons(L) {
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

export function pinIcon(Icon, { properties }, words) {
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

function clusterIcon(Icon, { point_count: count, isOff }, words) {
  const size = count < 10 ? 36 : count < 100 ? 44 : 54;
  return new Icon({
    className: "map-cluster",
    html: element("span", new Intl.NumberFormat(document.documentElement.lang).format(count)),
    iconSize: [size, size],
    label: () => `${words.together} ${count}`,
    data: { size, ...(isOff && { status: "cancelled" }) },
  });
}

// Which are close, at every zoom. Only those in view become elements: 5,000 of them take longer than the rest of the map.
function gathered(features, deepest) {
  const index = new window.Supercluster({
    radius: NEAR,
    extent: 256,
    maxZoom: deepest,
    map: ({ status }) => ({ isOff: status === "cancelled" }),
    reduce: (all, one) => void (all.isOff = all.isOff && one.isOff),
  });
  return index.load(features);
}

// Popups take the focus and give it back to their pin, so that a keyboard goes on where it was.
function handFocus(map, pins, words) {
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
    if (document.activeElement === document.body) pins.get(popup.of)?.getElement()?.focus({ preventScroll: true });
  });
}

function opener(L, map, index, words) {
  const look = { className: "map-popup", maxWidth: 288, maxHeight: 260, minWidth: 200, autoPanPadding: [12, 12] };
  const say = (content, pin, offset) => {
    const popup = L.popup({ ...look, offset }).setLatLng(pin.getLatLng()).setContent(content);
    popup.of = pin.key;
    popup.openOn(map);
  };
  return (pin) => {
    const { cluster_id: cluster } = pin.feature.properties;
    if (cluster === undefined) return say(card(pin.feature, words), pin, pin.getIcon().options.popupAnchor);
    const held = index.getLeaves(cluster, Infinity);
    const bounds = L.latLngBounds(held.map(({ geometry: { coordinates } }) => [coordinates[1], coordinates[0]]));
    const isOneSpot = bounds.getNorthEast().equals(bounds.getSouthWest());
    if (isOneSpot || map.getZoom() >= map.getMaxZoom()) return say(list(held, words), pin, [0, -14]);
    // Beside the date line the pin may stand one world further.
    const shift = Math.round((pin.getLatLng().lng - bounds.getCenter().lng) / 360) * 360;
    const moved = [bounds.getSouthWest(), bounds.getNorthEast()].map(({ lat, lng }) => [lat, lng + shift]);
    map.fitBounds(moved, { padding: [40, 40] });
  };
}

// Puts the pins in view on the map, and keeps that up. `features`: GeoJSON that has points. Returns {features, shown}, where
// `shown` are the markers by key.
export function addPins(L, map, features, words) {
  const Icon = namedIcons(L);
  const index = gathered(features, map.getMaxZoom());
  const places = new Map(features.map(({ properties }, n) => [properties, n]));
  const shown = new Map();
  const group = L.featureGroup().addTo(map);
  const open = opener(L, map, index, words);
  group.on("click", ({ propagatedFrom: pin }) => open(pin));
  group.on("keypress", ({ propagatedFrom: pin, originalEvent }) => originalEvent.key === "Enter" && open(pin));
  handFocus(map, shown, words);

  // Each once, on the world that is nearest to the middle of the map.
  const spot = ([longitude, latitude], middle) => [latitude, longitude + 360 * Math.round((middle - longitude) / 360)];
  const made = (key, feature, at) => {
    const isCluster = feature.properties.cluster_id !== undefined;
    const icon = isCluster ? clusterIcon(Icon, feature.properties, words) : pinIcon(Icon, feature, words);
    const pin = Object.assign(L.marker(at, { icon }), { key, feature });
    shown.set(key, pin);
    return pin.addTo(group);
  };
  const update = () => {
    const bounds = map.getBounds().pad(0.5);
    const middle = map.getCenter().lng;
    const left = new Map(shown);
    const box = [bounds.getWest(), Math.max(-90, bounds.getSouth()), bounds.getEast(), Math.min(90, bounds.getNorth())];
    for (const feature of index.getClusters(box, map.getZoom())) {
      const { cluster_id: cluster } = feature.properties;
      const place = places.get(feature.properties);
      const key = place ?? `cluster ${cluster}`;
      // As it was told: what comes back of a single point went through the projection.
      const at = spot((features[place] ?? feature).geometry.coordinates, middle);
      if (left.delete(key)) shown.get(key).setLatLng(at);
      else made(key, feature, at);
    }
    let lost = null;
    for (const [key, pin] of left) {
      if (pin.getElement() === document.activeElement) lost = pin.getLatLng();
      group.removeLayer(pin);
      shown.delete(key);
    }
    if (lost) nearest(map, shown, lost)?.getElement().focus({ preventScroll: true });
  };
  update();
  map.on("moveend", update);
  return { features, shown };
}

// Where a keyboard goes on when what it was at came apart.
function nearest(map, shown, at) {
  const away = (pin) => map.distance(pin.getLatLng(), at);
  return [...shown.values()].reduce((best, pin) => (best && away(best) <= away(pin) ? best : pin), null);
}
