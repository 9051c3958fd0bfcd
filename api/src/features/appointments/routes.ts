import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { externalId } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { Lane } from "../../lane/lane.ts";
import { namedInAddress } from "../establishments/named.ts";
import {
  cancelAppointment,
  createAppointment,
  getAppointment,
  getAppointmentByExternalId,
  listAppointments,
  moveAppointment,
  pushAppointment,
  pushResult,
  updateAppointment,
} from "./actions.ts";
import { pushBatch } from "./batch.ts";
import { searchAppointments } from "./search.ts";
import {
  appointmentCancellationSchema,
  appointmentChangeSchema,
  appointmentExample,
  appointmentId,
  appointmentListQuery,
  appointmentMoveSchema,
  appointmentPage,
  appointmentSchema,
  appointmentSearchSchema,
  batchLineSchema,
  batchResultSchema,
  externalNameQuery,
  newAppointmentExample,
  newAppointmentSchema,
  pushedAppointmentExample,
  pushedAppointmentSchema,
  pushResultSchema,
} from "./schema.ts";

const clinic = ["machine", "employee"] as const;
/** What a change of an appointment can break, wherever it comes from. */
const changeProblems = [
  "NOT_FOUND",
  "MACHINE_NOT_LINKED",
  "APPOINTMENT_CANCELLED",
  "PAST_LIMIT_EXCEEDED",
  "REQUIRED_FIELD",
  "OUT_OF_RANGE",
  "FIELD_NOT_EDITABLE",
  "CONTACT_REQUIRED",
  "INVALID_NAM",
  "INACTIVE_REASON",
] as const;
const placementProblems = ["PLACE_MISMATCH", "PLACE_NOT_WORK_PLACE", "OPENING_NOT_AVAILABLE"] as const;
const heldProblems = ["HELD_BY_COLLEAGUE", "HELD_BY_CITIZEN"] as const;

const create = operation({
  operationId: "appointments.create",
  method: "post",
  path: "/v1/appointments",
  tag: "booking",
  summary: "Book an appointment for the clinic",
  description:
    "The clinic may book any time: in public and private slots, outside any slot, beside another appointment (APPT-08) and in the past (APPT-01). Whoever holds the time is a warning (HOLD-03, HOLD-12).",
  actors: clinic,
  scope: "appointments.write",
  body: newAppointmentSchema,
  idempotent: true,
  status: 201,
  result: appointmentSchema,
  etag: true,
  problems: [
    "NOT_FOUND",
    "MACHINE_NOT_LINKED",
    "PAST_LIMIT_EXCEEDED",
    "REQUIRED_FIELD",
    "OUT_OF_RANGE",
    "FIELD_NOT_EDITABLE",
    "CONTACT_REQUIRED",
    "INVALID_NAM",
    "INACTIVE_REASON",
    ...placementProblems,
    ...heldProblems,
  ],
  example: { body: newAppointmentExample, result: appointmentExample },
});

const list = operation({
  operationId: "appointments.list",
  method: "get",
  path: "/v1/appointments",
  tag: "booking",
  summary: "List appointments of agendas, or read up to 100 by id",
  description:
    "SEARCH-27: cancelled ones are not listed; by `ids` they are answered, because a follower asks for what has changed.",
  actors: clinic,
  scope: "appointments.read",
  query: appointmentListQuery,
  status: 200,
  result: appointmentPage,
  list: true,
  problems: [],
  example: { result: { items: [appointmentExample], nextCursor: null } },
});

const search = operation({
  operationId: "appointments.search",
  method: "post",
  reads: true,
  path: "/v1/appointments/search",
  tag: "booking",
  summary: "Search appointments by number, date or patient",
  description:
    "SEARCH-24: names by their beginning, without regard to case, accents, hyphens, apostrophes and spaces; phones by " +
    "their ten digits; e-mail addresses without regard to case; everything else as it is. SEARCH-26, SEARCH-27: active " +
    "appointments of agendas that the caller may read, by start; SEARCH-25: `access` and `cancellable` tell what the " +
    "caller may do with each. What is read leaves an access record, as appointments.list does.",
  actors: clinic,
  scope: "appointments.read",
  body: appointmentSearchSchema,
  status: 200,
  result: appointmentPage,
  list: true,
  problems: ["CRITERION_REQUIRED", "INVALID_INTERVAL", "INVALID_NAM"],
  example: {
    body: { lastName: "tremb", birthDate: "1980-06-15" },
    result: { items: [appointmentExample], nextCursor: null },
  },
});

const get = operation({
  operationId: "appointments.get",
  method: "get",
  path: "/v1/appointments/{appointmentId}",
  tag: "booking",
  summary: "Read an appointment",
  actors: clinic,
  scope: "appointments.read",
  params: z.object({ appointmentId }),
  status: 200,
  result: appointmentSchema,
  etag: true,
  problems: ["NOT_FOUND"],
  example: { result: appointmentExample },
});

const update = operation({
  operationId: "appointments.update",
  method: "patch",
  path: "/v1/appointments/{appointmentId}",
  tag: "booking",
  summary: "Change an appointment's patient, contact, reason, note or attendance",
  description: "What is not sent stays as it is. Another time or professional is a move.",
  actors: clinic,
  scope: "appointments.write",
  params: z.object({ appointmentId }),
  body: appointmentChangeSchema,
  condition: "required",
  status: 200,
  result: appointmentSchema,
  etag: true,
  problems: changeProblems,
  example: { body: { attendance: "present" }, result: { ...appointmentExample, version: 2, attendance: "present" } },
});

const move = operation({
  operationId: "appointments.move",
  method: "post",
  path: "/v1/appointments/{appointmentId}/move",
  tag: "booking",
  summary: "Move an appointment to another time, professional or place",
  actors: clinic,
  scope: "appointments.write",
  params: z.object({ appointmentId }),
  body: appointmentMoveSchema,
  condition: "required",
  status: 200,
  result: appointmentSchema,
  etag: true,
  problems: [...changeProblems, ...placementProblems, ...heldProblems, "FUTURE_TO_PAST_MOVE", "OVERLAPS_APPOINTMENT"],
  example: {
    body: { startAt: "2027-03-09T10:00:00-05:00", acknowledge: ["OVERLAPS_APPOINTMENT"] },
    result: {
      ...appointmentExample,
      version: 2,
      startAt: "2027-03-09T10:00:00-05:00",
      endAt: "2027-03-09T10:15:00-05:00",
      date: "2027-03-09",
      startTime: "10:00",
      onlineCancelUntil: "2027-03-08T10:00:00-05:00",
    },
  },
});

const cancel = operation({
  operationId: "appointments.cancel",
  method: "post",
  path: "/v1/appointments/{appointmentId}/cancel",
  tag: "booking",
  summary: "Cancel an appointment",
  description: "CANCEL-02: at any time before the start, whatever the online delay; CANCEL-14: again, nothing changes.",
  actors: clinic,
  scope: "appointments.write",
  params: z.object({ appointmentId }),
  body: appointmentCancellationSchema,
  condition: "required",
  status: 200,
  result: appointmentSchema,
  etag: true,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "PAST_LIMIT_EXCEEDED", "UNSAVED_CHANGES"],
  example: {
    body: {},
    result: {
      ...appointmentExample,
      version: 2,
      status: "cancelled",
      cancelledAt: "2027-03-01T12:05:00.000Z",
      cancelledBy: "clinic",
      cancellable: false,
    },
  },
});

const upsert = operation({
  operationId: "appointments.upsertByExternalId",
  method: "put",
  path: "/v1/appointments/by-external-id/{externalId}",
  tag: "booking",
  summary: "Push an appointment under the agenda software's own identifier",
  description:
    "The same body again is `unchanged`, whatever others did since, unless If-Match names the version that they wrote: then it undoes that. Another body, once another actor has written, needs If-Match. Warnings never stop it; a double booking is accepted as concurrent. `status: cancelled` cancels, and nothing cancelled revives.",
  actors: ["machine"],
  scope: "appointments.write",
  params: z.object({ externalId }),
  query: externalNameQuery,
  body: pushedAppointmentSchema,
  condition: "optional",
  status: 200,
  result: pushResultSchema,
  problems: [
    ...changeProblems,
    ...placementProblems,
    "FUTURE_TO_PAST_MOVE",
    "UNSAVED_CHANGES",
    "ESTABLISHMENT_REQUIRED",
    "EXTERNAL_ID_IN_USE",
  ],
  example: {
    body: pushedAppointmentExample,
    result: { outcome: "created", appointment: { ...appointmentExample, externalId: "1207" }, warnings: [] },
  },
});

const getByExternalId = operation({
  operationId: "appointments.getByExternalId",
  method: "get",
  path: "/v1/appointments/by-external-id/{externalId}",
  tag: "booking",
  summary: "Read an appointment by the agenda software's own identifier",
  actors: ["machine"],
  scope: "appointments.read",
  params: z.object({ externalId }),
  query: externalNameQuery,
  status: 200,
  result: appointmentSchema,
  etag: true,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "ESTABLISHMENT_REQUIRED"],
  example: { result: { ...appointmentExample, externalId: "1207" } },
});

const batch = operation({
  operationId: "appointments.batch",
  method: "post",
  path: "/v1/appointments/batch",
  tag: "booking",
  summary: "Push up to 10,000 appointments, a result per line",
  description:
    "Each line is a push by external identifier of its own: a refused line stops no other. Results come as the lines are " +
    "read, and a sender who does not read them is not read from; after 10,000 lines the answer ends with one more result, " +
    "BODY_TOO_LARGE: send the rest in a batch of its own.",
  actors: ["machine"],
  scope: "appointments.write",
  body: batchLineSchema,
  ndjson: true,
  status: 200,
  result: batchResultSchema,
  problems: [],
  example: {
    body: { externalId: "1207", ...pushedAppointmentExample },
    result: {
      index: 0,
      externalId: "1207",
      outcome: "created",
      appointmentId: appointmentExample.appointmentId,
      version: 1,
      warnings: [],
      problem: null,
    },
  },
});

export function appointmentRoutes(hub: Hub, lane: Lane): void {
  const { deps } = hub;
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createAppointment(deps, lane, call, body);
    return { body: value, replayed };
  });
  serve(hub, list, async (call, { query }) => ({ body: await listAppointments(deps, call, query) }));
  serve(hub, search, async (call, { body }) => ({ body: await searchAppointments(deps, call, body) }));
  serve(hub, batch, (call, { lines }) => Promise.resolve({ lines: pushBatch(deps, lane, call, lines) }));
  serve(hub, upsert, async (call, { params, query, body }) => {
    const { establishmentId } = query;
    const { externalId } = params;
    const purpose = "appointments.upsertByExternalId";
    const push = { externalId, namedAt: namedInAddress, establishmentId, body, ifMatch: call.ifMatch, purpose };
    const { value } = await pushAppointment(deps, lane, call, push);
    return { body: pushResult(call, value), headers: { etag: `"v${String(value.appointment.version)}"` } };
  });
  serve(hub, getByExternalId, async (call, { params, query }) => ({
    body: await getAppointmentByExternalId(deps, call, params.externalId, query.establishmentId),
  }));
  serve(hub, get, async (call, { params }) => ({ body: await getAppointment(deps, call, params.appointmentId) }));
  serve(hub, update, async (call, { params, body }) => {
    const { value, replayed } = await updateAppointment(deps, lane, call, params.appointmentId, body);
    return { body: value, replayed };
  });
  serve(hub, move, async (call, { params, body }) => {
    const { value, replayed } = await moveAppointment(deps, lane, call, params.appointmentId, body);
    return { body: value, replayed };
  });
  serve(hub, cancel, async (call, { params, body }) => {
    const { value, replayed } = await cancelAppointment(deps, lane, call, params.appointmentId, body);
    return { body: value, replayed };
  });
}
