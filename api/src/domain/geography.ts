/** A point on the Earth, in degrees: north and east are positive (Québec lies between −80 and −57). */
export interface Position {
  latitude: number;
  longitude: number;
}

/** The mean radius of the Earth (IUGG). */
const earthRadiusKm = 6371.0088;
const radians = Math.PI / 180;

/**
 * The great circle between two points, in kilometres (haversine, on a sphere). At Québec's latitudes the true distance
 * over the ellipsoid differs by 0.4 % at most, 200 m at 50 km; the same both ways to the last bit.
 */
export function distanceKm(from: Position, to: Position): number {
  const north = Math.sin(((to.latitude - from.latitude) * radians) / 2);
  const east = Math.sin(((to.longitude - from.longitude) * radians) / 2);
  const across = Math.cos(from.latitude * radians) * Math.cos(to.latitude * radians) * east * east;
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(north * north + across)));
}

/** A rectangle of parallels and meridians, its edges included. */
export interface Box {
  south: number;
  north: number;
  west: number;
  east: number;
}

/** All of Québec, to the next tenth of a degree; also a part of its neighbours. */
export const quebecBox: Box = { south: 44.9, north: 62.7, west: -79.8, east: -57 };

export function isInBox({ latitude, longitude }: Position, box: Box): boolean {
  return latitude >= box.south && latitude <= box.north && longitude >= box.west && longitude <= box.east;
}

/** A box that holds whatever is within `km` of a point, and some more; for points of Québec, so neither pole nor date line. */
export function boxAround({ latitude, longitude }: Position, km: number): Box {
  // A thousandth more than needed, so that no rounding leaves a point out.
  const angle = (km * 1.001) / earthRadiusKm;
  const high = angle / radians;
  const wide = Math.asin(Math.sin(angle) / Math.cos(latitude * radians)) / radians;
  return { south: latitude - high, north: latitude + high, west: longitude - wide, east: longitude + wide };
}
