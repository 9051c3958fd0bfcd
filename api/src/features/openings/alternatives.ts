import type { ScopedTx } from "../../db/scope.ts";
import type { CitizenFacts } from "../../domain/cascade.ts";
import { mayCitizenBook, viewOf } from "../../domain/visibility.ts";
import type { CitizenQuestion } from "../../domain/visibility.ts";
import { listBookedDates } from "../appointments/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow } from "./agenda-store.ts";
import { openingItem } from "./item.ts";
import { listNear } from "./lost-store.ts";
import type { NearLost } from "./lost-store.ts";
import type { OfferedOpening } from "./schema.ts";

/** A citizen who has lost an opening, and which. */
export interface AlternativesWanted {
  citizen: CitizenFacts & { namIndex: string };
  question: CitizenQuestion;
  lost: { establishmentId: string; professionalId: string; placeId: string; startAt: number };
}

const offered = 3;

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

function choose(
  { citizen, question, lost }: AlternativesWanted,
  candidates: readonly NearLost[],
  agendas: ReadonlyMap<string, AgendaRow>,
  booked: ReadonlyMap<string, ReadonlySet<string>>,
  now: number,
): OfferedOpening[] {
  const facts = { ...citizen, bookedDates: booked.get(citizen.namIndex) ?? new Set<string>() };
  const views = new Map([...agendas].map(([key, agenda]) => [key, viewOf(facts, agenda, question, now)]));
  const distance = ({ startAt }: NearLost) => Math.abs(startAt - lost.startAt);
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

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}
