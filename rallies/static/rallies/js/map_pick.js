// A map under two fields of the desk: a press on it, or Enter on its middle, sets the point; what is typed moves the pin.
const PAIR = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/;

export async function show(box) {
  const latitude = document.getElementById("id_latitude");
  const longitude = document.getElementById("id_longitude");
  const { prepare, ground } = await import(box.dataset.script);
  const { L, map, around } = await prepare(box);
  const status = box.querySelector("[data-map-status]");
  const icon = L.divIcon({ className: "map-pin", iconSize: [32, 40], iconAnchor: [16, 38] });
  const pin = L.marker([0, 0], { icon, keyboard: false, interactive: false });

  const typed = () => {
    const values = [latitude, longitude].map((field) => (field.value.trim() ? Number(field.value) : NaN));
    const [north, east] = values;
    return Math.abs(north) <= 90 && Math.abs(east) <= 180 ? L.latLng(north, east) : null;
  };
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
    for (const field of [latitude, longitude]) field.dispatchEvent(new Event("change", { bubbles: true }));
    status.textContent = `${box.dataset.wordsSet} ${latitude.value}, ${longitude.value}`;
  };

  const first = typed();
  map.setView(first ?? [20, 0], first ? around.city : 1);
  await ground(L, map, box);
  follow();
  map.on("click", ({ latlng }) => set(latlng));
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer()) return;
    // Or the form is sent.
    event.preventDefault();
    set(map.getCenter());
  });
  for (const field of [latitude, longitude]) {
    field.addEventListener("input", () => follow(around.city));
    field.addEventListener("change", () => follow());
    // Both numbers at once, as other maps and GPS devices copy them.
    field.addEventListener("paste", (event) => {
      const pair = PAIR.exec(event.clipboardData.getData("text"));
      if (!pair) return;
      event.preventDefault();
      [latitude.value, longitude.value] = pair.slice(1);
      follow(around.city);
    });
  }
  box.map = map;
}

// The box stands at the end of the form until scripts are there to bring it to its fields.
const row = document.querySelector(".form-row.field-latitude");
const box = document.querySelector("[data-map-pick]");
if (row && box && document.getElementById("id_latitude")) {
  row.after(box);
  box.hidden = false;
}
