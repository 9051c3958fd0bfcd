import type { Connection } from "../src/db/connection.ts";
import { systemIds } from "../src/ids.ts";
import type { Secrets } from "../src/secrets.ts";
import { openingsADay } from "./agenda.ts";

/**
 * A region, written as rows, in bulk: clinics of twenty professionals with 32 openings a day, and around them smaller
 * places of one professional with eight a day; all within 45 km of one postal code, for 60 days.
 */
export interface Region {
  machineId: string;
  clinics: Practice[];
  places: Practice[];
  citizens: string[];
  postalCode: string;
  /** 13:00 UTC of the first day. */
  firstDay: number;
}

export interface Practice {
  establishmentId: string;
  placeId: string;
  latitude: number;
  longitude: number;
  professionalIds: string[];
}

const dayMs = 86_400_000;
const days = 60;
const aClinic = 20;
const fewADay = 8;
/** G1R: upper Québec. */
const [postalCode, centre] = ["G1R 1R2", { latitude: 46.81, longitude: -71.21 }] as const;

export async function writeRegion(
  owner: Connection,
  secrets: Secrets,
  now: number,
  size: { clinics: number; places: number; citizens: number },
): Promise<Region> {
  const firstDay = Math.ceil(now / dayMs) * dayMs + dayMs + 13 * 3_600_000;
  const practices = Array.from({ length: size.places }, (_, n): Practice => {
    const professionals = n < size.clinics ? aClinic : 1;
    return {
      establishmentId: systemIds.next("est", now),
      placeId: systemIds.next("plc", now),
      ...around(n, size.places),
      professionalIds: Array.from({ length: professionals }, () => systemIds.next("pro", now)),
    };
  });
  const clinics = practices.slice(0, size.clinics);
  const machineId = await writePractices(owner, practices, clinics, now);
  await writeDays(owner, practices, firstDay, now);
  const citizens = Array.from({ length: size.citizens }, (_, n) => `BAA${String.fromCharCode(65 + n)}80561500`);
  const persons = citizens.map((nam) => ({
    index: secrets.namIndex(nam),
    sealed: secrets.seal(nam, `registry|${secrets.namIndex(nam)}`).toString("hex"),
  }));
  await owner`
    INSERT INTO registry_person (nam_index, nam_encrypted, first_name, last_name, sex, birth_date, eligible)
    SELECT p.index, decode(p.sealed, 'hex'), 'Alice', 'Banc', 'F', '1980-06-15', true
    FROM jsonb_to_recordset(${owner.json(persons)}) AS p(index text, sealed text)`;
  await owner`ANALYZE`;
  return { machineId, clinics, places: practices, citizens, postalCode, firstDay };
}

/** Evenly over a disc of 45 km, the clinics in the middle: a sunflower's seeds. */
function around(n: number, of: number): { latitude: number; longitude: number } {
  const km = 45 * Math.sqrt((n + 0.5) / of);
  const angle = n * Math.PI * (3 - Math.sqrt(5));
  const perDegree = 111.195;
  return {
    latitude: centre.latitude + (km * Math.sin(angle)) / perDegree,
    longitude: centre.longitude + (km * Math.cos(angle)) / perDegree / Math.cos((centre.latitude * Math.PI) / 180),
  };
}

async function writePractices(
  owner: Connection,
  practices: readonly Practice[],
  linked: readonly Practice[],
  now: number,
): Promise<string> {
  const at = new Date(now).toISOString();
  const vendorId = systemIds.next("vnd", now);
  const machineId = systemIds.next("mch", now);
  const rows = owner.json(practices.map((each, n) => ({ ...each, n, linked: linked.includes(each) })));
  const practice = owner`
    jsonb_to_recordset(${rows}) AS r("establishmentId" text, "placeId" text, latitude float8, longitude float8, n int,
      linked boolean, "professionalIds" jsonb)`;
  await owner`
    INSERT INTO establishment (establishment_id, name, is_gmf, past_limit_days, version, created_at)
    SELECT "establishmentId", 'Clinique ' || n, false, 90, 1, ${at} FROM ${practice}`;
  await owner`INSERT INTO change_counter SELECT "establishmentId", 0, 0 FROM ${practice}`;
  await owner`
    INSERT INTO place (establishment_id, place_id, name, civic_number, street, city, province, postal_code, phone, time_zone,
      display_mode, mask_gmf, mask_gen, cancellation_value, cancellation_unit, no_show_message_enabled, version, created_at,
      latitude, longitude)
    SELECT "establishmentId", "placeId", 'Clinique ' || n, '1', 'rue du Banc', 'Québec', 'QC', ${postalCode}, '418-555-0100',
      'America/Toronto', 'byClientele', false, false, 24, 'hours', false, 1, ${at}, latitude, longitude
    FROM ${practice}`;
  await owner`
    INSERT INTO professional (establishment_id, professional_id, display_name, practice_number, profession, capacity,
      limit_future_booking, version, created_at)
    SELECT "establishmentId", id, 'Dr Banc ' || n || ' ' || nth, lpad((100000 + 20 * n + nth)::text, 6, '0'), 'physician', 1,
      false, 1, ${at}
    FROM ${practice}, jsonb_array_elements_text("professionalIds") WITH ORDINALITY AS p(id, nth)`;
  await owner`
    INSERT INTO professional_place
    SELECT "establishmentId", id, "placeId" FROM ${practice}, jsonb_array_elements_text("professionalIds") AS p(id)`;
  await owner`INSERT INTO vendor VALUES (${vendorId}, 'Banc', 1, ${at})`;
  await owner`
    INSERT INTO machine (machine_id, vendor_id, name, jwks, scopes, status, version, created_at)
    VALUES (${machineId}, ${vendorId}, 'Banc', '{"keys":[]}', '{slots.read}', 'active', 1, ${at})`;
  await owner`
    INSERT INTO machine_link (establishment_id, place_id, machine_id, services_managed_by, version, linked_at,
      late_after_minutes, stale_after_minutes)
    SELECT "establishmentId", "placeId", ${machineId}, 'machine', 1, ${at}, 527039, 527040 FROM ${practice} WHERE linked`;
  return machineId;
}

async function writeDays(owner: Connection, practices: readonly Practice[], firstDay: number, now: number) {
  const at = new Date(now).toISOString();
  for (const { establishmentId, placeId, professionalIds } of practices) {
    const hours = (professionalIds.length > 1 ? openingsADay : fewADay) / 4;
    const slots = professionalIds.flatMap((professionalId) =>
      Array.from({ length: days }, (_, day) => ({
        ...{ professionalId, slotId: systemIds.next("slt", now) },
        startAt: new Date(firstDay + day * dayMs).toISOString(),
      })),
    );
    await owner`
      WITH made AS (
        INSERT INTO slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from,
          service_type, duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)
        SELECT ${establishmentId}, "slotId", "professionalId", "startAt", "startAt" + make_interval(hours => ${hours}),
          ${placeId}, 'public', NULL, 'GEN', 15, ARRAY['banc'], ARRAY['allReasons'], 1, ${at}, ${at}
        FROM jsonb_to_recordset(${owner.json(slots)}) AS s("slotId" text, "professionalId" text, "startAt" timestamptz)
        RETURNING *)
      INSERT INTO opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type,
        consultation_reasons, visibility, open_from, busy, held_until)
      SELECT establishment_id, slot_id, t, t + interval '15 minutes', professional_id, place_id, service_type,
        consultation_reasons, visibility, open_from, false, NULL
      FROM made, generate_series(start_at, end_at - interval '15 minutes', interval '15 minutes') AS t`;
  }
}
