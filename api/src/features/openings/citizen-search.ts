import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Citizen } from "../../domain/actor.ts";
import { citizenFactsOf, nextCascade, refuseCascade } from "../../domain/cascade.ts";
import type { Cascade, CitizenFacts } from "../../domain/cascade.ts";
import { messageShown, messageTypeOf } from "../../domain/customisation.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Language } from "../../domain/problems.ts";
import { datesAllowed, reasons, refuseInactive } from "../../domain/reason.ts";
import { ownPracticeNumber } from "../../domain/registration.ts";
import { dayMs, localDateOf, ramqTimeZone } from "../../domain/time.ts";
import { viewOf } from "../../domain/visibility.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import type { Call } from "../../http/call.ts";
import type { Page } from "../../http/page.ts";
import { readInstant } from "../../http/time.ts";
import type { InsuredPerson } from "../../registry.ts";
import { listInactiveReasons } from "../consultation-reasons/store.ts";
import type { ShownMessageBody } from "../message-customisations/schema.ts";
import { listWrittenMessages } from "../message-customisations/store.ts";
import { listRelayedGroups } from "../work-groups/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow, AgendaSelection } from "./agenda-store.ts";
import { openingItem } from "./item.ts";
import type { CitizenSearch, OfferedOpening } from "./schema.ts";
import { bySite, searchSites } from "./search.ts";
import type { Site } from "./search.ts";
import type { SharedRead } from "./shared-read.ts";

/** How far ahead an age that is not reached yet is looked for when the search has no end. */
const longestSearchMs = 92 * dayMs;

export type OfferedPage = Page<OfferedOpening> & { messages: ShownMessageBody[]; nextCascade: Cascade | null };

/**
 * CASC-01 to CASC-16, CASC-22 to CASC-24, SVC-05 to SVC-11, REASON-08, REASON-11, COMM-13: what one cascade offers this
 * citizen, and where they may go on.
 */
export async function searchCitizenOpenings(
  deps: Deps,
  read: SharedRead,
  call: Call<Citizen>,
  asked: CitizenSearch,
): Promise<OfferedPage> {
  const person = await deps.registry.find(call.actor.nam);
  if (person === null) throw new Refusal([violation("PAT-02", "IDENTITY_UNKNOWN")]);
  const now = deps.clock.now();
  const from = Math.max(now, asked.from === undefined ? now : readInstant(asked.from));
  const to = asked.to === undefined ? null : readInstant(asked.to);
  return read(scopeOf(call), async (tx) => {
    const [citizen, inactiveReasons] = await Promise.all([knowCitizen(tx, person, now), listInactiveReasons(tx)]);
    refuseQuestion(citizen, asked, { from, to });
    const inactive = refuseInactive(asked.consultationReason, inactiveReasons);
    if (inactive !== undefined) throw new Refusal([inactive]);
    const question = { cascade: asked.cascade, reason: asked.consultationReason, inactiveReasons };
    const views = new Map<AgendaRow, CitizenView>();
    for (const agenda of await listAgendas(tx, selectionOf(citizen, asked))) {
      if (asked.placeId !== undefined && asked.placeId !== agenda.placeId) continue;
      if (asked.professionalId !== undefined && asked.professionalId !== agenda.professionalId) continue;
      const view = viewOf(citizen, agenda, question, now);
      if (view.closed === null) views.set(agenda, view);
    }
    const searched = [...views].map(([agenda, { limit, ends }]) => ({ agenda, limit, ends: ends?.at ?? null }));
    const sites = bySite(searched).map((site): Site => {
      // Types and ages depend on the place and the citizen alone.
      const view = viewIn(views, site[0].agenda);
      const until = view.until === null ? to : Math.min(view.until, to ?? view.until);
      const filter = { types: view.types, reason: view.reason, within: null, citizen: true };
      return { searched: site, filter, from: Math.max(from, view.from), to: until };
    });
    const { cursor: _cursor, limit: _limit, ...filters } = asked;
    const madeFor = `citizenOpenings.search|${call.actor.namIndex}|${JSON.stringify(Object.entries(filters).sort())}`;
    const { items, nextCursor } = await searchSites(deps, tx, madeFor, asked, sites, now);
    const shown = items.map(({ agenda }) => agenda);
    return {
      items: items.map(({ opening, agenda }) => openingItem(opening, agenda, viewIn(views, agenda))),
      nextCursor,
      messages: await messagesBeside(tx, asked.cascade, shown, call.language),
      nextCascade: nextCascade(citizen, asked.cascade),
    };
  });
}

/** Who asks, and who relays their professional: what every cascade is decided upon. */
export async function knowCitizen(tx: ScopedTx, person: InsuredPerson, now: number): Promise<CitizenFacts> {
  const gmfNumber = person.registration?.gmfNumber ?? null;
  return citizenFactsOf(person, gmfNumber === null ? [] : await listRelayedGroups(tx, gmfNumber), now);
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

/** Why a cascade is not open to this person, or not for this reason. */
function refuseQuestion(
  citizen: CitizenFacts,
  asked: CitizenSearch,
  window: { from: number; to: number | null },
): void {
  const { cascade, consultationReason: reason, placeId, professionalId } = asked;
  const found = [refuseCascade(citizen, cascade, "/cascade")];
  if (!reasons[reason].online) found.push(violation("CASC-23", "REASON_NOT_ALLOWED", "/consultationReason"));
  else if (isOutOfAge(citizen.birthDate, asked, window))
    found.push(violation("REASON-08", "REASON_NOT_ALLOWED", "/consultationReason"));
  if (cascade === "3" && placeId === undefined && professionalId === undefined)
    found.push(violation("CASC-06", "REQUIRED_FIELD", "/placeId"));
  const violations = found.filter((each) => each !== undefined);
  if (violations.length > 0) throw new Refusal(violations);
}

/** Which agendas a cascade looks at. */
function selectionOf(
  { registration, relays }: CitizenFacts,
  { cascade, placeId, professionalId }: CitizenSearch,
): AgendaSelection {
  switch (cascade) {
    case "1":
      return { by: "practiceNumber", practiceNumber: registration === null ? "" : ownPracticeNumber(registration) };
    case "2.1":
    case "2.2":
      return { by: "professional", professionalIds: [...(relays?.[cascade] ?? [])] };
    case "2.3":
      return { by: "gmf", gmfNumber: registration?.gmfNumber ?? "" };
    case "3":
      return professionalId !== undefined
        ? { by: "professional", professionalIds: [professionalId] }
        : { by: "place", placeIds: placeId === undefined ? [] : [placeId] };
  }
}

/** REASON-08, REASON-09: no day of the window is one on which the person has the age; without an end, 92 days are looked at. */
function isOutOfAge(
  birthDate: string,
  { consultationReason }: CitizenSearch,
  { from, to }: { from: number; to: number | null },
): boolean {
  const { first, last } = datesAllowed(consultationReason, birthDate);
  // Before the place is known: an edge of hours at the birthday, where the view of each place decides anyway.
  const tooYoung = first !== null && first > localDateOf(to ?? from + longestSearchMs, ramqTimeZone);
  return tooYoung || (last !== null && last < localDateOf(from, ramqTimeZone));
}

function viewIn(views: ReadonlyMap<AgendaRow, CitizenView>, agenda: AgendaRow): CitizenView {
  const view = views.get(agenda);
  if (view === undefined) throw new Error("an agenda was searched that the citizen may not see");
  return view;
}
