// A rectangle on the grid of places/boxes.py, which holds what a map shows: its corners tell nothing finer of where somebody looks.
const STEPS = [0.25, 0.5, 1, 2.5, 5, 10];
const STEPS_ACROSS = 8;

function snapped(west, south, east, north, step) {
  const down = (value) => Math.floor(value / step) * step;
  const up = (value) => Math.ceil(value / step) * step;
  return [down(west), down(south), up(east), up(north)];
}

const stepFor = ([west, south, east, north]) => {
  const size = Math.max(east - west, north - south);
  return STEPS.findLast((step) => step * STEPS_ACROSS <= size) ?? STEPS[0];
};

// Degrees as a map counts them, where the east is always more than the west and may lie beyond 180. Returns the words of the filter.
export function areaOf(west, south, east, north) {
  const bounds = [west, Math.max(south, -90), east, Math.min(north, 90)];
  let step = STEPS[0];
  let found = snapped(...bounds, step);
  while (stepFor(found) > step) {
    step = stepFor(found);
    found = snapped(...bounds, step);
  }
  if (found[2] - found[0] >= 360) return [-180, found[1], 180, found[3]].join();
  // From -180 on in the west, and up to 180 in the east.
  const round = (value, most) => value - 360 * Math.ceil((value - most) / 360);
  const [fromWest, toEast] = [-round(-found[0], 180), round(found[2], 180)];
  return [fromWest, found[1], toEast, found[3]].map((value) => value + 0).join();
}

// The words of the filter as bounds of a map.
export function boundsOf(area) {
  const [west, south, east, north] = area.split(",").map(Number);
  return [
    [south, west],
    [north, west > east ? east + 360 : east],
  ];
}
