import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { Lane } from "../../lane/lane.ts";
import { holdId } from "../appointments/schema.ts";
import type { FindOpening } from "../citizen-bookings/find-opening.ts";
import {
  createHold,
  extendForCitizen,
  extendHold,
  getHold,
  holdForCitizen,
  releaseForCitizen,
  releaseHold,
} from "./actions.ts";
import {
  citizenHoldExample,
  citizenHoldSchema,
  holdExample,
  holdExtensionSchema,
  holdSchema,
  newCitizenHoldSchema,
  newHoldExample,
  newHoldSchema,
} from "./schema.ts";

const clinic = ["machine", "employee"] as const;
const params = z.object({ holdId });

const create = operation({
  operationId: "holds.create",
  method: "post",
  path: "/v1/holds",
  tag: "booking",
  summary: "Hold a time for five minutes",
  description: "HOLD-02: citizens do not see it meanwhile. A time that somebody else holds is a warning.",
  actors: clinic,
  scope: "appointments.write",
  body: newHoldSchema,
  idempotent: true,
  status: 201,
  result: holdSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MACHINE_NOT_LINKED",
    "REQUIRED_FIELD",
    "PLACE_MISMATCH",
    "PLACE_NOT_WORK_PLACE",
    "TOO_MANY_HOLDS",
    "HELD_BY_COLLEAGUE",
    "HELD_BY_CITIZEN",
  ],
  example: { body: newHoldExample, result: holdExample },
});

const get = operation({
  operationId: "holds.get",
  method: "get",
  path: "/v1/holds/{holdId}",
  tag: "booking",
  summary: "Read a hold while it lasts",
  actors: clinic,
  scope: "appointments.read",
  params,
  status: 200,
  result: holdSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: holdExample },
});

const extension = {
  params,
  body: holdExtensionSchema,
  status: 200,
  etag: true,
  problems: ["NOT_FOUND", "HOLD_NOT_EXTENDABLE"],
} as const;

const extend = operation({
  operationId: "holds.extend",
  method: "post",
  path: "/v1/holds/{holdId}/extend",
  tag: "booking",
  summary: "Extend a hold in its last 30 seconds",
  description: "HOLD-07: for five minutes from now, as often as it takes.",
  actors: clinic,
  scope: "appointments.write",
  ...extension,
  result: holdSchema,
  example: {
    body: {},
    result: {
      ...holdExample,
      version: 2,
      expiresAt: "2027-03-01T12:09:45.000Z",
      extendableFrom: "2027-03-01T12:09:15.000Z",
    },
  },
});

const release = operation({
  operationId: "holds.release",
  method: "delete",
  path: "/v1/holds/{holdId}",
  tag: "booking",
  summary: "Release a hold",
  actors: clinic,
  scope: "appointments.write",
  params,
  condition: "optional",
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

const citizenCreate = operation({
  operationId: "citizenHolds.create",
  method: "post",
  path: "/v1/citizen/holds",
  tag: "citizen",
  summary: "Hold an opening for five minutes while filling in the booking",
  description:
    "HOLD-11: only what the citizen could book now; a lost opening answers `alternatives`. The same opening again answers the same hold.",
  actors: ["citizen"],
  body: newCitizenHoldSchema,
  idempotent: true,
  status: 201,
  result: citizenHoldSchema,
  etag: true,
  problems: [
    "POSTAL_CODE_UNKNOWN",
    "POSTAL_CODE_OUTSIDE_QUEBEC",
    "IDENTITY_UNKNOWN",
    "OPENING_NOT_AVAILABLE",
    "REASON_NOT_ALLOWED",
    "INACTIVE_REASON",
    "CASCADE_NOT_AVAILABLE",
    "PATIENT_ALREADY_BOOKED_THAT_DAY",
    "TOO_MANY_HOLDS",
  ],
  example: {
    body: {
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      startAt: "2027-03-08T09:00:00-05:00",
      consultationReason: "regular",
    },
    result: citizenHoldExample,
  },
});

const citizenExtend = operation({
  operationId: "citizenHolds.extend",
  method: "post",
  path: "/v1/citizen/holds/{holdId}/extend",
  tag: "citizen",
  summary: "Extend one's own hold in its last 30 seconds",
  actors: ["citizen"],
  ...extension,
  result: citizenHoldSchema,
  example: {
    body: {},
    result: {
      ...citizenHoldExample,
      version: 2,
      expiresAt: "2027-03-01T12:09:45.000Z",
      extendableFrom: "2027-03-01T12:09:15.000Z",
    },
  },
});

const citizenRelease = operation({
  operationId: "citizenHolds.release",
  method: "delete",
  path: "/v1/citizen/holds/{holdId}",
  tag: "citizen",
  summary: "Release one's own hold",
  actors: ["citizen"],
  params,
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
});

export function holdRoutes(hub: Hub, lane: Lane, findOpening: FindOpening): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createHold(deps, lane, call, body);
    return { body: value, replayed };
  });
  serve(hub, get, async (call, { params: { holdId } }) => ({ body: await getHold(deps, call, holdId) }));
  serve(hub, extend, async (call, { params: { holdId } }) => {
    const { value, replayed } = await extendHold(lane, call, holdId);
    return { body: value, replayed };
  });
  serve(hub, release, async (call, { params: { holdId } }) => {
    await releaseHold(lane, call, holdId);
    return {};
  });
  serve(hub, citizenCreate, async (call, { body }) => {
    const { value, replayed } = await holdForCitizen(deps, lane, findOpening, call, body);
    return { body: value, replayed };
  });
  serve(hub, citizenExtend, async (call, { params: { holdId } }) => {
    const { value, replayed } = await extendForCitizen(deps, lane, call, holdId);
    return { body: value, replayed };
  });
  serve(hub, citizenRelease, async (call, { params: { holdId } }) => {
    await releaseForCitizen(deps, lane, call, holdId);
    return {};
  });
}
