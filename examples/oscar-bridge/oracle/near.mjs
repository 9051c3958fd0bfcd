// Cascade 3 without the hub's tables: where a few postal codes are, by hand, and how far citizens from there are shown.

/**
 * By forward sortation area: degrees north and east (a map's, to some kilometres), and the limit in kilometres of its health
 * region: 50 in Capitale-Nationale, Montréal and Laval (CASC-17), 100 elsewhere (CASC-18). None lies close to a limit.
 */
const areas = {
  G1K: [46.81, -71.22, 50],
  // Baie-Saint-Paul, 90 km from Québec, in the same region; Montmagny, 55 km from Québec, across the river in another one.
  G3Z: [47.44, -70.5, 50],
  G5V: [46.98, -70.56, 100],
  // Lévis
  G6V: [46.81, -71.18, 100],
  H2X: [45.51, -73.57, 50],
};

const FORM = /^[A-Z]\d[A-Z]\d[A-Z]\d$/;

/**
 * Whether the place is shown to a citizen of this chart. A cell that is no postal code, or no such column, means the place's
 * own; one of another province finds nothing (CASC-20).
 * @param {string | undefined} postal the chart's cell
 * @param {string} placePostal the place's code in `bridge.json`
 */
export function isNear(postal, placePostal) {
  const place = compact(placePostal);
  const own = compact(postal ?? "");
  const citizen = FORM.test(own) ? own : place;
  if (!/^[GHJ]/.test(citizen)) return false;
  if (citizen.slice(0, 3) === place.slice(0, 3)) return true;
  const [from, to] = [citizen, place].map((code) => areas[code.slice(0, 3)]);
  if (from === undefined || to === undefined) throw new Error(`the oracle has no position of ${citizen} or ${place}`);
  return kilometres(from, to) <= from[2];
}

const compact = (code) => code.replace(/[\s-]/g, "").toUpperCase();

/** On a sphere, by the cosine of the angle between two points of it. */
function kilometres(one, other) {
  const vector = ([north, east]) => {
    const [lat, lon] = [north, east].map((degrees) => (degrees * Math.PI) / 180);
    return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)];
  };
  const [a, b] = [vector(one), vector(other)];
  return 6371 * Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
}
