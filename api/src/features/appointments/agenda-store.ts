import type { AgendaSpan } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { CancellationDelay } from "../../domain/appointment.ts";
import type { RelayedGroup } from "../../domain/cascade.ts";
import type { PlacedSlot } from "../../domain/placement.ts";
import type { TimeZone } from "../../domain/time.ts";
import type { Coordinates, DisplayMode } from "../../domain/place.ts";
import { joinedLink, linkColumns } from "../machine-links/store.ts";
import type { LinkColumns } from "../machine-links/store.ts";
import { relayedGroups } from "../work-groups/store.ts";

/** What bookings read of agendas: slots, establishments and places. Prepared, because every booking reads them. */

/** A slot lies in one local day (SLOT-03), which has 25 hours once a year. */
const reachMs = 25 * 3_600_000;

function columns(tx: ScopedTx) {
  return tx.sql`
    s.establishment_id AS "establishmentId", s.slot_id AS "slotId", s.professional_id AS "professionalId",
    s.start_at AS "startAt", s.end_at AS "endAt", s.place_id AS "placeId", s.visibility, s.open_from AS "openFrom",
    s.service_type AS "serviceType", s.duration_minutes AS "durationMinutes",
    s.consultation_reasons AS "consultationReasons"`;
}

/** Of these slots, those the scope may see. */
export async function listPlacedSlotsById(tx: ScopedTx, slotIds: readonly string[]): Promise<PlacedSlot[]> {
  if (slotIds.length === 0) return [];
  return tx.sql<PlacedSlot[]>`
    SELECT ${columns(tx)} FROM slot s WHERE s.slot_id = ANY (${[...slotIds]}::text[]) ORDER BY s.slot_id`;
}

/** The slots of a professional that overlap a span. */
export async function listPlacedSlotsIn(tx: ScopedTx, spans: readonly AgendaSpan[]): Promise<PlacedSlot[]> {
  if (spans.length === 0) return [];
  return tx.sql<PlacedSlot[]>`
    SELECT DISTINCT ON (s.establishment_id, s.slot_id) ${columns(tx)}
    FROM unnest(${spans.map(({ establishmentId }) => establishmentId)}::text[],
        ${spans.map(({ professionalId }) => professionalId)}::text[],
        ${spans.map(({ startAt }) => isoOf(startAt - reachMs))}::timestamptz[],
        ${spans.map(({ startAt }) => isoOf(startAt))}::timestamptz[],
        ${spans.map(({ endAt }) => isoOf(endAt))}::timestamptz[])
      AS w(establishment_id, professional_id, reach_at, start_at, end_at)
    CROSS JOIN LATERAL (
      SELECT * FROM slot WHERE establishment_id = w.establishment_id AND professional_id = w.professional_id
        AND start_at >= w.reach_at AND start_at < w.end_at AND end_at > w.start_at OFFSET 0) s`;
}

export interface BookingEstablishment {
  establishmentId: string;
  name: string;
  gmfNumber: string | null;
  pastLimitDays: number;
  /** CASC-03, CASC-04: none outside a GMF. */
  relayedGroups: readonly RelayedGroup[];
}

export async function listBookingEstablishments(
  tx: ScopedTx,
  establishmentIds: readonly string[],
): Promise<BookingEstablishment[]> {
  if (establishmentIds.length === 0) return [];
  return tx.sql<BookingEstablishment[]>`
    SELECT e.establishment_id AS "establishmentId", e.name, e.gmf_number AS "gmfNumber",
      e.past_limit_days AS "pastLimitDays",
      CASE WHEN e.is_gmf THEN ${relayedGroups(tx)} ELSE '[]' END AS "relayedGroups"
    FROM establishment e WHERE e.establishment_id = ANY (${[...establishmentIds]}::text[])`;
}

export interface BookingPlace extends LinkColumns, Coordinates {
  /** SYNC-49, SYNC-53, of its link: null without one. */
  answerWithinMinutes: number | null;
  importUntil: number | null;
  establishmentId: string;
  placeId: string;
  name: string;
  civicNumber: string;
  street: string;
  suite: string | null;
  city: string;
  province: string;
  postalCode: string;
  phone: string;
  timeZone: TimeZone;
  /** `YYYY-MM-DD`, the last day. */
  endDate: string | null;
  displayMode: DisplayMode;
  maskGmf: boolean;
  maskGen: boolean;
  cancellationDelay: CancellationDelay;
}

/** Every place of these establishments. */
export async function listBookingPlaces(tx: ScopedTx, establishmentIds: readonly string[]): Promise<BookingPlace[]> {
  if (establishmentIds.length === 0) return [];
  return tx.sql<BookingPlace[]>`
    SELECT l.establishment_id AS "establishmentId", l.place_id AS "placeId", l.name, l.civic_number AS "civicNumber",
      l.street, l.suite, l.city, l.province, l.postal_code AS "postalCode", l.phone, l.time_zone AS "timeZone",
      l.end_date AS "endDate", l.display_mode AS "displayMode", l.mask_gmf AS "maskGmf", l.mask_gen AS "maskGen",
      jsonb_build_object('value', l.cancellation_value, 'unit', l.cancellation_unit) AS "cancellationDelay",
      l.latitude, l.longitude, ${linkColumns(tx)}, m.answer_within_minutes AS "answerWithinMinutes",
      m.import_until AS "importUntil"
    FROM place l ${joinedLink(tx)} WHERE l.establishment_id = ANY (${[...establishmentIds]}::text[])`;
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
