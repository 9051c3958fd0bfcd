import type { ScopedTx } from "../../db/scope.ts";
import type { Opening } from "../../domain/opening.ts";
import type { CitizenFacts } from "../../domain/cascade.ts";
import { mayCitizenBook, viewOf } from "../../domain/visibility.ts";
import type { CitizenQuestion } from "../../domain/visibility.ts";
import { listBookedDates } from "../appointments/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow } from "./agenda-store.ts";
import { openingItem } from "./item.ts";
import type { OfferedOpening } from "./schema.ts";

/** A citizen who has lost an opening, and which. */
export interface AlternativesWanted {
  citizen: CitizenFacts & { namIndex: string };
  question: CitizenQuestion;
  lost: { establishmentId: string; professionalId: string; placeId: string; startAt: number };
}

const offered = 3;
/** Read on either side of the lost start: some are for another age, or on a day when the citizen has an appointment. */
const readOnEachSide = 24;

/**
 * For each who lost, up to three openings of the same place that this citizen could book now, nearest to the lost start
 * first. Whatever is offered has passed mayCitizenBook, and is on a day when the citizen has no appointment (APPT-11).
 * Call it in the transaction of the refusal, after its writes: the openings are free at that moment.
 */
export async function listAlternatives(
  tx: ScopedTx,
  wanted: readonly AlternativesWanted[],
  now: number,
): Promise<OfferedOpening[][]> {
  if (wanted.length === 0) return [];
  const [agendas, booked, near] = await Promise.all([
    listAgendas(tx, { by: "place", placeIds: [...new Set(wanted.map(({ lost }) => lost.placeId))] }),
    listBookedDates(tx, [...new Set(wanted.map(({ citizen }) => citizen.namIndex))]),
    listNear(tx, wanted, now),
  ]);
  const byKey = new Map(agendas.map((agenda) => [keyOf(agenda), agenda]));
  return wanted.map((each, index) => {
    const candidates = near.filter(({ ordinal }) => ordinal === index + 1);
    return choose(each, candidates, byKey, booked, now);
  });
}

interface Candidate extends Opening {
  /** Which of the wanted it is near to, from 1. */
  ordinal: number;
  professionalId: string;
}

function choose(
  { citizen, question, lost }: AlternativesWanted,
  candidates: readonly Candidate[],
  agendas: ReadonlyMap<string, AgendaRow>,
  booked: ReadonlyMap<string, ReadonlySet<string>>,
  now: number,
): OfferedOpening[] {
  const facts = { ...citizen, bookedDates: booked.get(citizen.namIndex) ?? new Set<string>() };
  const views = new Map([...agendas].map(([key, agenda]) => [key, viewOf(facts, agenda, question, now)]));
  const distance = ({ startAt }: Candidate) => Math.abs(startAt - lost.startAt);
  return [...candidates]
    .sort((a, b) => distance(a) - distance(b) || a.startAt - b.startAt || (a.slotId < b.slotId ? -1 : 1))
    .flatMap((candidate) => {
      const [agenda, view] = [agendas.get(keyOf(candidate)), views.get(keyOf(candidate))];
      if (agenda === undefined || view === undefined) return [];
      return mayCitizenBook(view, candidate, now) === undefined
        ? [openingItem(candidate, agenda, view, question.nearby)]
        : [];
    })
    .slice(0, offered);
}

/** Free, public and open openings of each place, the nearest before and after each lost start. */
async function listNear(tx: ScopedTx, wanted: readonly AlternativesWanted[], now: number): Promise<Candidate[]> {
  const { sql } = tx;
  const side = (direction: "before" | "after") => sql`
    (SELECT o.* FROM opening o
     WHERE o.establishment_id = w.establishment_id AND o.place_id = w.place_id AND NOT o.busy
       AND o.start_at >= ${now} ${direction === "after" ? sql`AND o.start_at >= w.start_at` : sql`AND o.start_at < w.start_at`}
       AND o.visibility = 'public' AND (o.held_until IS NULL OR o.held_until <= ${now})
       AND (o.open_from IS NULL OR o.open_from <= ${now})
       AND (w.only_professional IS NULL OR o.professional_id = w.only_professional)
       AND o.consultation_reasons && w.reasons
     ORDER BY o.start_at ${direction === "after" ? sql`ASC` : sql`DESC`} LIMIT ${readOnEachSide})`;
  const column = (value: (each: AlternativesWanted) => string | null) => wanted.map(value);
  return sql<Candidate[]>`
    WITH wanted AS MATERIALIZED (
      SELECT w.establishment_id, w.place_id, w.start_at, w.only_professional, ARRAY[w.reason, 'allReasons'] AS reasons,
        w.ordinal::integer AS ordinal
      FROM unnest(${column(({ lost }) => lost.establishmentId)}::text[], ${column(({ lost }) => lost.placeId)}::text[],
        ${column(({ lost }) => new Date(lost.startAt).toISOString())}::timestamptz[],
        ${column(({ lost, question }) => (question.cascade === "1" ? lost.professionalId : null))}::text[],
        ${column(({ question }) => question.reason)}::text[])
        WITH ORDINALITY AS w(establishment_id, place_id, start_at, only_professional, reason, ordinal))
    SELECT w.ordinal, o.slot_id AS "slotId", o.professional_id AS "professionalId", o.place_id AS "placeId",
      o.start_at AS "startAt", o.end_at AS "endAt", o.service_type AS "serviceType",
      o.consultation_reasons AS "consultationReasons", o.visibility, o.open_from AS "openFrom", o.busy,
      o.held_until AS "heldUntil"
    FROM wanted w CROSS JOIN LATERAL (${side("before")} UNION ALL ${side("after")}) o`;
}

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}
