import type { ScopedTx } from "../../db/scope.ts";
import { mayCitizenBook, viewOf } from "../../domain/visibility.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import type { NearPlace } from "../places/positions.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow } from "./agenda-store.ts";
import type { Asking } from "./citizen-question.ts";
import { listAtPlaces } from "./near-store.ts";
import type { AskedPlace } from "./near-store.ts";
import { bySite, readSite } from "./search.ts";
import { byStart } from "./search-store.ts";
import type { FreeOpening, OpeningPosition } from "./search-store.ts";
import { daysInEveryZone, siteOf } from "./site.ts";

/**
 * Cascade 3 over many places at once. Reading every agenda of five hundred places to find twenty openings would be most of
 * the work, so places are asked for openings first, whoever's they are, and the domain then decides upon what was found
 * with the agendas of just these. Where it lets something not pass (somebody has left, is limited in weeks, the place is
 * stale), that place is searched the long way, agenda by agenda; both ways end in the same function.
 */

export interface NearFound {
  opening: FreeOpening;
  agenda: AgendaRow;
  view: CitizenView;
}

/** Up to `each` openings of each place that this citizen may book, in order of start; those of a place are all there when fewer. */
export async function firstsOf(
  tx: ScopedTx,
  asked: Asking,
  places: readonly AskedPlace[],
  each: number,
): Promise<Map<string, NearFound[]>> {
  const { citizen, question, now } = asked;
  const without = daysInEveryZone(citizen.bookedDates);
  const filter = { types: ["GEN"] as const, reason: question.reason, within: null, without, citizen: true };
  const found = await listAtPlaces(tx, places, filter, { ...asked, each }, now);
  const pairs = new Map([...found.values()].flat().map((row) => [keyOf(row), row]));
  const agendas = new Map(
    (await listAgendas(tx, { by: "agenda", agendas: [...pairs.values()].map(pairOf) })).map((row) => [keyOf(row), row]),
  );
  const views = new Map([...agendas].map(([key, agenda]) => [key, viewOf(citizen, agenda, question, now)]));
  const firsts = new Map<string, NearFound[]>();
  const unsure: AskedPlace[] = [];
  for (const place of places) {
    const rows = found.get(place.placeId) ?? [];
    const passed = rows.flatMap((opening) => {
      const [agenda, view] = [agendas.get(keyOf(opening)), views.get(keyOf(opening))];
      if (agenda === undefined || view === undefined) return [];
      return mayCitizenBook(view, opening, now) === undefined ? [{ opening: freeOf(opening), agenda, view }] : [];
    });
    firsts.set(place.placeId, passed);
    if (passed.length < rows.length) unsure.push(place);
  }
  for (const [placeId, rows] of await theLongWay(tx, asked, unsure, each)) firsts.set(placeId, rows);
  return firsts;
}

/** Place by place, with the views of all of its agendas, as a search of that place alone does it. */
async function theLongWay(
  tx: ScopedTx,
  asked: Asking,
  places: readonly AskedPlace[],
  each: number,
): Promise<Map<string, NearFound[]>> {
  if (places.length === 0) return new Map();
  const { citizen, question, from, to, now } = asked;
  const agendas = await listAgendas(tx, { by: "place", placeIds: places.map(({ placeId }) => placeId) });
  const views = new Map(agendas.map((agenda) => [agenda, viewOf(citizen, agenda, question, now)]));
  const open = agendas.filter((agenda) => views.get(agenda)?.closed === null);
  const rows = await Promise.all(
    bySite(open.map((agenda) => searchedOf(agenda, views))).map(async (searched) => {
      const view = views.get(searched[0].agenda);
      if (view === undefined) return [];
      const { placeId } = searched[0].agenda;
      const after = places.find((place) => place.placeId === placeId)?.after;
      const site = siteOf(searched, view, { from, to });
      const found = await readSite(tx, site, { from: site.from, to: site.to, after, limit: each }, now);
      return found.flatMap((opening) => {
        const agenda = open.find((row) => keyOf(row) === keyOf(opening));
        const seen = agenda && views.get(agenda);
        return agenda === undefined || seen === undefined ? [] : [{ opening, agenda, view: seen }];
      });
    }),
  );
  const found = new Map<string, NearFound[]>(places.map(({ placeId }) => [placeId, []]));
  for (const row of rows.flat()) found.get(row.agenda.placeId)?.push(row);
  return found;
}

function searchedOf(agenda: AgendaRow, views: ReadonlyMap<AgendaRow, CitizenView>) {
  const { limit = null, ends = null } = views.get(agenda) ?? {};
  return { agenda, limit, ends: ends?.at ?? null };
}

/** Of each place at first; most places of a ring have little to do with a page. */
const eachAtFirst = 2;

/**
 * A page of openings over all the places, in order of start. Each place is read on only while what it may still have
 * could come before the page's last: with twice as many each time.
 */
export async function searchPlaces(
  tx: ScopedTx,
  asked: Asking,
  places: readonly NearPlace[],
  after: OpeningPosition | undefined,
  limit: number,
): Promise<NearFound[]> {
  let hungry: AskedPlace[] = places.map(({ establishmentId, placeId }) => ({ establishmentId, placeId, after }));
  let each = Math.max(eachAtFirst, Math.ceil((2 * limit) / Math.max(1, places.length)));
  let page: NearFound[] = [];
  while (hungry.length > 0) {
    const firsts = await firstsOf(tx, asked, hungry, each);
    page = [...page, ...[...firsts.values()].flat()].sort((a, b) => byStart(a.opening, b.opening)).slice(0, limit);
    const last = page.length < limit ? undefined : page.at(-1)?.opening;
    hungry = hungry.flatMap((place) => {
      const rows = firsts.get(place.placeId) ?? [];
      const ended = rows.at(-1)?.opening;
      if (ended === undefined || rows.length < each) return [];
      if (last !== undefined && byStart(ended, last) >= 0) return [];
      return [{ ...place, after: { startAt: ended.startAt, slotId: ended.slotId } }];
    });
    each = Math.min(limit, each * 2);
  }
  return page;
}

/** Places looked at together, beside those that are wanted: some of them have nothing. */
const spare = 8;

/** CASC-06: the nearest places that have something, each with its first opening; so many at most. */
export async function nearestPlaces(
  tx: ScopedTx,
  asked: Asking,
  places: readonly NearPlace[],
  limit: number,
): Promise<(NearFound & { distanceKm: number })[]> {
  const nearest: (NearFound & { distanceKm: number })[] = [];
  for (let at = 0; at < places.length && nearest.length < limit; at += limit + spare) {
    const some = places.slice(at, at + limit + spare);
    const firsts = await firstsOf(tx, asked, some, 1);
    for (const { placeId, distanceKm } of some) {
      const [first] = firsts.get(placeId) ?? [];
      if (first !== undefined) nearest.push({ ...first, distanceKm });
    }
  }
  return nearest.slice(0, limit);
}

function freeOf({ slotId, professionalId, placeId, startAt, endAt, serviceType, consultationReasons }: FreeRow) {
  return {
    slotId,
    professionalId,
    placeId,
    startAt,
    endAt,
    serviceType,
    consultationReasons: [...consultationReasons],
  };
}
type FreeRow = Omit<FreeOpening, "consultationReasons"> & { consultationReasons: readonly string[] };

function pairOf({ professionalId, placeId }: { professionalId: string; placeId: string }) {
  return { professionalId, placeId };
}

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}
