import type { ScopedTx } from "../../db/scope.ts";
import { closedDates, mayCitizenBook, viewOf } from "../../domain/visibility.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import type { NearPlace, Surroundings } from "../places/positions.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow } from "./agenda-store.ts";
import type { Asking } from "./citizen-question.ts";
import { listAtPlaces, listInGeneral } from "./near-store.ts";
import type { AskedPlace, Candidate } from "./near-store.ts";
import type { OpeningFilter } from "./search-conditions.ts";
import { bySite, readSite } from "./search.ts";
import { byStart } from "./search-store.ts";
import type { FreeOpening, OpeningPosition } from "./search-store.ts";
import { daysInEveryZone, siteOf } from "./site.ts";

/**
 * Cascade 3 over many places at once. Reading every agenda of five hundred places to find twenty openings would be most of
 * the work, so places are asked for openings first, whoever's they are, and the domain then decides upon what was found
 * with the agendas of just these. Where it lets something not pass (somebody has left, is limited in weeks, the place is
 * stale), that place is searched the long way, agenda by agenda; all ways end in the same function.
 */

export interface NearFound {
  opening: FreeOpening;
  agenda: AgendaRow;
  view: CitizenView;
}

/** Of each that was found what the citizen may book, undefined where they may not. */
async function letPass(
  tx: ScopedTx,
  { citizen, question, now }: Asking,
  found: readonly Candidate[],
): Promise<(NearFound | undefined)[]> {
  const pairs = new Map(found.map((row) => [keyOf(row), { professionalId: row.professionalId, placeId: row.placeId }]));
  const agendas = new Map(
    (await listAgendas(tx, { by: "agenda", agendas: [...pairs.values()] })).map((agenda) => [
      keyOf(agenda),
      { agenda, view: viewOf(citizen, agenda, question, now) },
    ]),
  );
  return found.map((opening) => {
    const seen = agendas.get(keyOf(opening));
    if (seen === undefined || mayCitizenBook(seen.view, opening, now) !== undefined) return undefined;
    return { opening: freeOf(opening), ...seen };
  });
}

function filterOf({ citizen, question }: Asking): OpeningFilter {
  const without = daysInEveryZone(closedDates(citizen, question));
  return { types: ["GEN"], reason: question.reason, within: null, without, citizen: true };
}

/** Up to `each` openings of each place that this citizen may book, in order of start; those of a place are all there when fewer. */
async function firstsOf(
  tx: ScopedTx,
  asked: Asking,
  places: readonly AskedPlace[],
  each: number,
): Promise<Map<string, NearFound[]>> {
  const found = await listAtPlaces(tx, places, filterOf(asked), { ...asked, each }, asked.now);
  const passed = await letPass(tx, asked, found);
  const firsts = new Map<string, NearFound[]>(places.map(({ placeId }) => [placeId, []]));
  const unsure = new Set<string>();
  for (const [at, { placeId }] of found.entries()) {
    const opening = passed[at];
    if (opening === undefined) unsure.add(placeId);
    else firsts.get(placeId)?.push(opening);
  }
  const again = places.filter(({ placeId }) => unsure.has(placeId));
  for (const [placeId, rows] of await theLongWay(tx, asked, again, each)) firsts.set(placeId, rows);
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

/**
 * A page of openings over all the places, in order of start: as far as that is worth it from among those of everywhere,
 * and from there on place by place.
 */
export async function searchPlaces(
  tx: ScopedTx,
  asked: Asking,
  around: Surroundings,
  after: OpeningPosition | undefined,
  limit: number,
): Promise<NearFound[]> {
  const { page, reached, ended } = await searchInGeneral(tx, asked, around, after, limit);
  if (ended || page.length === limit) return page;
  return [...page, ...(await searchEach(tx, asked, around.places, reached, limit - page.length))];
}

/** So many openings of everywhere are looked at for a page at most: 5 ms. */
const mostLookedAt = 4_000;

/**
 * Of the first openings anywhere so many are in the ring as its share of all places lets expect. Around a city a hundred
 * fill a page, whereas five hundred places asked one by one took 30 ms; where the ring is a hundredth of all places, it
 * is not tried.
 */
async function searchInGeneral(
  tx: ScopedTx,
  asked: Asking,
  { places, among }: Surroundings,
  after: OpeningPosition | undefined,
  limit: number,
): Promise<{ page: NearFound[]; reached: OpeningPosition | undefined; ended: boolean }> {
  const placeIds = places.map(({ placeId }) => placeId);
  const filter = filterOf(asked);
  const page: NearFound[] = [];
  let reached = after;
  let most = Math.ceil((1.5 * limit * among) / places.length);
  for (let left = mostLookedAt; page.length < limit && most <= left; most *= 2) {
    left -= most;
    const found = await listInGeneral(tx, placeIds, filter, { ...asked, after: reached, most }, asked.now);
    page.push(...(await letPass(tx, asked, found.candidates)).filter((each) => each !== undefined));
    if (found.reached === null) return { page: page.slice(0, limit), reached, ended: true };
    reached = found.reached;
  }
  return { page: page.slice(0, limit), reached, ended: false };
}

/** Of each place at first; most places of a ring have little to do with a page. */
const eachAtFirst = 2;

/** Each place is read on only while what it may still have could come before the page's last: with twice as many each time. */
async function searchEach(
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

function freeOf({ slotId, professionalId, placeId, startAt, endAt, serviceType, consultationReasons }: Candidate) {
  return {
    ...{ slotId, professionalId, placeId, startAt, endAt, serviceType },
    consultationReasons: [...consultationReasons],
  };
}

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}
