import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { shownMessageExample } from "../message-customisations/schema.ts";
import { citizenPlaceExample } from "../citizen-bookings/place-schema.ts";
import { searchCitizenOpenings } from "./citizen-search.ts";
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

const search = operation({
  operationId: "citizenOpenings.search",
  method: "post",
  reads: true,
  path: "/v1/citizen/openings/search",
  tag: "citizen",
  summary: "Search the openings that a citizen may book",
  description:
    "One cascade at a time; a citizen may go on to `nextCascade` whatever the first holds (CASC-08). What is offered depends " +
    "on RAMQ's registration, the GMF's work groups, the place's display mode and masks, the slot's opening date and the " +
    "professional's limit in weeks; each opening answered can be booked by this citizen at that moment.",
  actors: ["citizen"],
  body: citizenSearchSchema,
  status: 200,
  result: offeredOpeningPage,
  list: true,
  problems: [...nearProblems, "CASCADE_NOT_AVAILABLE", "REQUIRED_FIELD"],
  example: {
    body: citizenSearchExample,
    result: {
      items: [offeredOpeningExample],
      nextCursor: null,
      messages: [shownMessageExample],
      freshness: [placeFreshnessExample],
      nextCascade: "2.1",
    },
  },
});

const nearest = operation({
  operationId: "citizenOpenings.nearest",
  method: "post",
  reads: true,
  path: "/v1/citizen/openings/nearest",
  tag: "citizen",
  summary: "Find the nearest clinics that have an opening",
  description:
    "Cascade 3 by distance: the places around a postal code, the nearest first, each with its first opening that this citizen " +
    "may book. Places without one are left out; citizenOpenings.search with `placeId` shows the rest of a place's.",
  actors: ["citizen"],
  body: nearestSchema,
  status: 200,
  result: nearestPage,
  list: true,
  problems: [...nearProblems, "REQUIRED_FIELD"],
  example: {
    body: nearestSearchExample,
    result: {
      items: [{ place: citizenPlaceExample, distanceKm: 3.4, opening: { ...offeredOpeningExample, distanceKm: 3.4 } }],
      nextCursor: null,
      freshness: [placeFreshnessExample],
    },
  },
});

export function openingRoutes(hub: Hub): void {
  const { deps } = hub;
  const read = createSharedRead(deps.connection);
  serve(hub, list, async (call, { query }) => ({ body: await listOpenings(deps, read, call, query) }));
  serve(hub, week, async (call, { query }) => ({ body: await listWeek(deps, read, call, query) }));
  serve(hub, next, async (call, { query }) => ({ body: await nextOpenings(deps, read, call, query) }));
  serve(hub, search, async (call, { body }) => ({ body: await searchCitizenOpenings(deps, read, call, body) }));
  serve(hub, nearest, async (call, { body }) => ({ body: await listNearest(deps, read, call, body) }));
}
