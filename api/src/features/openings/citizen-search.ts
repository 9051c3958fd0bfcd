import { publicScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { nextCascade } from "../../domain/cascade.ts";
import type { Cascade, CitizenFacts } from "../../domain/cascade.ts";
import { messageShown, messageTypeOf } from "../../domain/customisation.ts";
import type { Language } from "../../domain/problems.ts";
import { ownPracticeNumber } from "../../domain/registration.ts";
import { viewOf } from "../../domain/visibility.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { identify } from "../citizen-bookings/identify.ts";
import type { OnlineCaller } from "../citizen-bookings/identify.ts";
import type { ShownMessageBody } from "../message-customisations/schema.ts";
import { listWrittenMessages } from "../message-customisations/store.ts";
import { listAgendas } from "./agenda-store.ts";
import type { AgendaRow, AgendaSelection } from "./agenda-store.ts";
import { askAs, freshnessOfPlaces, madeForOf, placesNear } from "./citizen-question.ts";
import type { Asking } from "./citizen-question.ts";
import { openingItem } from "./item.ts";
import { searchPlaces } from "./near-search.ts";
import type { NearFound } from "./near-search.ts";
import { readNearby } from "./nearby.ts";
import type { CitizenSearch, OfferedOpening, PlaceFreshness } from "./schema.ts";
import { bySite, searchSites } from "./search.ts";
import type { OpeningPosition } from "./search-store.ts";
import type { SharedRead } from "./shared-read.ts";
import { siteOf } from "./site.ts";

export type OfferedPage = Page<OfferedOpening> & {
  messages: ShownMessageBody[];
  freshness: PlaceFreshness[];
  nextCascade: Cascade | null;
};

/**
 * CASC-01 to CASC-22, CASC-24, SVC-05 to SVC-16, REASON-08, REASON-11, COMM-13, SYNC-13, SYNC-14: what one cascade offers
 * this citizen, and where they may go on. The cascades of a nurse's search are the patient's (CASC-23).
 */
export async function searchOnline(
  deps: Deps,
  read: SharedRead,
  caller: OnlineCaller,
  asked: CitizenSearch,
): Promise<OfferedPage> {
  const nearby = readNearby(asked.postalCode, asked.perimeter);
  const patient = await identify(deps, caller);
  const now = deps.clock.now();
  const { cascade } = asked;
  const everywhere = nearby !== null && asked.placeId === undefined && asked.professionalId === undefined;
  const places = cascade === "3" && everywhere ? await placesNear(deps, nearby) : null;
  return read(publicScope, async (tx) => {
    const asking = await askAs(tx, caller, patient, { ...asked, nearby }, now);
    const madeFor = madeForOf(caller, patient, asked);
    const found =
      places === null
        ? await searchAgendas(deps, tx, madeFor, asked, asking)
        : await paginate<NearFound, OpeningPosition>(deps, madeFor, asked, async (after, limit) => ({
            rows: await searchPlaces(tx, asking, places, after, limit),
            positionOf: ({ opening: { startAt, slotId } }) => ({ startAt, slotId }),
          }));
    const shown = found.items.map(({ agenda }) => agenda);
    return {
      items: found.items.map(({ opening, agenda, view }) => openingItem(opening, agenda, view, nearby)),
      nextCursor: found.nextCursor,
      messages: await messagesBeside(tx, asking.citizen, cascade, shown, caller.call.language),
      freshness: freshnessOfPlaces(shown, now),
      nextCascade: nextCascade(asking.citizen, cascade),
    };
  });
}

/** The agendas that a cascade looks at, each place searched by what its agendas show. */
async function searchAgendas(
  deps: Deps,
  tx: ScopedTx,
  madeFor: string,
  asked: CitizenSearch,
  { citizen, question, from, to, now }: Asking,
): Promise<Page<NearFound>> {
  const views = new Map<AgendaRow, CitizenView>();
  for (const agenda of await listAgendas(tx, selectionOf(citizen, asked))) {
    if (asked.placeId !== undefined && asked.placeId !== agenda.placeId) continue;
    if (asked.professionalId !== undefined && asked.professionalId !== agenda.professionalId) continue;
    const view = viewOf(citizen, agenda, question, now);
    if (view.closed === null) views.set(agenda, view);
  }
  const searched = [...views].map(([agenda, { limit, ends }]) => ({ agenda, limit, ends: ends?.at ?? null }));
  const sites = bySite(searched).map((site) => siteOf(site, viewIn(views, site[0].agenda), { from, to }));
  const { items, nextCursor } = await searchSites(deps, tx, madeFor, asked, sites, now);
  return { items: items.map((found) => ({ ...found, view: viewIn(views, found.agenda) })), nextCursor };
}

/** COMM-13, MSG-06 to MSG-08: what is said beside the results of each place. Nothing is asked for in a cascade without a message. */
async function messagesBeside(
  tx: ScopedTx,
  { registration }: CitizenFacts,
  cascade: Cascade,
  shown: readonly AgendaRow[],
  language: Language,
): Promise<ShownMessageBody[]> {
  const type = messageTypeOf(cascade, { gmfNumber: registration?.gmfNumber ?? null });
  if (type === null) return [];
  const places = new Map(
    shown.map(({ establishmentId, placeId }) => [placeId, { establishmentId, placeId, type, language }]),
  );
  const written = await listWrittenMessages(tx, [...places.values()], language);
  return [...places.values()].map((place) => {
    return { placeId: place.placeId, type, language, ...messageShown(place, written) };
  });
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

function viewIn(views: ReadonlyMap<AgendaRow, CitizenView>, agenda: AgendaRow): CitizenView {
  const view = views.get(agenda);
  if (view === undefined) throw new Error("an agenda was searched that the citizen may not see");
  return view;
}
