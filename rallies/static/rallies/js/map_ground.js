// The ground of a map without streets: land, borders and names of cities, drawn on canvas tiles in the colours of tokens.css.
const TILE = 512;
const STATES_FROM = 4;
const SCHEME = matchMedia("(prefers-color-scheme: dark)");

// Web Mercator, the world from 0 to 1, down from the north.
function project(longitude, latitude) {
  const sine = Math.sin((Math.max(-85.0511, Math.min(85.0511, latitude)) * Math.PI) / 180);
  return [(longitude + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

// A line that knows its box: {xy: [x, y, x, y, …], west, north, east, south}.
function line(xy) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let n = 0; n < xy.length; n += 2) {
    const x = xy[n];
    const y = xy[n + 1];
    if (x < west) west = x;
    if (x > east) east = x;
    if (y < north) north = y;
    if (y > south) south = y;
  }
  return { xy, west, north, east, south };
}

// The points of all arcs of one ring or line; a number below zero (~n) is the arc n backwards. What crosses the date line jumps
// from one edge of the world to the other: it is made to go on beyond it, and so has a shift at its end if it went around the pole.
function joined(numbers, arcs) {
  let length = 2;
  for (const number of numbers) length += arcs[number < 0 ? ~number : number].length - 2;
  const xy = new Float32Array(length);
  let [at, shift, before] = [0, 0, 0];
  for (const number of numbers) {
    const arc = arcs[number < 0 ? ~number : number];
    const step = number < 0 ? -2 : 2;
    let from = number < 0 ? arc.length - 2 : 0;
    // Arcs begin where the one before ended.
    for (let left = arc.length / 2; left > 0; left -= 1, from += step) {
      if (at && left === arc.length / 2) continue;
      const x = arc[from];
      if (at && Math.abs(x - before) > 0.5) shift += x < 0.5 ? 1 : -1;
      before = x;
      xy[at] = x + shift;
      xy[at + 1] = arc[from + 1];
      at += 2;
    }
  }
  return { xy, shift };
}

// Lines beyond an edge of the world stand there twice, once at each edge; a ring around the pole is closed below it.
function unfolded({ xy, shift }) {
  const found = line(shift ? Float32Array.of(...xy, xy.at(-2), 1, xy[0], 1) : xy);
  const moved = (by) => line(found.xy.map((value, n) => (n % 2 ? value : value + by)));
  return [found, ...(found.west < 0 ? [moved(1)] : []), ...(found.east > 1 ? [moved(-1)] : [])];
}

// TopoJSON: arcs are steps from point to point, which objects name by number.
export function shapesOf({ transform: { scale, translate }, arcs: packed, objects }) {
  const arcs = packed.map((steps) => {
    const xy = new Float64Array(steps.length * 2);
    let [x, y, at] = [0, 0, 0];
    for (const step of steps) {
      x += step[0];
      y += step[1];
      [xy[at], xy[at + 1]] = project(x * scale[0] + translate[0], y * scale[1] + translate[1]);
      at += 2;
    }
    return xy;
  });
  return Object.fromEntries(
    Object.entries(objects).map(([name, { type, arcs: parts }]) => [
      name,
      (type === "MultiPolygon" ? parts.flat() : parts).flatMap((numbers) => unfolded(joined(numbers, arcs))),
    ]),
  );
}

// Names as they come, {zoom: [[name, longitude, latitude], …]}, to a list with their places on the world.
function namesOf(byZoom) {
  return Object.entries(byZoom).flatMap(([zoom, rows]) =>
    rows.map(([name, longitude, latitude]) => {
      const [x, y] = project(longitude, latitude);
      return { name, x, y, from: Number(zoom) };
    }),
  );
}

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    sea: of("--map-sea"),
    land: of("--map-land"),
    coast: of("--map-coast"),
    border: of("--map-border"),
    name: of("--map-name"),
    face: of("--body"),
  };
}

// Adds a line to the path. Points too close to be told apart are left out, and so are those beyond one and the same side of the
// tile: a straight way between their ends lies beyond it too, and changes nothing inside.
function trace(to, { xy }, { left, top, size, margin }) {
  const far = TILE + margin;
  let sides = 0;
  let held = null;
  let lastX = Infinity;
  let lastY = Infinity;
  for (let n = 0; n < xy.length; n += 2) {
    const x = xy[n] * size - left;
    const y = xy[n + 1] * size - top;
    const side = (x < -margin ? 1 : x > far ? 2 : 0) | (y < -margin ? 4 : y > far ? 8 : 0);
    const ends = n === 0 || n === xy.length - 2;
    if (!ends && side & sides) {
      held = [x, y];
      sides &= side;
      continue;
    }
    if (!ends && Math.abs(x - lastX) < 0.7 && Math.abs(y - lastY) < 0.7) continue;
    if (held) to.lineTo(held[0], held[1]);
    held = null;
    if (n === 0) to.moveTo(x, y);
    else to.lineTo(x, y);
    sides = side;
    lastX = x;
    lastY = y;
  }
}

// The coast, without the way below the pole that closes the last continent.
function traceCoast(to, ring, view) {
  if (ring.south < 0.9999) return trace(to, ring, view);
  let part = [];
  for (let n = 0; n <= ring.xy.length; n += 2) {
    if (n < ring.xy.length && ring.xy[n + 1] < 0.9999) part.push(ring.xy[n], ring.xy[n + 1]);
    else {
      if (part.length > 2) trace(to, { xy: part }, view);
      part = [];
    }
  }
}

// What of the world a tile shows, in its pixels.
const viewOf = ({ x, y, z }) => ({ left: x * TILE, top: y * TILE, size: 256 * 2 ** z, margin: 8 });

function paint(canvas, coords, ground) {
  const ratio = canvas.width / TILE;
  const { z } = coords;
  const view = viewOf(coords);
  const { size } = view;
  const to = canvas.getContext("2d", { alpha: false });
  const inside = (box, margin = view.margin) =>
    box.east * size > view.left - margin &&
    box.west * size < view.left + TILE + margin &&
    box.south * size > view.top - margin &&
    box.north * size < view.top + TILE + margin;
  const { colour } = ground;
  to.setTransform(ratio, 0, 0, ratio, 0, 0);
  to.fillStyle = colour.sea;
  to.fillRect(0, 0, TILE, TILE);
  to.lineJoin = "round";
  const land = ground.land.filter((ring) => inside(ring));
  to.beginPath();
  for (const ring of land) trace(to, ring, view);
  to.fillStyle = colour.land;
  to.fill("evenodd");
  to.beginPath();
  for (const ring of land) traceCoast(to, ring, view);
  to.strokeStyle = colour.coast;
  to.lineWidth = 1;
  to.stroke();
  to.strokeStyle = colour.border;
  if (z >= STATES_FROM) {
    to.beginPath();
    for (const one of [...ground.states, ...ground.regions]) if (inside(one)) trace(to, one, view);
    to.lineWidth = 0.75;
    to.stroke();
  }
  to.beginPath();
  for (const one of ground.borders) if (inside(one)) trace(to, one, view);
  to.lineWidth = z < 4 ? 1 : 1.5;
  to.stroke();
  write(canvas, coords, ground);
}

function write(canvas, coords, { names, colour }) {
  const { z } = coords;
  const { left, top, size } = viewOf(coords);
  const to = canvas.getContext("2d", { alpha: false });
  to.textBaseline = "middle";
  to.lineWidth = 3;
  to.strokeStyle = colour.land;
  to.fillStyle = colour.name;
  for (const { name, x, y, from } of names) {
    if (from > z) continue;
    const atX = x * size - left;
    const atY = y * size - top;
    // A name reaches into the tile to the right of its own.
    if (atY < -16 || atY > TILE + 16 || atX > TILE + 8 || atX < -20 - 9 * name.length) continue;
    to.font = `${from + 2 < z ? 600 : 400} ${from + 2 < z ? 13 : 12}px ${colour.face}`;
    to.beginPath();
    to.arc(atX, atY, 2, 0, 7);
    to.fill();
    to.strokeText(name, atX + 6, atY);
    to.fillText(name, atX + 6, atY);
  }
}

// A layer for Leaflet of `lines`: {land, borders, states, regions}. Its tiles are painted again when the scheme of the visitor changes.
export function groundLayer(L, lines) {
  const ground = { ...lines, names: [], colour: colours() };
  const painted = new Map();
  const again = () => {
    ground.colour = colours();
    for (const [canvas, coords] of painted) paint(canvas, coords, ground);
  };
  const Ground = L.GridLayer.extend({
    createTile(coords) {
      const canvas = document.createElement("canvas");
      const ratio = Math.min(2, devicePixelRatio || 1);
      canvas.width = canvas.height = TILE * ratio;
      canvas.setAttribute("aria-hidden", "true");
      paint(canvas, coords, ground);
      painted.set(canvas, { ...coords });
      return canvas;
    },
    // Names come after the land, which need not wait for them, and onto it.
    name(byZoom) {
      ground.names = namesOf(byZoom);
      for (const [canvas, coords] of painted) write(canvas, coords, ground);
    },
  });
  const layer = new Ground({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 1 });
  layer.on("tileunload", ({ tile }) => painted.delete(tile));
  layer.on("add", () => SCHEME.addEventListener("change", again));
  layer.on("remove", () => SCHEME.removeEventListener("change", again));
  return layer;
}
