import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { externalId } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { appointmentId } from "../appointments/schema.ts";
import {
  createSlot,
  deleteSlot,
  deleteSlotByExternalId,
  getOneSlot,
  getSlotByExternalId,
  listSomeSlots,
  updateSlot,
  upsertSlotByExternalId,
} from "./actions.ts";
import { pushSlots } from "./batch.ts";
import { removeAvailability, removeAvailabilityOfAppointment } from "./removal.ts";
import {
  availabilityRemovalExample,
  availabilityRemovalSchema,
  availabilityRemovedExample,
  availabilityRemovedSchema,
  establishmentQuery,
  newSlotExample,
  newSlotSchema,
  pushedSlotExample,
  pushedSlotSchema,
  slotChangeSchema,
  slotExample,
  slotId,
  slotLineExample,
  slotLineResultExample,
  slotLineResultSchema,
  slotLineSchema,
  slotPage,
  slotProblems,
  slotPushResultSchema,
  slotQuery,
  slotSchema,
} from "./schema.ts";

const create = operation({
  operationId: "slots.create",
  method: "post",
  path: "/v1/slots",
  tag: "agenda",
  summary: "Create a slot by hand",
  description:
    "What a person need not say is filled in: four hours (SLOT-02), the sole work place and the sole service when the " +
    "slot ends up complete by them (SLOT-09 to SLOT-11; an explicit null declines), `private` (SLOT-12). Without place, " +
    "services and visibility the slot is incomplete (SLOT-05). Slots may overlap (SLOT-19).",
  actors: ["employee", "machine"],
  scope: "slots.write",
  body: newSlotSchema,
  idempotent: true,
  status: 201,
  result: slotSchema,
  etag: true,
  problems: slotProblems,
  example: { body: newSlotExample, result: { ...slotExample, externalId: null } },
});

const get = operation({
  operationId: "slots.get",
  method: "get",
  path: "/v1/slots/{slotId}",
  tag: "agenda",
  summary: "Read a slot",
  actors: ["employee", "machine"],
  scope: "slots.read",
  params: z.object({ slotId }),
  status: 200,
  result: slotSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: slotExample },
});

const list = operation({
  operationId: "slots.list",
  method: "get",
  path: "/v1/slots",
  tag: "agenda",
  summary: "List the slots of a professional or of a place",
  description:
    "By start. Only those the caller may read; incomplete slots have no place and come with the professional.",
  actors: ["employee", "machine"],
  scope: "slots.read",
  query: slotQuery,
  status: 200,
  result: slotPage,
  list: true,
  problems: ["REQUIRED_FIELD"],
  example: { result: { items: [slotExample], nextCursor: null } },
});

const update = operation({
  operationId: "slots.update",
  method: "patch",
  path: "/v1/slots/{slotId}",
  tag: "agenda",
  summary: "Change a slot",
  description:
    "What is absent stays, null empties. Making a slot private clears `openFrom` (SLOT-27). A complete slot that has " +
    "ended cannot be changed (SLOT-41). Appointments inside stay as they are (SLOT-47).",
  actors: ["employee", "machine"],
  scope: "slots.write",
  params: z.object({ slotId }),
  body: slotChangeSchema,
  condition: "required",
  status: 200,
  result: slotSchema,
  etag: true,
  problems: slotProblems,
  example: { body: { visibility: "private" }, result: { ...slotExample, version: 2, visibility: "private" } },
});

const remove = operation({
  operationId: "slots.delete",
  method: "delete",
  path: "/v1/slots/{slotId}",
  tag: "agenda",
  summary: "Delete a slot",
  description:
    "SLOT-46: appointments inside stay active and become off-slot. SLOT-43: a complete slot that has ended stays.",
  actors: ["employee", "machine"],
  scope: "slots.write",
  params: z.object({ slotId }),
  condition: "required",
  status: 204,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "SLOT_IN_PAST"],
  example: {},
});

/** What a removal of time can be refused for. */
const removalProblems = [
  "NOT_FOUND",
  "MACHINE_NOT_LINKED",
  "AVAILABILITY_IN_PAST",
  "INVALID_INTERVAL",
  "OUT_OF_RANGE",
] as const;

const removeTime = operation({
  operationId: "slots.removeAvailability",
  method: "post",
  path: "/v1/slots/{slotId}/remove-availability",
  tag: "agenda",
  summary: "Remove availability inside a slot",
  description:
    "What is left out is the slot's own bound (SLOT-61). Removing all of it deletes the slot, its beginning or end " +
    "shortens it (SLOT-64), a middle leaves two slots (SLOT-65): the first keeps the id and the vendor's name, the " +
    "second is new, and its openings step from its own start (SLOT-31). Appointments stay as they are (SLOT-66), " +
    "overlapping slots too (SLOT-67). Nothing that has passed is removed: of a slot under way say `from` (SLOT-63).",
  actors: ["employee", "machine"],
  scope: "slots.write",
  params: z.object({ slotId }),
  body: availabilityRemovalSchema,
  condition: "required",
  status: 200,
  result: availabilityRemovedSchema,
  problems: removalProblems,
  example: { body: availabilityRemovalExample, result: availabilityRemovedExample },
});

const removeTimeOfAppointment = operation({
  operationId: "appointments.removeAvailability",
  method: "post",
  path: "/v1/appointments/{appointmentId}/remove-availability",
  tag: "agenda",
  summary: "Remove availability where an appointment is",
  description:
    "As slots.removeAvailability, of the slot that the appointment is in; what is left out is the appointment's own " +
    "start or end (SLOT-61). The appointment stays as it is and becomes off-slot (SLOT-66). `If-Match` is the " +
    "appointment's version.",
  actors: ["employee", "machine"],
  scope: "slots.write",
  params: z.object({ appointmentId }),
  body: availabilityRemovalSchema,
  condition: "required",
  status: 200,
  result: availabilityRemovedSchema,
  problems: [...removalProblems, "APPOINTMENT_CANCELLED", "APPOINTMENT_OFF_SLOT"],
  example: { body: {}, result: availabilityRemovedExample },
});

const named = z.object({ externalId });

const upsertByExternalId = operation({
  operationId: "slots.upsertByExternalId",
  method: "put",
  path: "/v1/slots/by-external-id/{externalId}",
  tag: "agenda",
  summary: "Create or change a slot under the vendor's own identifier",
  description:
    "The body is the whole slot: what is absent is wanted empty. The vendor's last body again changes and announces " +
    "nothing, whatever others did since, unless `If-Match` names what they wrote: then it undoes that. A different body, once somebody else has written, needs `If-Match`; without it, " +
    "or with another version, 412 with the slot as it is in `current`, which is null when somebody has deleted it: then " +
    "delete the name, and the next push creates anew.",
  actors: ["machine"],
  scope: "slots.write",
  params: named,
  query: establishmentQuery,
  body: pushedSlotSchema,
  condition: "optional",
  status: 200,
  result: slotPushResultSchema,
  problems: [...slotProblems, "FIELD_NOT_EDITABLE", "EXTERNAL_ID_IN_USE", "ESTABLISHMENT_REQUIRED"],
  example: { body: pushedSlotExample, result: { outcome: "created", slot: slotExample, warnings: [] } },
});

const getByExternalId = operation({
  operationId: "slots.getByExternalId",
  method: "get",
  path: "/v1/slots/by-external-id/{externalId}",
  tag: "agenda",
  summary: "Read a slot by the vendor's own identifier",
  actors: ["machine"],
  scope: "slots.read",
  params: named,
  query: establishmentQuery,
  status: 200,
  result: slotSchema,
  etag: true,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "ESTABLISHMENT_REQUIRED"],
  example: { result: slotExample },
});

const deleteByExternalId = operation({
  operationId: "slots.deleteByExternalId",
  method: "delete",
  path: "/v1/slots/by-external-id/{externalId}",
  tag: "agenda",
  summary: "Delete a slot by the vendor's own identifier",
  description: "Releases the name, also when somebody else has deleted the slot: a later push under it creates anew.",
  actors: ["machine"],
  scope: "slots.write",
  params: named,
  query: establishmentQuery,
  condition: "optional",
  status: 204,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "SLOT_IN_PAST", "ESTABLISHMENT_REQUIRED"],
  example: {},
});

const batch = operation({
  operationId: "slots.batch",
  method: "post",
  path: "/v1/slots/batch",
  tag: "agenda",
  summary: "Push up to 10,000 slots",
  description:
    "NDJSON, one line a slot, one result a line in the same order, streamed. Each line stands alone: a refused one says " +
    "why in `problem` and the rest goes on. With an `externalId` a line creates, changes or finds unchanged, as " +
    "slots.upsertByExternalId does, and may be sent again at will; `{ externalId, delete: true }` deletes. Without one it " +
    "creates a slot each time it is sent. Results come as the lines are read, and a sender who does not read them is not " +
    "read from; after 10,000 lines the answer ends with one more result, BODY_TOO_LARGE: send the rest in a batch of its own. In a dry run a line does not see what earlier lines did under the same name.",
  actors: ["machine"],
  scope: "slots.write",
  body: slotLineSchema,
  ndjson: true,
  status: 200,
  result: slotLineResultSchema,
  problems: [
    ...slotProblems,
    "FIELD_NOT_EDITABLE",
    "EXTERNAL_ID_IN_USE",
    "ESTABLISHMENT_REQUIRED",
    "PRECONDITION_FAILED",
  ],
  example: { body: slotLineExample, result: slotLineResultExample },
});

export function slotRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createSlot(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listSomeSlots(deps, call, query) }));
  serve(hub, batch, (call, { lines }) => Promise.resolve({ lines: pushSlots(deps, call, lines) }));
  serve(hub, upsertByExternalId, async (call, { params, query, body }) => {
    const pushed = await upsertSlotByExternalId(deps, call, params.externalId, query.establishmentId, body);
    return { body: pushed, headers: { etag: `"v${String(pushed.slot.version)}"` } };
  });
  serve(hub, getByExternalId, async (call, { params, query }) => ({
    body: await getSlotByExternalId(deps, call, params.externalId, query.establishmentId),
  }));
  serve(hub, deleteByExternalId, async (call, { params, query }) => {
    await deleteSlotByExternalId(deps, call, params.externalId, query.establishmentId);
    return {};
  });
  serve(hub, get, async (call, { params }) => ({ body: await getOneSlot(deps, call, params.slotId) }));
  serve(hub, update, async (call, { params, body }) => ({ body: await updateSlot(deps, call, params.slotId, body) }));
  serve(hub, remove, async (call, { params }) => {
    await deleteSlot(deps, call, params.slotId);
    return {};
  });
  serve(hub, removeTime, async (call, { params, body }) => ({
    body: await removeAvailability(deps, call, params.slotId, body),
  }));
  serve(hub, removeTimeOfAppointment, async (call, { params, body }) => ({
    body: await removeAvailabilityOfAppointment(deps, call, params.appointmentId, body),
  }));
}
