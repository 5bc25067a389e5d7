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
  const box = { xy: Float32Array.from(xy), west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  for (let n = 0; n < xy.length; n += 2) {
    box.west = Math.min(box.west, xy[n]);
    box.east = Math.max(box.east, xy[n]);
    box.north = Math.min(box.north, xy[n + 1]);
    box.south = Math.max(box.south, xy[n + 1]);
  }
  return box;
}

// Rings and lines that cross the date line jump from one edge of the world to the other. They are made to go on beyond it, and
// stand there twice, once at each edge; one around the pole is closed below it.
function unfolded(points) {
  let shift = 0;
  const xy = [];
  points.forEach(([x, y], n) => {
    if (n > 0 && Math.abs(x - points[n - 1][0]) > 0.5) shift += x < 0.5 ? 1 : -1;
    xy.push(x + shift, y);
  });
  if (shift) xy.push(xy.at(-2), 1, xy[0], 1);
  const found = line(xy);
  const moved = (by) => line(xy.map((value, n) => (n % 2 ? value : value + by)));
  return [found, ...(found.west < 0 ? [moved(1)] : []), ...(found.east > 1 ? [moved(-1)] : [])];
}

// TopoJSON: arcs are steps from point to point; an object's numbers name arcs, a negative one (~n) the arc n backwards.
export function shapesOf(topology) {
  const { scale, translate } = topology.transform;
  const arcs = topology.arcs.map((steps) => {
    let x = 0;
    let y = 0;
    return steps.map(([dx, dy]) => project((x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]));
  });
  const joined = (numbers) => {
    const points = [];
    for (const number of numbers) {
      const arc = number < 0 ? arcs[~number].slice().reverse() : arcs[number];
      for (let n = points.length ? 1 : 0; n < arc.length; n += 1) points.push(arc[n]);
    }
    return unfolded(points);
  };
  return Object.fromEntries(
    Object.entries(topology.objects).map(([name, { type, arcs: parts }]) => [
      name,
      (type === "MultiPolygon" ? parts.flat() : parts).flatMap(joined),
    ]),
  );
}

// Names as they come, {zoom: [[name, longitude, latitude], …]}, to a list with their places on the world.
export function namesOf(byZoom) {
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

function paint(canvas, { x, y, z }, ground) {
  const ratio = canvas.width / TILE;
  const size = TILE * 2 ** z * (256 / TILE);
  const view = { left: x * TILE, top: y * TILE, size, margin: 8 };
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
    for (const one of ground.states) if (inside(one)) trace(to, one, view);
    to.lineWidth = 0.75;
    to.stroke();
  }
  to.beginPath();
  for (const one of ground.borders) if (inside(one)) trace(to, one, view);
  to.lineWidth = z < 4 ? 1 : 1.5;
  to.stroke();
  write(to, view, z, ground);
}

function write(to, { left, top, size }, z, { names, colour }) {
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

// A layer for Leaflet. Its tiles are painted again when the scheme of the visitor changes.
export function groundLayer(L, { world, states }) {
  const ground = { ...shapesOf(world), ...shapesOf(states), names: [], colour: colours() };
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
    // Names come after the land, which need not wait for them.
    name(byZoom) {
      ground.names = namesOf(byZoom);
      again();
    },
  });
  const layer = new Ground({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 1 });
  layer.on("tileunload", ({ tile }) => painted.delete(tile));
  layer.on("add", () => SCHEME.addEventListener("change", again));
  layer.on("remove", () => SCHEME.removeEventListener("change", again));
  return layer;
}
