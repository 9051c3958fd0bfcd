import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { shownMessageExample } from "../message-customisations/schema.ts";
import { listOpenings, searchCitizenOpenings } from "./actions.ts";
import {
  citizenQuery,
  clinicOpeningExample,
  clinicOpeningPage,
  clinicQuery,
  offeredOpeningExample,
  offeredOpeningPage,
} from "./schema.ts";
import { createSharedRead } from "./shared-read.ts";

const list = operation({
  operationId: "openings.list",
  method: "get",
  path: "/v1/openings",
  tag: "openings",
  summary: "Search free openings for a clinic",
  description:
    "Public and private ones, whatever their opening date or the professional's limit in weeks (SEARCH-13); never taken, " +
    "held or past (SEARCH-11). Without a place and a professional, the caller's only place is meant (SEARCH-02).",
  actors: ["employee", "machine"],
  scope: "slots.read",
  query: clinicQuery,
  status: 200,
  result: clinicOpeningPage,
  list: true,
  problems: ["REQUIRED_FIELD", "OUT_OF_RANGE"],
  example: { result: { items: [clinicOpeningExample], nextCursor: null } },
});

const search = operation({
  operationId: "citizenOpenings.search",
  method: "get",
  path: "/v1/citizen/openings",
  tag: "citizen",
  summary: "Search the openings that a citizen may book",
  description:
    "One cascade at a time; a citizen may go on to the next whatever the first holds (CASC-08). What is offered depends " +
    "on RAMQ's registration, the place's display mode and masks, the slot's opening date and the professional's limit in " +
    "weeks; each opening answered can be booked by this citizen at that moment.",
  actors: ["citizen"],
  query: citizenQuery,
  status: 200,
  result: offeredOpeningPage,
  list: true,
  problems: ["IDENTITY_UNKNOWN", "CASCADE_NOT_AVAILABLE", "REASON_NOT_ALLOWED", "INACTIVE_REASON", "REQUIRED_FIELD"],
  example: { result: { items: [offeredOpeningExample], nextCursor: null, messages: [shownMessageExample] } },
});

export function openingRoutes(hub: Hub): void {
  const read = createSharedRead(hub.deps.connection);
  serve(hub, list, async (call, { query }) => ({ body: await listOpenings(hub.deps, read, call, query) }));
  serve(hub, search, async (call, { query }) => ({ body: await searchCitizenOpenings(hub.deps, read, call, query) }));
}
