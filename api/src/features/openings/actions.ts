import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Citizen, ClinicActor } from "../../domain/actor.ts";
import { messageShown, messageTypeOf } from "../../domain/customisation.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { hasLeft } from "../../domain/employee.ts";
import { serviceTypes } from "../../domain/opening.ts";
import { mayRead } from "../../domain/permission.ts";
import type { Language } from "../../domain/problems.ts";
import { allReasons, datesAllowed, reasons, refuseInactive } from "../../domain/reason.ts";
import { addDays, dayMs, localDateOf, startOfDay, weekdayOf } from "../../domain/time.ts";
import type { TimeZone } from "../../domain/time.ts";
import { refuseCascade, viewOf } from "../../domain/visibility.ts";
import type { Cascade, CitizenFacts, CitizenView } from "../../domain/visibility.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { readInstant } from "../../http/time.ts";
import type { ShownMessageBody } from "../message-customisations/schema.ts";
import { listWrittenMessages } from "../message-customisations/store.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow, AgendaSelection } from "./agenda-store.ts";
import { clinicItem, openingItem } from "./item.ts";
import { weekdays } from "./schema.ts";
import type { CitizenQuery, ClinicOpening, ClinicQuery, OfferedOpening } from "./schema.ts";
import { byStart, listFreeOpenings } from "./search-store.ts";
import type { FreeOpening, OpeningFilter, OpeningPosition } from "./search-store.ts";
import type { SharedRead } from "./shared-read.ts";

/** How far one search of the clinic reaches; also how far ahead an age that is not reached yet is looked for. */
const longestSearchMs = 92 * dayMs;

/** An agenda that is searched, and the limit of its openings (OPT-04). */
interface Searched {
  agenda: AgendaRow;
  limit: number | null;
}

/** Agendas of one place that are searched alike. */
interface Site {
  searched: [Searched, ...Searched[]];
  filter: Omit<OpeningFilter, "after" | "limit">;
}

/**
 * SEARCH-01 to SEARCH-04, SEARCH-06 to SEARCH-08, SEARCH-11 to SEARCH-15, OPT-05: private and public, whatever the week
 * limit; of professionals who are free together, each opening names its own.
 */
export async function listOpenings(
  deps: Deps,
  read: SharedRead,
  call: Call<ClinicActor>,
  query: ClinicQuery,
): Promise<Page<ClinicOpening>> {
  const now = deps.clock.now();
  const from = Math.max(now, query.from === undefined ? now : readInstant(query.from));
  const to = query.to === undefined ? from + longestSearchMs : readInstant(query.to);
  if (to - from > longestSearchMs) throw new Refusal([violation("CONTRACT", "OUT_OF_RANGE", "/query/to")]);
  const placeId = query.placeId ?? (query.professionalId === undefined ? impliedPlace(call.actor) : undefined);
  return read(scopeOf(call), async (tx) => {
    const agendas = (await listAgendas(tx, selectionOf(query.professionalId, placeId))).filter(
      (agenda) =>
        mayRead(call.actor, agenda) &&
        (placeId === undefined || agenda.placeId === placeId) &&
        !hasLeft(agenda.departureDate, localDateOf(now, agenda.timeZone)),
    );
    const reason = query.consultationReason === allReasons ? null : query.consultationReason;
    const sites = bySite(agendas.map((agenda) => ({ agenda, limit: null }))).map((searched): Site => {
      const within = query.weekdays && stretchesOf(query.weekdays, from, to, searched[0].agenda.timeZone);
      const filter = { types: serviceTypes, reason, from, to, within: within ?? null, citizen: false };
      return { searched, filter };
    });
    const { placeId: at, professionalId, consultationReason, weekdays: days = [] } = query;
    const madeFor = `openings.list|${[at, professionalId, consultationReason, days.join(), query.from, query.to].join("|")}`;
    const { items, nextCursor } = await search(deps, tx, madeFor, query, sites, now);
    return { items: items.map(({ opening, searched }) => clinicItem(opening, searched.agenda)), nextCursor };
  });
}

/** CASC-01, CASC-02, CASC-05 to CASC-08, CASC-13 to CASC-15, CASC-22 to CASC-24, SVC-05 to SVC-11, REASON-08, REASON-11, COMM-13. */
export async function searchCitizenOpenings(
  deps: Deps,
  read: SharedRead,
  call: Call<Citizen>,
  query: CitizenQuery,
): Promise<Page<OfferedOpening> & { messages: ShownMessageBody[] }> {
  const person = await deps.registry.find(call.actor.nam);
  if (person === null) throw new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN")]);
  const now = deps.clock.now();
  const from = Math.max(now, query.from === undefined ? now : readInstant(query.from));
  const to = query.to === undefined ? null : readInstant(query.to);
  const selection = citizenSelection(person, query, { from, to });
  return read(scopeOf(call), async (tx) => {
    const [agendas, inactiveReasons] = await Promise.all([listAgendas(tx, selection), listInactiveReasons(tx)]);
    const inactive = refuseInactive(query.consultationReason, inactiveReasons, "/query/consultationReason");
    if (inactive !== undefined) throw new Refusal([inactive]);
    const question = { cascade: query.cascade, reason: query.consultationReason, inactiveReasons };
    const views = new Map<AgendaRow, CitizenView>();
    for (const agenda of agendas) {
      if (query.placeId !== undefined && query.placeId !== agenda.placeId) continue;
      if (query.professionalId !== undefined && query.professionalId !== agenda.professionalId) continue;
      const view = viewOf(person, agenda, question, now);
      if (view.closed === null) views.set(agenda, view);
    }
    const sites = bySite([...views].map(([agenda, { limit }]) => ({ agenda, limit }))).map((searched): Site => {
      // Types, ages and masks depend on the place and the citizen alone.
      const view = viewIn(views, searched[0].agenda);
      const until = view.until === null ? to : Math.min(view.until, to ?? view.until);
      const { types, reason } = view;
      return {
        searched,
        filter: { types, reason, from: Math.max(from, view.from), to: until, within: null, citizen: true },
      };
    });
    const { placeId, professionalId, cascade, consultationReason } = query;
    const filters = [cascade, consultationReason, placeId, professionalId, query.from, query.to].join("|");
    const madeFor = `citizenOpenings.search|${call.actor.namIndex}|${filters}`;
    const { items, nextCursor } = await search(deps, tx, madeFor, query, sites, now);
    const shown = items.map(({ opening, searched: { agenda } }) => openingItem(opening, agenda, viewIn(views, agenda)));
    const agendasShown = items.map(({ searched: { agenda } }) => agenda);
    return { items: shown, nextCursor, messages: await messagesBeside(tx, cascade, agendasShown, call.language) };
  });
}

/** COMM-13, MSG-06 to MSG-08: what is said beside the results of each place. Nothing is asked for in a cascade without a message. */
async function messagesBeside(
  tx: ScopedTx,
  cascade: Cascade,
  shown: readonly AgendaRow[],
  language: Language,
): Promise<ShownMessageBody[]> {
  const places = new Map(
    shown.flatMap(({ establishmentId, placeId, gmfNumber }) => {
      const type = messageTypeOf(cascade, { gmfNumber });
      return type === null ? [] : [[placeId, { establishmentId, placeId, type, language }]];
    }),
  );
  const written = await listWrittenMessages(tx, [...places.values()], language);
  return [...places.values()].map((place) => {
    const { placeId, type } = place;
    return { placeId, type, language, ...messageShown(place, written) };
  });
}

/** Which agendas a cascade looks at; or why it is not open to this person, for this reason. */
function citizenSelection(
  person: CitizenFacts,
  query: CitizenQuery,
  window: { from: number; to: number | null },
): AgendaSelection {
  const { cascade, consultationReason: reason, placeId, professionalId } = query;
  const found = [refuseCascade(person, cascade, "/query/cascade")];
  if (!reasons[reason].online) found.push(violation("CASC-23", "REASON_NOT_ALLOWED", "/query/consultationReason"));
  else if (isOutOfAge(person.birthDate, query, window))
    found.push(violation("REASON-08", "REASON_NOT_ALLOWED", "/query/consultationReason"));
  if (cascade === "3" && placeId === undefined && professionalId === undefined)
    found.push(violation("CASC-06", "REQUIRED_FIELD", "/query/placeId"));
  const violations = found.filter((each) => each !== undefined);
  if (violations.length > 0) throw new Refusal(violations);
  const { practiceNumber, gmfNumber } = person.registration ?? { practiceNumber: null, gmfNumber: null };
  if (cascade === "1" && practiceNumber !== null) return { by: "practiceNumber", practiceNumber };
  if (cascade === "2.3" && gmfNumber !== null) return { by: "gmf", gmfNumber };
  return selectionOf(professionalId, placeId);
}

/** REASON-08, REASON-09: no day of the window is one on which the person has the age; without an end, 92 days are looked at. */
function isOutOfAge(
  birthDate: string,
  { consultationReason }: CitizenQuery,
  { from, to }: { from: number; to: number | null },
): boolean {
  const { first, last } = datesAllowed(consultationReason, birthDate);
  // Before the place is known: an edge of hours at the birthday, where the view of each place decides anyway.
  const zone: TimeZone = "America/Toronto";
  const tooYoung = first !== null && first > localDateOf(to ?? from + longestSearchMs, zone);
  return tooYoung || (last !== null && last < localDateOf(from, zone));
}

function selectionOf(professionalId: string | undefined, placeId: string | undefined): AgendaSelection {
  if (professionalId !== undefined) return { by: "professional", professionalIds: [professionalId] };
  return { by: "place", placeIds: placeId === undefined ? [] : [placeId] };
}

/** SEARCH-02: the caller's only place, when there is only one. */
function impliedPlace(actor: ClinicActor): string {
  const placeIds = actor.kind === "machine" ? actor.links.map(({ placeId }) => placeId) : actor.workPlaceIds;
  const [only, ...others] = placeIds;
  if (only !== undefined && others.length === 0) return only;
  throw new Refusal([violation("SEARCH-02", "REQUIRED_FIELD", "/query/placeId")]);
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

function bySite(searched: readonly Searched[]): [Searched, ...Searched[]][] {
  const sites = new Map<string, [Searched, ...Searched[]]>();
  for (const each of searched) {
    const site = sites.get(each.agenda.placeId);
    if (site === undefined) sites.set(each.agenda.placeId, [each]);
    else site.push(each);
  }
  return [...sites.values()];
}

/** One page over all sites, each read up to the page's limit and then merged. */
async function search(
  deps: Deps,
  tx: ScopedTx,
  madeFor: string,
  query: { cursor?: string | undefined; limit: number },
  sites: readonly Site[],
  now: number,
): Promise<Page<{ opening: FreeOpening; searched: Searched }>> {
  const searchedBy = new Map(
    sites.flatMap(({ searched }) => searched.map((each) => [keyOf(each.agenda), each] as const)),
  );
  return paginate<{ opening: FreeOpening; searched: Searched }, OpeningPosition>(
    deps,
    madeFor,
    query,
    async (after, limit) => {
      const found = await Promise.all(
        sites.map(({ searched, filter }) => {
          const { establishmentId, placeId } = searched[0].agenda;
          const professionals = searched.map((each) => ({ ...each.agenda, limit: each.limit }));
          return listFreeOpenings(tx, { establishmentId, placeId, professionals }, { ...filter, after, limit }, now);
        }),
      );
      const rows = (found.length === 1 ? (found[0] ?? []) : found.flat().sort(byStart)).flatMap((opening) => {
        const searched = searchedBy.get(keyOf(opening));
        return searched === undefined ? [] : [{ opening, searched }];
      });
      return { rows, positionOf: ({ opening: { startAt, slotId } }) => ({ startAt, slotId }) };
    },
  );
}

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}

function viewIn(views: ReadonlyMap<AgendaRow, CitizenView>, agenda: AgendaRow): CitizenView {
  const view = views.get(agenda);
  if (view === undefined) throw new Error("an agenda was searched that the citizen may not see");
  return view;
}
