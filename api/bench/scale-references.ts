import type { Connection } from "../src/db/connection.ts";
import { connections } from "./stage.ts";
import type { Practice, Region } from "./region.ts";

/** The same answers as prepared statements, in the scope of a session: rows, without HTTP, tokens, rules or clock. */

export interface Week {
  from: number;
  to: number;
}

/** So that row-level security costs the same as the hub's. */
export async function enterScope(connection: Connection, audience: string, establishments: readonly string[]) {
  await Promise.all(
    Array.from(
      { length: connections },
      () => connection`
        SELECT set_config('app.establishments', ${establishments.join(",")}, false),
          set_config('app.audience', ${audience}, false), pg_sleep(0.02)`,
    ),
  );
}

/** IS TRUE as the hub has it (search-store.ts): without it the whole place is read for one professional. */
export function pageOfProfessional(
  connection: Connection,
  clinic: Practice,
  n: number,
  { from, to }: Week,
  now: number,
) {
  return connection`
    SELECT slot_id, professional_id, start_at, end_at, service_type, consultation_reasons FROM opening
    WHERE establishment_id = ${clinic.establishmentId} AND NOT busy
      AND professional_id = ${clinic.professionalIds[n % clinic.professionalIds.length] ?? ""}
      AND (place_id = ${clinic.placeId}) IS TRUE AND start_at >= ${from} AND start_at < ${to}
      AND (held_until IS NULL OR held_until <= ${now})
    ORDER BY start_at, slot_id LIMIT 101`;
}

export function pageOfPlace(connection: Connection, clinic: Practice, { from, to }: Week, now: number) {
  return connection`
    SELECT slot_id, professional_id, start_at, end_at, service_type, consultation_reasons FROM opening
    WHERE establishment_id = ${clinic.establishmentId} AND NOT busy AND place_id = ${clinic.placeId}
      AND start_at >= ${from} AND start_at < ${to} AND (held_until IS NULL OR held_until <= ${now})
    ORDER BY start_at, slot_id LIMIT 101`;
}

/** The first opening of each place, with its address and the professional's name; which twenty are nearest is known. */
export function firstsOfPlaces(connection: Connection, nearest: readonly Practice[], now: number) {
  return connection`
    SELECT o.slot_id, o.start_at, o.end_at, o.service_type, o.consultation_reasons, f.professional_id, f.display_name,
      p.place_id, p.name, p.civic_number, p.street, p.city, p.postal_code, p.phone, p.time_zone, p.mask_gen
    FROM unnest(${nearest.map(({ establishmentId }) => establishmentId)}::text[],
      ${nearest.map(({ placeId }) => placeId)}::text[]) AS w(establishment_id, place_id)
    JOIN place p USING (establishment_id, place_id)
    CROSS JOIN LATERAL (
      SELECT * FROM opening o WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id AND NOT busy
        AND o.start_at >= ${now} AND visibility = 'public' AND service_type = 'GEN'
        AND consultation_reasons && '{minorEmergency,allReasons}' AND (open_from IS NULL OR open_from <= ${now})
        AND (held_until IS NULL OR held_until <= ${now})
      ORDER BY start_at, slot_id LIMIT 1) o
    JOIN professional f ON f.establishment_id = w.establishment_id AND f.professional_id = o.professional_id`;
}

/** A page over all places of the region, as plain SQL has it. */
export function pageOfRegion(connection: Connection, { places }: Region, now: number) {
  return connection`
    SELECT o.slot_id, o.start_at, o.end_at, o.service_type, o.consultation_reasons, f.professional_id, f.display_name, p.name
    FROM unnest(${places.map(({ establishmentId }) => establishmentId)}::text[],
      ${places.map(({ placeId }) => placeId)}::text[]) AS w(establishment_id, place_id)
    CROSS JOIN LATERAL (
      SELECT * FROM opening o WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id AND NOT busy
        AND o.start_at >= ${now} AND visibility = 'public' AND service_type = 'GEN'
        AND consultation_reasons && '{minorEmergency,allReasons}' AND (open_from IS NULL OR open_from <= ${now})
        AND (held_until IS NULL OR held_until <= ${now})
      ORDER BY start_at, slot_id LIMIT 51) o
    JOIN place p ON p.establishment_id = w.establishment_id AND p.place_id = w.place_id
    JOIN professional f ON f.establishment_id = w.establishment_id AND f.professional_id = o.professional_id
    ORDER BY o.start_at, o.slot_id LIMIT 51`;
}

/** The first opening of each of these agendas. */
export function nextOfProfessionals(
  connection: Connection,
  agendas: readonly { practice: Practice; professionalId: string }[],
  now: number,
) {
  return connection`
    SELECT o.slot_id, o.start_at, o.end_at, o.service_type, o.consultation_reasons, f.professional_id, f.display_name, p.name
    FROM unnest(${agendas.map(({ practice }) => practice.establishmentId)}::text[],
      ${agendas.map(({ professionalId }) => professionalId)}::text[]) AS w(establishment_id, professional_id)
    JOIN professional f USING (establishment_id, professional_id)
    CROSS JOIN LATERAL (
      SELECT * FROM opening o WHERE o.establishment_id = w.establishment_id AND o.professional_id = w.professional_id
        AND NOT busy AND o.start_at >= ${now} AND (held_until IS NULL OR held_until <= ${now})
      ORDER BY start_at, slot_id LIMIT 1) o
    JOIN place p ON p.establishment_id = w.establishment_id AND p.place_id = o.place_id
    ORDER BY o.start_at, o.slot_id`;
}
