// Finds where the device is and which place of a shipped list is nearest to it, all within the browser: of the point nothing is
// sent or kept, and only the place that is found is told to anybody.
const EARTH_RADIUS_KM = 6371.0088;
const PATIENCE = { enableHighAccuracy: false, timeout: 10_000, maximumAge: 600_000 };

export class Refused extends Error {}

function whereWeAre() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || !isSecureContext) return reject(new Error("no geolocation here"));
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => resolve({ latitude, longitude }),
      (error) => reject(error.code === error.PERMISSION_DENIED ? new Refused(error.message) : new Error(error.message)),
      PATIENCE,
    );
  });
}

const radians = (degrees) => (degrees * Math.PI) / 180;

// Haversine, as places/distance.py has it.
export function kilometres(one, other) {
  const [south, north] = [radians(one.latitude), radians(other.latitude)];
  const half = [(north - south) / 2, radians(other.longitude - one.longitude) / 2];
  const share = Math.sin(half[0]) ** 2 + Math.cos(south) * Math.cos(north) * Math.sin(half[1]) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(share, 1)));
}

// `held` is the list as scripts/make_nearest_places.py writes it. Returns the key of a place.
export function nearestOf({ per_degree: parts, countries }, here) {
  let best = { far: Infinity };
  for (const [code, [names, latitudes, longitudes]] of Object.entries(countries)) {
    latitudes.forEach((latitude, at) => {
      const far = kilometres(here, { latitude: latitude / parts, longitude: longitudes[at] / parts });
      if (far < best.far) best = { far, code, names, at };
    });
  }
  return `${best.names.split(" ")[best.at]}-${best.code}`;
}

// The key of the place nearest to the device. Throws `Refused` if its owner does not want to tell.
export async function nearestPlace(address) {
  const here = await whereWeAre();
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return nearestOf(await answer.json(), here);
}
