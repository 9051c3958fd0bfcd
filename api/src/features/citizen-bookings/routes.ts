import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { Lane } from "../../lane/lane.ts";
import { bookOnline, cancelForCitizen, findForCitizen, updateContactForCitizen } from "./actions.ts";
import type { FindOpening } from "./find-opening.ts";
import {
  bookedSchema,
  bookingExample,
  bookingSchema,
  citizenAppointmentExample,
  citizenAppointmentSchema,
  citizenCancellationSchema,
  contactChangeSchema,
  findSchema,
  foundSchema,
  nurseBookingExample,
  nurseBookingSchema,
} from "./schema.ts";

const onlineProblems = [
  "REFERENCE_NOT_FOUND",
  "ONLINE_ACTION_UNAVAILABLE",
  "IDENTITY_CHECK_FAILED",
  "INVALID_NAM",
] as const;

const booked = {
  method: "post",
  idempotent: true,
  status: 201,
  result: bookedSchema,
  etag: true,
} as const;

/** What a booking online is refused for. */
const bookingProblems = [
  ...(["NOT_FOUND", "IDENTITY_UNKNOWN", "OPENING_NOT_AVAILABLE", "REASON_NOT_ALLOWED", "INACTIVE_REASON"] as const),
  ...(["CASCADE_NOT_AVAILABLE", "POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC", "CONTACT_REQUIRED"] as const),
] as const;

const book = operation({
  ...booked,
  operationId: "citizenAppointments.book",
  path: "/v1/citizen/appointments",
  tag: "citizen",
  summary: "Book an opening online",
  description:
    "What the search offered is checked again, under locks: one citizen wins. A lost opening answers 409 with up to three `alternatives`, bookable when answered. One online appointment a day (APPT-11).",
  actors: ["citizen"],
  body: bookingSchema,
  problems: [...bookingProblems, "PATIENT_ALREADY_BOOKED_THAT_DAY"],
  example: { body: bookingExample, result: { ...citizenAppointmentExample, notices: [] } },
});

const nurseBook = operation({
  ...booked,
  operationId: "nurseAppointments.book",
  path: "/v1/nurse/appointments",
  tag: "nurse",
  summary: "Book an opening for a patient",
  description:
    "As citizenAppointments.book does it for the patient, who is the author; the nurse's name and mention are kept in " +
    "addition, for the clinic to read (APPT-43). APPT-11: the patient may have another appointment that day. The answer is " +
    "what the patient reads of it; it leaves an access record, and the look-up of the person one of its own.",
  actors: ["nurse"],
  body: nurseBookingSchema,
  problems: [...bookingProblems, "INVALID_NAM"],
  example: { body: nurseBookingExample, result: { ...citizenAppointmentExample, notices: [] } },
});

const find = operation({
  operationId: "citizenAppointments.find",
  method: "post",
  reads: true,
  path: "/v1/citizen/appointments/find",
  tag: "citizen",
  summary: "Read one's own appointments",
  description:
    "Those to come, in order of time; or one by its reference number and NAM, cancelled or past ones included.",
  actors: ["citizen"],
  body: findSchema,
  status: 200,
  result: foundSchema,
  problems: onlineProblems,
  example: {
    body: { referenceNumber: "1000000042", nam: "TREA80561502" },
    result: { items: [citizenAppointmentExample] },
  },
});

const cancel = operation({
  operationId: "citizenAppointments.cancel",
  method: "post",
  path: "/v1/citizen/appointments/cancel",
  tag: "citizen",
  summary: "Cancel one's own appointment online",
  description: "CANCEL-06: at least the appointment's own delay before its start. CANCEL-14: again, nothing changes.",
  actors: ["citizen"],
  body: citizenCancellationSchema,
  status: 200,
  result: citizenAppointmentSchema,
  etag: true,
  problems: [...onlineProblems, "CANCELLATION_WINDOW_CLOSED"],
  example: {
    body: { referenceNumber: "1000000042", nam: "TREA80561502" },
    result: {
      ...citizenAppointmentExample,
      version: 2,
      status: "cancelled",
      cancellable: false,
      cancelledAt: "2027-03-02T12:00:00.000Z",
    },
  },
});

const updateContact = operation({
  operationId: "citizenAppointments.updateContact",
  method: "post",
  path: "/v1/citizen/appointments/update-contact",
  tag: "citizen",
  summary: "Change how one can be reached for an appointment",
  description:
    "PAT-11: until the start of an active appointment, whatever the delay of online cancellation. PAT-13: each " +
    "communication mode needs its own address or number. PAT-14: identity, time, place and professional stay.",
  actors: ["citizen"],
  body: contactChangeSchema,
  status: 200,
  result: citizenAppointmentSchema,
  etag: true,
  problems: [...onlineProblems, "APPOINTMENT_CANCELLED", "CONTACT_REQUIRED", "FIELD_NOT_EDITABLE"],
  example: {
    body: {
      referenceNumber: "1000000042",
      nam: "TREA80561502",
      mobilePhone: "581-555-0103",
      communicationModes: ["email", "sms"],
    },
    result: {
      ...citizenAppointmentExample,
      version: 2,
      mobilePhone: "581-555-0103",
      communicationModes: ["email", "sms"],
    },
  },
});

export function citizenBookingRoutes(hub: Hub, lane: Lane, findOpening: FindOpening): void {
  const { deps } = hub;
  serve(hub, book, async (call, { body }) => {
    const caller = { call, operationId: book.operationId, nam: call.actor.nam };
    const { value, replayed } = await bookOnline(deps, lane, findOpening, caller, body);
    return { body: value, replayed };
  });
  serve(hub, nurseBook, async (call, { body: { nam, ...booking } }) => {
    const caller = { call, operationId: nurseBook.operationId, nam };
    const { value, replayed } = await bookOnline(deps, lane, findOpening, caller, booking);
    return { body: value, replayed };
  });
  serve(hub, find, async (call, { body }) => ({ body: await findForCitizen(deps, call, body) }));
  serve(hub, cancel, async (call, { body }) => {
    const { value, replayed } = await cancelForCitizen(deps, lane, call, body);
    return { body: value, replayed };
  });
  serve(hub, updateContact, async (call, { body }) => {
    const { value, replayed } = await updateContactForCitizen(deps, lane, call, body);
    return { body: value, replayed };
  });
}
