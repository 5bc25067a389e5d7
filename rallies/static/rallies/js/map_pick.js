// A map under two fields of the desk: a press on it, or Enter on its middle, sets the point; what is typed moves the pin.
const PAIR = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/;
// With decimal commas, something else stands between: 48,1374; 11,5755.
const COMMAS = /^\s*(-?\d+(?:,\d+)?)\s*(?:;|,?\s)\s*(-?\d+(?:,\d+)?)\s*$/;
const COMMA = /^\s*(-?\d+),(\d{3,})\s*$/;

export async function show(box) {
  const field = (name) => document.getElementById(`${box.dataset.fields}${name}`);
  const latitude = field("latitude");
  const longitude = field("longitude");
  const { prepare, ground } = await import(box.dataset.script);
  const { L, map, around } = await prepare(box);
  const venue = field("venue");
  const street = field("street_address");
  // Where nobody chooses what the point stands for, it follows from what else is said.
  const precision = field("precision");
  const status = box.querySelector("[data-map-status]");
  const icon = L.divIcon({ className: "map-pin", iconSize: [32, 40], iconAnchor: [16, 38] });
  const pin = L.marker([0, 0], { icon, keyboard: false, interactive: false });

  const typed = () => {
    const values = [latitude, longitude].map((field) => (field.value.trim() ? Number(field.value) : NaN));
    const [north, east] = values;
    return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? L.latLng(north, east) : null;
  };
  // Someone who chose what the point stands for knows better.
  let isChosen = precision?.value !== "city";
  precision?.addEventListener("change", () => {
    isChosen = true;
  });
  const say = () => {
    const what = precision ? ` (${precision.selectedOptions[0].text})` : "";
    status.textContent = typed() ? `${box.dataset.wordsSet} ${latitude.value}, ${longitude.value}${what}` : "";
  };
  precision?.addEventListener("change", say);
  const follow = (zoom) => {
    const at = typed();
    if (!at) return pin.remove();
    pin.setLatLng(at).addTo(map);
    if (zoom || !map.getBounds().contains(at)) map.setView(at, Math.max(map.getZoom(), zoom ?? 0), { animate: false });
  };
  const set = (at) => {
    const { lat, lng } = at.wrap();
    latitude.value = lat.toFixed(5);
    longitude.value = lng.toFixed(5);
    // A street without a venue is all that a pin can stand for.
    if (!isChosen) precision.value = street.value.trim() && !venue.value.trim() ? "street" : "venue";
    for (const number of [latitude, longitude]) number.dispatchEvent(new Event("change", { bubbles: true }));
  };

  // The city that stands in words beside the map, as the server knows it: nobody has to look for it on the globe.
  const clock = box.closest("[data-where]")?.querySelector("[data-clock]");
  const city = () => {
    const { latitude: north, longitude: east } = clock?.querySelector("[data-latitude]")?.dataset ?? {};
    return north && east ? [Number(north), Number(east)] : null;
  };

  const first = typed();
  const { latitude: north, longitude: east } = box.dataset;
  const place = city() ?? (north && east ? [Number(north), Number(east)] : null);
  map.setView(first ?? place ?? [20, 0], first || place ? around.city : 1);
  await ground(L, map, box);
  follow();
  let shown = String(city());
  if (clock) {
    new MutationObserver(() => {
      const now = city();
      if (!now || typed() || String(now) === shown) return;
      shown = String(now);
      map.setView(now, around.city, { animate: false });
    }).observe(clock, { childList: true });
  }
  map.on("click", ({ latlng }) => set(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    // Or the form is sent.
    event.preventDefault();
    set(map.getCenter());
  });
  for (const number of [latitude, longitude]) {
    number.addEventListener("input", () => {
      follow(around.city);
      say();
    });
    number.addEventListener("change", () => {
      follow();
      say();
    });
    // Both numbers at once, as other maps and GPS devices copy them.
    number.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text");
      const one = COMMA.exec(text);
      const pair = one ? null : (PAIR.exec(text) ?? COMMAS.exec(text));
      if (!one && !pair) return;
      event.preventDefault();
      if (one) number.value = `${one[1]}.${one[2]}`;
      else [latitude.value, longitude.value] = pair.slice(1).map((number) => number.replace(",", "."));
      follow(around.city);
      say();
    });
  }
  box.map = map;
}

// Among the fields of a model it stands at the end of the form until scripts are there to bring it to its own.
const box = document.querySelector("[data-map-pick]");
if (box && document.getElementById(`${box.dataset.fields}latitude`)) {
  document.querySelector(".form-row.field-latitude")?.after(box);
  box.hidden = false;
}
