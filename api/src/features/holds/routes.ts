import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { Lane } from "../../lane/lane.ts";
import { holdId } from "../appointments/schema.ts";
import type { FindOpening } from "../citizen-bookings/find-opening.ts";
import { createHold, extendHold, extendOnline, getHold, holdOnline, releaseHold, releaseOnline } from "./actions.ts";
import {
  citizenHoldExample,
  citizenHoldSchema,
  holdExample,
  holdExtensionSchema,
  holdSchema,
  newCitizenHoldExample,
  newCitizenHoldSchema,
  newHoldExample,
  newHoldSchema,
  newNurseHoldExample,
  newNurseHoldSchema,
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
  condition: "optional",
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

const online = { idempotent: true, status: 201, result: citizenHoldSchema, etag: true } as const;

/** What a hold online is refused for. */
const onlineProblems = [
  ...(["POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC", "IDENTITY_UNKNOWN", "OPENING_NOT_AVAILABLE"] as const),
  ...(["REASON_NOT_ALLOWED", "INACTIVE_REASON", "CASCADE_NOT_AVAILABLE", "TOO_MANY_HOLDS"] as const),
] as const;

const citizenCreate = operation({
  ...online,
  operationId: "citizenHolds.create",
  method: "post",
  path: "/v1/citizen/holds",
  tag: "citizen",
  summary: "Hold an opening for five minutes while filling in the booking",
  description:
    "HOLD-11: only what the citizen could book now; a lost opening answers `alternatives`. The same opening again answers the same hold.",
  actors: ["citizen"],
  body: newCitizenHoldSchema,
  problems: [...onlineProblems, "PATIENT_ALREADY_BOOKED_THAT_DAY"],
  example: { body: newCitizenHoldExample, result: citizenHoldExample },
});

const nurseCreate = operation({
  ...online,
  operationId: "nurseHolds.create",
  method: "post",
  path: "/v1/nurse/holds",
  tag: "nurse",
  summary: "Hold an opening for five minutes while booking it for a patient",
  description:
    "As citizenHolds.create does it for the patient; the hold is the nurse's own (HOLD-14). The look-up of the person is " +
    "recorded.",
  actors: ["nurse"],
  body: newNurseHoldSchema,
  problems: [...onlineProblems, "INVALID_NAM"],
  example: { body: newNurseHoldExample, result: citizenHoldExample },
});

const onlineExtension = {
  ...extension,
  method: "post",
  summary: "Extend one's own hold in its last 30 seconds",
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
} as const;

const citizenExtend = operation({
  ...onlineExtension,
  operationId: "citizenHolds.extend",
  path: "/v1/citizen/holds/{holdId}/extend",
  tag: "citizen",
  actors: ["citizen"],
});

const nurseExtend = operation({
  ...onlineExtension,
  operationId: "nurseHolds.extend",
  path: "/v1/nurse/holds/{holdId}/extend",
  tag: "nurse",
  actors: ["nurse"],
});

const onlineRelease = {
  method: "delete",
  summary: "Release one's own hold",
  params,
  condition: "optional",
  status: 204,
  problems: ["NOT_FOUND"],
  example: {},
} as const;

const citizenRelease = operation({
  ...onlineRelease,
  operationId: "citizenHolds.release",
  path: "/v1/citizen/holds/{holdId}",
  tag: "citizen",
  actors: ["citizen"],
});

const nurseRelease = operation({
  ...onlineRelease,
  operationId: "nurseHolds.release",
  path: "/v1/nurse/holds/{holdId}",
  tag: "nurse",
  actors: ["nurse"],
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
    const caller = { call, operationId: citizenCreate.operationId, nam: call.actor.nam };
    const { value, replayed } = await holdOnline(deps, lane, findOpening, caller, body);
    return { body: value, replayed };
  });
  serve(hub, nurseCreate, async (call, { body: { nam, ...wanted } }) => {
    const caller = { call, operationId: nurseCreate.operationId, nam };
    const { value, replayed } = await holdOnline(deps, lane, findOpening, caller, wanted);
    return { body: value, replayed };
  });
  for (const declared of [citizenExtend, nurseExtend])
    serve(hub, declared, async (call, { params: { holdId } }) => {
      const { value, replayed } = await extendOnline(deps, lane, call, holdId);
      return { body: value, replayed };
    });
  for (const declared of [citizenRelease, nurseRelease])
    serve(hub, declared, async (call, { params: { holdId } }) => {
      await releaseOnline(deps, lane, call, holdId);
      return {};
    });
}
