import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { shownMessageExample } from "../message-customisations/schema.ts";
import { citizenPlaceExample } from "../citizen-bookings/place-schema.ts";
import { searchOnline } from "./citizen-search.ts";
import { listOpenings, listWeek, nextOpenings } from "./clinic-search.ts";
import { listNearest } from "./nearest.ts";
import {
  citizenSearchExample,
  citizenSearchSchema,
  clinicOpeningExample,
  clinicOpeningPage,
  clinicQuery,
  nearestPage,
  nearestSchema,
  nearestSearchExample,
  nextQuery,
  nextSchema,
  nurseNearestExample,
  nurseNearestSchema,
  nurseSearchExample,
  nurseSearchSchema,
  offeredOpeningExample,
  offeredOpeningPage,
  placeFreshnessExample,
  weekPageSchema,
  weekQuery,
} from "./schema.ts";
import { createSharedRead } from "./shared-read.ts";

const clinicSearch = {
  method: "get",
  tag: "openings",
  actors: ["employee", "machine"],
  scope: "slots.read",
  status: 200,
} as const;

const list = operation({
  ...clinicSearch,
  operationId: "openings.list",
  path: "/v1/openings",
  summary: "Search free openings for a clinic",
  description:
    "Public and private ones, whatever their opening date or the professional's limit in weeks (SEARCH-13); never taken, " +
    "held or past (SEARCH-11). Without a place and a professional, the caller's only place is meant (SEARCH-02).",
  query: clinicQuery,
  result: clinicOpeningPage,
  list: true,
  problems: ["REQUIRED_FIELD", "OUT_OF_RANGE", "NOT_A_GMF"],
  example: { result: { items: [clinicOpeningExample], nextCursor: null } },
});

const week = operation({
  ...clinicSearch,
  operationId: "openings.week",
  path: "/v1/openings/week",
  summary: "Go through free openings week by week",
  description:
    "What openings.list finds, a week at a time. Weeks without an opening are passed over in both directions (SEARCH-09): " +
    "ask next for `nextWeek` or `previousWeek`. Where there is none, a warning says so (SEARCH-10).",
  query: weekQuery,
  result: weekPageSchema,
  list: true,
  problems: ["REQUIRED_FIELD", "OUT_OF_RANGE", "NOT_A_GMF"],
  example: {
    result: {
      ...{ items: [clinicOpeningExample], nextCursor: null, week: "2027-03-07" },
      ...{ previousWeek: "2027-02-28", nextWeek: "2027-03-14", warnings: [] },
    },
  },
});

const next = operation({
  ...clinicSearch,
  operationId: "openings.next",
  path: "/v1/openings/next",
  summary: "Find the earliest opening over several professionals or places",
  description:
    "The first opening of each agenda asked for, the soonest first, in one call: of up to 50 professionals, or of everybody " +
    "at up to 50 places. What the caller may not read is left out.",
  query: nextQuery,
  result: nextSchema,
  problems: ["REQUIRED_FIELD", "OUT_OF_RANGE"],
  example: { result: { items: [clinicOpeningExample] } },
});

/** What a citizen's question is refused for. */
const nearProblems = [
  ...["IDENTITY_UNKNOWN", "REASON_NOT_ALLOWED", "INACTIVE_REASON"],
  ...["INVALID_PERIMETER", "POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC"],
] as const;

const searched = {
  method: "post",
  reads: true,
  status: 200,
  result: offeredOpeningPage,
  list: true,
} as const;

const searchedResult = {
  items: [offeredOpeningExample],
  nextCursor: null,
  messages: [shownMessageExample],
  freshness: [placeFreshnessExample],
};

const search = operation({
  ...searched,
  operationId: "citizenOpenings.search",
  path: "/v1/citizen/openings/search",
  tag: "citizen",
  summary: "Search the openings that a citizen may book",
  description:
    "One cascade at a time; a citizen may go on to `nextCascade` whatever the first holds (CASC-08). What is offered depends " +
    "on RAMQ's registration, the GMF's work groups, the place's display mode and masks, the slot's opening date and the " +
    "professional's limit in weeks; each opening answered can be booked by this citizen at that moment.",
  actors: ["citizen"],
  body: citizenSearchSchema,
  problems: [...nearProblems, "CASCADE_NOT_AVAILABLE", "REQUIRED_FIELD"],
  example: { body: citizenSearchExample, result: { ...searchedResult, nextCascade: "2.1" } },
});

const nurseSearch = operation({
  ...searched,
  operationId: "nurseOpenings.search",
  path: "/v1/nurse/openings/search",
  tag: "nurse",
  summary: "Search the openings that a nurse may book for a patient",
  description:
    "citizenOpenings.search for the patient of a health insurance number: cascades, registration and masks are theirs " +
    "(PLACE-27). CASC-23: a nurse with the mention `redirection` may search with that reason, and reads it of openings. " +
    "APPT-11: a day on which the patient has an appointment is not left out. The look-up of the person is recorded.",
  actors: ["nurse"],
  body: nurseSearchSchema,
  problems: [...nearProblems, "INVALID_NAM", "CASCADE_NOT_AVAILABLE", "REQUIRED_FIELD"],
  example: { body: nurseSearchExample, result: { ...searchedResult, nextCascade: null } },
});

const nearestPlaces = {
  method: "post",
  reads: true,
  status: 200,
  result: nearestPage,
  list: true,
} as const;

const nearestResult = {
  items: [{ place: citizenPlaceExample, distanceKm: 3.4, opening: { ...offeredOpeningExample, distanceKm: 3.4 } }],
  nextCursor: null,
  freshness: [placeFreshnessExample],
};

const nearest = operation({
  ...nearestPlaces,
  operationId: "citizenOpenings.nearest",
  path: "/v1/citizen/openings/nearest",
  tag: "citizen",
  summary: "Find the nearest clinics that have an opening",
  description:
    "Cascade 3 by distance: the places around a postal code, the nearest first, each with its first opening that this citizen " +
    "may book. Places without one are left out; citizenOpenings.search with `placeId` shows the rest of a place's.",
  actors: ["citizen"],
  body: nearestSchema,
  problems: [...nearProblems, "REQUIRED_FIELD"],
  example: { body: nearestSearchExample, result: nearestResult },
});

const nurseNearest = operation({
  ...nearestPlaces,
  operationId: "nurseOpenings.nearest",
  path: "/v1/nurse/openings/nearest",
  tag: "nurse",
  summary: "Find the nearest clinics that have an opening for a patient",
  description:
    "citizenOpenings.nearest for the patient of a health insurance number. The look-up of the person is recorded.",
  actors: ["nurse"],
  body: nurseNearestSchema,
  problems: [...nearProblems, "INVALID_NAM", "REQUIRED_FIELD"],
  example: { body: nurseNearestExample, result: nearestResult },
});

export function openingRoutes(hub: Hub): void {
  const { deps } = hub;
  const read = createSharedRead(deps.connection);
  serve(hub, list, async (call, { query }) => ({ body: await listOpenings(deps, read, call, query) }));
  serve(hub, week, async (call, { query }) => ({ body: await listWeek(deps, read, call, query) }));
  serve(hub, next, async (call, { query }) => ({ body: await nextOpenings(deps, read, call, query) }));
  serve(hub, search, async (call, { body }) => {
    const caller = { call, operationId: search.operationId, nam: call.actor.nam };
    return { body: await searchOnline(deps, read, caller, body) };
  });
  serve(hub, nearest, async (call, { body }) => {
    const caller = { call, operationId: nearest.operationId, nam: call.actor.nam };
    return { body: await listNearest(deps, read, caller, body) };
  });
  serve(hub, nurseSearch, async (call, { body: { nam, ...asked } }) => {
    const caller = { call, operationId: nurseSearch.operationId, nam };
    return { body: await searchOnline(deps, read, caller, asked) };
  });
  serve(hub, nurseNearest, async (call, { body: { nam, ...asked } }) => {
    const caller = { call, operationId: nurseNearest.operationId, nam };
    return { body: await listNearest(deps, read, caller, asked) };
  });
}
