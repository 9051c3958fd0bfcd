import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { clinicAgendaConditions } from "../../domain/clinic-offer.ts";
import { firstRefusal } from "../../domain/condition.ts";
import { notInContract, Refusal, refusal, violation } from "../../domain/decision.ts";
import type { Profession } from "../../domain/employee.ts";
import { serviceTypes } from "../../domain/opening.ts";
import { mayRead } from "../../domain/permission.ts";
import { allReasons } from "../../domain/reason.ts";
import { addDays, dayMs, localDateOf, startOfDay, weekdayOf } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import { sundayOf, weekFrom } from "../../domain/week.ts";
import type { Call } from "../../http/call.ts";
import { readCursor } from "../../http/cursor.ts";
import type { Page } from "../../http/page.ts";
import { warningsOf } from "../../http/problem.ts";
import { readInstant } from "../../http/time.ts";
import { listProfessionsOf } from "../professionals/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow, AgendaSelection } from "./agenda-store.ts";
import { clinicItem } from "./item.ts";
import { listNextOpenings } from "./next-store.ts";
import { weekdays } from "./schema.ts";
import type {
  ClinicFilter,
  ClinicOpening,
  ClinicQuery,
  NextOpenings,
  NextQuery,
  WeekPage,
  WeekQuery,
} from "./schema.ts";
import { bySite, oneOpening, searchSites } from "./search.ts";
import type { Site } from "./search.ts";
import type { SharedRead } from "./shared-read.ts";

type ClinicCall = Call<ClinicActor>;

/** How far one search reaches, and how far ahead it looks for the next week that has something. */
const longestSearchMs = 92 * dayMs;
const furthestWeekMs = 2 * 366 * dayMs;
/** Professionals, or places, of one question for the next opening. */
const namedAtOnce = 50;

/**
 * SEARCH-01 to SEARCH-08, SEARCH-11 to SEARCH-15, OPT-05: private and public, whatever the week limit; of professionals
 * who are free together, each opening names its own.
 */
export async function listOpenings(
  deps: Deps,
  read: SharedRead,
  call: ClinicCall,
  query: ClinicQuery,
): Promise<Page<ClinicOpening>> {
  const now = deps.clock.now();
  const { from, to } = windowOf(query, now);
  return read(scopeOf(call), async (tx) => {
    const agendas = await agendasAsked(tx, call.actor, query, now);
    const sites = bySite(agendas.map((agenda) => ({ agenda, limit: null, ends: null }))).map((searched): Site => ({
      searched,
      from,
      to,
      filter: filterOf(query, { from, to }, searched[0].agenda.timeZone),
    }));
    const { items, nextCursor } = await searchSites(deps, tx, madeForOf("openings.list", query), query, sites, now);
    return { items: items.map(({ opening, agenda }) => clinicItem(opening, agenda)), nextCursor };
  });
}

/**
 * SEARCH-09, SEARCH-10: a week, from Sunday to Saturday at the place, and the nearest ones before and after it that have
 * something; without a week, the first that has. Pages are of the week that the first one was of, whatever has come free
 * or been taken since.
 */
export async function listWeek(deps: Deps, read: SharedRead, call: ClinicCall, query: WeekQuery): Promise<WeekPage> {
  const now = deps.clock.now();
  return read(scopeOf(call), async (tx) => {
    const agendas = await agendasAsked(tx, call.actor, query, now);
    const searched = bySite(agendas.map((agenda) => ({ agenda, limit: null, ends: null })));
    // Of one place, as SEARCH-02 has it; of a professional at several, the first of them says when weeks begin.
    const zone = agendas[0]?.timeZone ?? "America/Toronto";
    const sitesIn = (from: number, to: number): Site[] =>
      searched.map((site) => ({
        ...{ searched: site, from, to },
        filter: filterOf(query, { from, to }, site[0].agenda.timeZone),
      }));
    const weekWith = async (from: number, to: number, which: "first" | "last") => {
      const found = from < to ? await oneOpening(tx, sitesIn(from, to), which, now) : undefined;
      return found === undefined ? null : sundayOf(localDateOf(found.startAt, zone));
    };
    const horizon = now + furthestWeekMs;
    const { week: named, ...asked } = query;
    const madeFor = madeForOf("openings.week", asked);
    const begun = query.cursor === undefined ? undefined : weekOf(deps, madeFor, query.cursor);
    if (begun !== undefined && named !== undefined && sundayOf(named) !== begun)
      throw refusal("CURSOR_INVALID", "/query/cursor");
    const week = begun ?? sundayOf(named ?? (await weekWith(now, horizon, "first")) ?? localDateOf(now, zone));
    const { startAt: begins, endAt: ends } = weekFrom(week, zone);
    const [from, to] = [Math.max(now, begins), Math.max(now, ends)];
    const { items, nextCursor } = await searchSites(deps, tx, madeFor, query, sitesIn(from, to), now, { week });
    const previousWeek = await weekWith(now, Math.min(begins, horizon), "last");
    const nextWeek = await weekWith(Math.max(now, ends), horizon, "first");
    const none = [...(previousWeek === null ? ["/previousWeek"] : []), ...(nextWeek === null ? ["/nextWeek"] : [])];
    return {
      items: items.map(({ opening, agenda }) => clinicItem(opening, agenda)),
      nextCursor,
      ...{ week, previousWeek, nextWeek },
      warnings: warningsOf(
        none.map((pointer) => violation("SEARCH-10", "NO_OPENING_FOUND", pointer)),
        call,
      ),
    };
  });
}

/** SEARCH-06 to SEARCH-08, SEARCH-11, SEARCH-13, SEARCH-15: the soonest opening of each agenda asked for, the soonest first. */
export async function nextOpenings(
  deps: Deps,
  read: SharedRead,
  call: ClinicCall,
  query: NextQuery,
): Promise<NextOpenings> {
  const now = deps.clock.now();
  const { from, to } = windowOf(query, now, furthestWeekMs);
  const professionalIds = namedIn(query.professionalIds, "professionalIds");
  const named = namedIn(query.placeIds, "placeIds");
  const placeIds = named ?? (professionalIds === undefined ? [impliedPlace(call.actor, "/query/placeIds")] : undefined);
  return read(scopeOf(call), async (tx) => {
    const selection: AgendaSelection =
      professionalIds === undefined
        ? { by: "place", placeIds: placeIds ?? [] }
        : { by: "professional", professionalIds };
    const agendas = (await readableAgendas(tx, call.actor, selection, now)).filter(
      ({ placeId }) => placeIds?.includes(placeId) !== false,
    );
    const asked = agendas.map((agenda) => ({ agenda, filter: filterOf(query, { from, to }, agenda.timeZone) }));
    const found = await listNextOpenings(tx, asked, { from, to }, now);
    return { items: found.map(({ opening, agenda }) => clinicItem(opening, agenda)) };
  });
}

/** Of a page's cursor, which holds the week that it was made in. */
function weekOf({ secrets }: Deps, madeFor: string, cursor: string): string {
  return readCursor<{ week: string }>(secrets, madeFor, cursor).week;
}

function namedIn(text: string | undefined, parameter: string): string[] | undefined {
  const named = text?.split(",");
  if (named !== undefined && named.length > namedAtOnce)
    throw notInContract(`/query/${parameter}`, `≤ ${String(namedAtOnce)}`);
  return named;
}

function windowOf(
  query: { from?: string | undefined; to?: string | undefined },
  now: number,
  longestMs = longestSearchMs,
): { from: number; to: number } {
  const from = Math.max(now, query.from === undefined ? now : readInstant(query.from));
  const to = query.to === undefined ? from + longestMs : readInstant(query.to);
  if (to - from > longestMs) throw new Refusal([violation("CONTRACT", "OUT_OF_RANGE", "/query/to")]);
  return { from, to };
}

/** SEARCH-02 to SEARCH-05: which agendas a search is about. */
async function agendasAsked(tx: ScopedTx, actor: ClinicActor, query: ClinicFilter, now: number): Promise<AgendaRow[]> {
  const { professionalId, profession } = query;
  const placeId = query.placeId ?? (professionalId === undefined ? impliedPlace(actor) : undefined);
  const selection: AgendaSelection =
    professionalId === undefined
      ? { by: "place", placeIds: placeId === undefined ? [] : [placeId] }
      : { by: "professional", professionalIds: [professionalId] };
  const agendas = (await readableAgendas(tx, actor, selection, now)).filter(
    (agenda) => placeId === undefined || agenda.placeId === placeId,
  );
  if (profession === undefined) return agendas;
  await refuseProfession(tx, agendas[0], profession);
  return agendas.filter((agenda) => agenda.profession === profession);
}

/** SEARCH-15, PERM-16: those whose professional is still there, and which the caller may read. */
async function readableAgendas(
  tx: ScopedTx,
  actor: ClinicActor,
  selection: AgendaSelection,
  now: number,
): Promise<AgendaRow[]> {
  return (await listAgendas(tx, selection)).filter(
    (agenda) => mayRead(actor, agenda) && firstRefusal(clinicAgendaConditions, { agenda, now }) === undefined,
  );
}

/** SEARCH-05: a GMF's search may name a profession, one that the GMF has; another establishment's knows no such filter. */
async function refuseProfession(tx: ScopedTx, agenda: AgendaRow | undefined, profession: Profession): Promise<void> {
  if (agenda === undefined) return;
  if (agenda.gmfNumber === null) throw new Refusal([violation("SEARCH-05", "NOT_A_GMF", "/query/profession")]);
  const present = await listProfessionsOf(tx, agenda.establishmentId);
  if (!present.includes(profession)) throw new Refusal([violation("SEARCH-05", "OUT_OF_RANGE", "/query/profession")]);
}

/** SEARCH-02: the caller's only place, when there is only one. */
function impliedPlace(actor: ClinicActor, pointer = "/query/placeId"): string {
  const placeIds = actor.kind === "machine" ? actor.links.map(({ placeId }) => placeId) : actor.workPlaceIds;
  const [only, ...others] = placeIds;
  if (only !== undefined && others.length === 0) return only;
  throw new Refusal([violation("SEARCH-02", "REQUIRED_FIELD", pointer)]);
}

function filterOf(
  { consultationReason, weekdays: days }: Pick<ClinicFilter, "consultationReason" | "weekdays">,
  { from, to }: { from: number; to: number },
  zone: TimeZone,
): Site["filter"] {
  return {
    types: serviceTypes,
    reason: consultationReason === allReasons ? null : consultationReason,
    within: days === undefined ? null : stretchesOf(days, from, to, zone),
    without: [],
    citizen: false,
  };
}

/** SEARCH-08: the days of the window that fall on these weekdays, in the place's zone. */
function stretchesOf(
  days: readonly (typeof weekdays)[number][],
  from: number,
  to: number,
  zone: TimeZone,
): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = [];
  for (let date = localDateOf(from, zone); startOfDay(date, zone) < to; date = addDays(date, 1)) {
    const name = weekdays[weekdayOf(date)];
    if (name !== undefined && days.includes(name))
      stretches.push({ from: startOfDay(date, zone), to: startOfDay(addDays(date, 1), zone) });
  }
  return stretches;
}

/** A cursor is good for the same question only. */
function madeForOf(operation: string, query: Readonly<Record<string, unknown>>): string {
  const { cursor: _cursor, limit: _limit, ...asked } = query;
  return `${operation}|${JSON.stringify(Object.entries(asked).sort())}`;
}
