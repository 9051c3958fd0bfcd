import type { Connection } from "../src/db/connection.ts";
import { systemIds } from "../src/ids.ts";
import type { Secrets } from "../src/secrets.ts";

/** What is measured upon: one place, 20 professionals, 60 days, 32 openings a day each; written as rows, in bulk. */
export interface BenchAgenda {
  establishmentId: string;
  placeId: string;
  machineId: string;
  vendorId: string;
  professionals: { professionalId: string; serviceId: string; practiceNumber: string }[];
  /** 08:00 UTC of the first day. */
  firstDay: number;
  days: number;
  citizens: string[];
}

const dayMs = 86_400_000;
const quarterMs = 900_000;
export const openingsADay = 32;

export async function writeAgenda(
  owner: Connection,
  secrets: Secrets,
  now: number,
  size: { professionals: number; days: number; citizens: number },
): Promise<BenchAgenda> {
  const establishmentId = systemIds.next("est", now);
  const placeId = systemIds.next("plc", now);
  const vendorId = systemIds.next("vnd", now);
  const machineId = systemIds.next("mch", now);
  const at = new Date(now).toISOString();
  const firstDay = Math.ceil(now / dayMs) * dayMs + dayMs + 13 * 3_600_000;
  await owner`INSERT INTO establishment VALUES (${establishmentId}, 'Banc', NULL, NULL, false, NULL, 90, 1, ${at})`;
  await owner`INSERT INTO change_counter VALUES (${establishmentId}, 0, 0)`;
  await owner`INSERT INTO place (establishment_id, place_id, name, civic_number, street, city, province, postal_code, phone,
    time_zone, display_mode, mask_gmf, mask_gen, cancellation_value, cancellation_unit, no_show_message_enabled, version, created_at)
    VALUES (${establishmentId}, ${placeId}, 'Banc', '1', 'rue du Banc', 'Québec', 'QC', 'G1K 3A9', '418-555-0100',
    'America/Toronto', 'byRelationship', false, false, 24, 'hours', false, 1, ${at})`;
  await owner`INSERT INTO vendor VALUES (${vendorId}, 'Banc', 1, ${at})`;
  await owner`INSERT INTO machine (machine_id, vendor_id, name, jwks, scopes, status, version, created_at)
    VALUES (${machineId}, ${vendorId}, 'Banc', '{"keys":[]}', '{places.read,services.read,services.write,slots.read,slots.write,appointments.read,appointments.write,changes.read}', 'active', 1, ${at})`;
  await owner`INSERT INTO machine_link (establishment_id, place_id, machine_id, services_managed_by, version, linked_at,
      late_after_minutes, stale_after_minutes)
    VALUES (${establishmentId}, ${placeId}, ${machineId}, 'machine', 1, ${at}, 527039, 527040)`;
  const professionals: BenchAgenda["professionals"] = [];
  for (let i = 0; i < size.professionals; i++) {
    const professionalId = systemIds.next("pro", now);
    const serviceId = systemIds.next("svc", now);
    const practiceNumber = String(100_000 + i);
    professionals.push({ professionalId, serviceId, practiceNumber });
    await owner`INSERT INTO professional (establishment_id, professional_id, employee_id, display_name, practice_number, profession,
      capacity, limit_future_booking, max_weeks, departure_date, version, created_at)
      VALUES (${establishmentId}, ${professionalId}, NULL, ${`Dr Banc ${String(i)}`}, ${practiceNumber}, 'physician', 1, false, NULL, NULL, 1, ${at})`;
    await owner`INSERT INTO professional_place VALUES (${establishmentId}, ${professionalId}, ${placeId})`;
    await owner`INSERT INTO service VALUES (${establishmentId}, ${serviceId}, ${professionalId}, 'GEN', 'allReasons', 15, true, 1, ${at})`;
    const slots = Array.from({ length: size.days }, (_, day) => ({
      slot_id: systemIds.next("slt", now),
      start_at: new Date(firstDay + day * dayMs).toISOString(),
    }));
    await owner`INSERT INTO slot (establishment_id, slot_id, professional_id, start_at, end_at, place_id, visibility, open_from, service_type,
        duration_minutes, service_ids, consultation_reasons, version, created_at, updated_at)
      SELECT ${establishmentId}, s.slot_id, ${professionalId}, s.start_at, s.start_at + interval '8 hours', ${placeId}, 'public', NULL, 'GEN', 15,
        ARRAY[${serviceId}], ARRAY['allReasons'], 1, ${at}, ${at}
      FROM jsonb_to_recordset(${owner.json(slots)}) AS s(slot_id text, start_at timestamptz)`;
  }
  await owner`INSERT INTO opening (establishment_id, slot_id, start_at, end_at, professional_id, place_id, service_type, consultation_reasons,
      visibility, open_from, busy, held_until)
    SELECT establishment_id, slot_id, t, t + interval '15 minutes', professional_id, place_id, service_type, consultation_reasons,
      visibility, open_from, false, NULL
    FROM slot, generate_series(start_at, end_at - interval '15 minutes', interval '15 minutes') AS t
    WHERE establishment_id = ${establishmentId}`;
  const citizens = Array.from({ length: size.citizens }, (_, i) => inventedNam(i));
  const persons = citizens.map((nam) => ({
    index: secrets.namIndex(nam),
    sealed: secrets.seal(nam, `registry|${secrets.namIndex(nam)}`).toString("hex"),
  }));
  await owner`INSERT INTO registry_person (nam_index, nam_encrypted, first_name, last_name, sex, birth_date, eligible)
    SELECT p.index, decode(p.sealed, 'hex'), 'Alice', 'Banc', 'F', '1980-06-15', true
    FROM jsonb_to_recordset(${owner.json(persons)}) AS p(index text, sealed text)`;
  await owner`ANALYZE`;
  return { establishmentId, placeId, machineId, vendorId, professionals, firstDay, days: size.days, citizens };
}

/** The n-th opening of an agenda: each professional and day in turn, so that neighbours in time differ. */
export function openingAt(agenda: BenchAgenda, n: number): { professional: number; startAt: number } {
  const professional = n % agenda.professionals.length;
  const ordinal = Math.floor(n / agenda.professionals.length);
  const day = ordinal % agenda.days;
  const quarter = Math.floor(ordinal / agenda.days) % openingsADay;
  return { professional, startAt: agenda.firstDay + day * dayMs + quarter * quarterMs };
}

function inventedNam(number: number): string {
  const letter = (place: number) => String.fromCharCode(65 + (Math.floor(number / (10 * 26 ** place)) % 26));
  return `${letter(2)}${letter(1)}${letter(0)}A8056150${String(number % 10)}`;
}
