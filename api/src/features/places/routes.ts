import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import {
  createPlace,
  getOnePlace,
  getPlaceOptions,
  listSomePlaces,
  replacePlaceOptions,
  updatePlace,
} from "./actions.ts";
import {
  newPlaceExample,
  newPlaceSchema,
  placeChangeExample,
  placeChangeSchema,
  placeExample,
  placeId,
  placeOptionsChangeExample,
  placeOptionsChangeSchema,
  placeOptionsExample,
  placeOptionsSchema,
  placePage,
  placeQuery,
  placeSchema,
} from "./schema.ts";

const create = operation({
  operationId: "places.create",
  method: "post",
  path: "/v1/places",
  tag: "operator",
  summary: "Register a place",
  description: "EST-01: reserved to the operator (RAMQ). PLACE-20: its options start with their defaults.",
  actors: ["operator", "employee", "machine"],
  body: newPlaceSchema,
  idempotent: true,
  status: 201,
  result: placeSchema,
  etag: true,
  problems: ["NOT_FOUND", "OUT_OF_RANGE", "REQUIRED_FIELD"],
  example: { body: newPlaceExample, result: placeExample },
});

const get = operation({
  operationId: "places.get",
  method: "get",
  path: "/v1/places/{placeId}",
  tag: "configuration",
  summary: "Read a place",
  description: "Agenda software reads the places linked with it (LCGA-02), staff those of their establishment.",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ placeId }),
  status: 200,
  result: placeSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: placeExample },
});

const update = operation({
  operationId: "places.update",
  method: "patch",
  path: "/v1/places/{placeId}",
  tag: "configuration",
  summary: "Change a place's information",
  description:
    "The operator writes all of it, a local administrator `abbreviation`, `suite` and `phone` (PLACE-02), others nothing " +
    "(PLACE-03). LCGA-04: kept in RVSQ, so agenda software is refused. PLACE-07: after `endDate` citizens are offered " +
    "nothing there and new slots are refused; appointments stay.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ placeId }),
  body: placeChangeSchema,
  condition: "required",
  status: 200,
  result: placeSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MACHINE_NOT_LINKED",
    "MANAGED_IN_RVSQ",
    "FIELD_NOT_EDITABLE",
    "OUT_OF_RANGE",
    "REQUIRED_FIELD",
  ],
  example: {
    body: placeChangeExample,
    result: { ...placeExample, suite: "bureau 310", phone: "418-555-0112", version: 2 },
  },
});

const list = operation({
  operationId: "places.list",
  method: "get",
  path: "/v1/places",
  tag: "configuration",
  summary: "List the places the caller works at",
  description: "All of them for the operator.",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  query: placeQuery,
  status: 200,
  result: placePage,
  list: true,
  problems: [],
  example: { result: { items: [placeExample], nextCursor: null } },
});

const getOptions = operation({
  operationId: "places.getOptions",
  method: "get",
  path: "/v1/places/{placeId}/options",
  tag: "configuration",
  summary: "Read a place's options",
  actors: ["operator", "employee", "machine"],
  scope: "places.read",
  params: z.object({ placeId }),
  status: 200,
  result: placeOptionsSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: placeOptionsExample },
});

const replaceOptions = operation({
  operationId: "places.replaceOptions",
  method: "put",
  path: "/v1/places/{placeId}/options",
  tag: "configuration",
  summary: "Set a place's options",
  description:
    "PLACE-21: the operator, local administrators and super users. LCGA-04: kept in RVSQ, so agenda software is refused.",
  actors: ["operator", "employee", "machine"],
  params: z.object({ placeId }),
  body: placeOptionsChangeSchema,
  condition: "required",
  status: 200,
  result: placeOptionsSchema,
  etag: true,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "MANAGED_IN_RVSQ", "REQUIRED_FIELD", "OUT_OF_RANGE"],
  example: {
    body: placeOptionsChangeExample,
    result: { ...placeOptionsExample, ...placeOptionsChangeExample, version: 2 },
  },
});

export function placeRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createPlace(hub.deps, call, body);
    hub.deps.placePositions.clear();
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOnePlace(hub.deps, call, params.placeId) }));
  serve(hub, update, async (call, { params, body }) => {
    const place = await updatePlace(hub.deps, call, params.placeId, body);
    hub.deps.placePositions.clear();
    return { body: place };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listSomePlaces(hub.deps, call, query) }));
  serve(hub, getOptions, async (call, { params }) => ({
    body: await getPlaceOptions(hub.deps, call, params.placeId),
  }));
  serve(hub, replaceOptions, async (call, { params, body }) => ({
    body: await replacePlaceOptions(hub.deps, call, params.placeId, body),
  }));
}
