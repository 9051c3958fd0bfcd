import { z } from "@hono/zod-openapi";
import { nurseMentions } from "../../domain/actor.ts";
import type { ReadOnlyField } from "../../domain/appointment-fields.ts";
import { attendances } from "../../domain/attendance.ts";
import { agendaStatuses, nackReasons } from "../../domain/inbox.ts";
import { communicationModes as modes, distinctModes, languages, phonePattern, sexes } from "../../domain/patient.ts";
import { problemCodes } from "../../domain/problems.ts";
import { serviceTypes } from "../../domain/opening.ts";
import { nameKey } from "../../domain/appointment-search.ts";
import { allReasons, consultationReasons, serviceReasons } from "../../domain/reason.ts";
import {
  acknowledge,
  agendaInstant,
  externalId,
  id,
  instant,
  localDate,
  page,
  pageBody,
  pageQuery,
  says,
  version,
  violationSchema,
  violationsSchemas,
} from "../../http/schema.ts";

/** What an appointment is on the wire. Field by field: the table "Appointment" of the rule book. */

export const appointmentId = id("apt", "Identifies an appointment (rendez-vous).");
export const establishmentId = id("est", "The establishment (entreprise).");
export const professionalId = id("pro", "The professional (professionnel de la santé) or team.");
export const placeId = id("plc", "The place (lieu).");
export const slotId = id("slt", "A slot (plage de disponibilité).");
export const holdId = id("hld", "A hold (réservation de 5 minutes).");

export const nam = z.string().max(30).openapi({
  description: "Health insurance number (NAM); spaces and hyphens are ignored.",
  example: "TREA 8056 1502",
});
/** Where a nurse says for whom they act. */
export const patientNam = nam.openapi({
  description: "The patient's health insurance number (NAM); spaces and hyphens are ignored.",
});
const name = z.string().trim().min(1).max(100);
const firstName = name.openapi({ description: "First name (prénom).", example: "Alice" });
const lastName = name.openapi({ description: "Last name (nom de famille).", example: "Tremblay" });
const sex = z.enum(sexes).openapi({ description: "F or M, as RAMQ records it.", example: "F" });
const birthDate = localDate.openapi({ description: "Birth date.", example: "1980-06-15" });
const phone = z.string().trim().max(40).regex(phonePattern);
const homePhone = phone
  .nullable()
  .openapi({ description: "APPT-29: needed by mode `phone`.", example: "418-555-0192" });
const mobilePhone = phone
  .nullable()
  .openapi({ description: "APPT-28: needed by mode `sms`.", example: "581-555-0103" });
const email = z
  .email()
  .max(254)
  .nullable()
  .openapi({ description: "APPT-27: needed by mode `email`.", example: "alice.tremblay@example.org" });
const communicationModesSchema = z
  .array(z.enum(modes))
  .max(3)
  .overwrite(distinctModes)
  .openapi({
    description: "APPT-25, APPT-30: how messages go; at least one when the start is not past.",
    example: ["email"],
  });
const communicationLanguageSchema = z
  .enum(languages)
  .openapi({ description: "APPT-31: language of the messages; `fr` by default.", example: "fr" });
const consultationReason = z.enum(consultationReasons).nullable().openapi({
  description: "APPT-32: informative for the clinic; the reason searched when a citizen booked.",
  example: "regular",
});
const note = (description: string, example: string) =>
  z.string().max(2000).nullable().openapi({ description, example });
const clinicNote = note("APPT-33: never shown to the patient.", "Apporter les résultats de laboratoire.");
const patientNote = note("APPT-34: written by the patient; read-only for the clinic.", "Douleur depuis deux jours.");
const attendance = z
  .enum(attendances)
  .openapi({ description: "ATT-01: unconfirmed (non confirmée), present or absent.", example: "unconfirmed" });
export const startAt = agendaInstant.openapi({
  description: "Start, to the second; answers have the offset of the place's zone.",
});
const endAt = agendaInstant.openapi({ description: "End, excluded.", example: "2027-03-08T09:15:00-05:00" });
const durationMinutes = z
  .number()
  .int()
  .min(1)
  .max(1440)
  .openapi({ description: "APPT-21: that of the slot's services when left out inside a complete slot.", example: 15 });
const date = localDate.openapi({ description: "Local date of the start, at the place." });
const startTime = z.string().openapi({ description: "Local time of the start, at the place.", example: "09:00" });
export const referenceNumber = z
  .string()
  .regex(/^[0-9]{10}$/)
  .openapi({ description: "APPT-39, APPT-40: ten digits, given to the patient.", example: "1000000042" });
const status = z.enum(["active", "cancelled"]).openapi({ example: "active" });
const cancellationDelay = z
  .object({
    value: z.number().int().openapi({ example: 24 }),
    unit: z.enum(["hours", "minutes"]).openapi({ example: "hours" }),
  })
  .openapi({ description: "APPT-48: the place's policy when the appointment was made." });
const onlineCancelUntil = instant.openapi({
  description: "CANCEL-07: the last instant at which the patient may cancel online.",
  example: "2027-03-07T09:00:00-05:00",
});
const appointmentType = z
  .enum(serviceTypes)
  .openapi({ description: "APPT-44: the link between patient and professional, not the slot's type.", example: "MF" });
const createdAt = instant.openapi({ description: "Creation, UTC.", example: "2027-03-01T12:00:00.000Z" });

/** Shared with what citizens send. */
export const contactSchemas = {
  homePhone,
  mobilePhone,
  email,
  communicationModes: communicationModesSchema,
  communicationLanguage: communicationLanguageSchema,
};

const patientSchema = z
  .object({
    nam: nam.nullable(),
    namMatched: z.boolean().openapi({ description: "PAT-02: RAMQ knows this number.", example: true }),
    firstName,
    lastName,
    sex,
    birthDate,
    homePhone,
    mobilePhone,
    email,
    isMinor: z.boolean().openapi({ description: "Under 18 on the date of the appointment.", example: false }),
  })
  .openapi("Patient");

export const appointmentSchema = z
  .object({
    appointmentId,
    version,
    establishmentId,
    externalId: externalId.nullable().openapi({ description: "The calling machine's own identifier of it, if bound." }),
    referenceNumber,
    professionalId,
    placeId,
    slotId: slotId.nullable().openapi({ description: "The slot it is in now; null outside any slot (hors plage)." }),
    startAt,
    endAt,
    date,
    startTime,
    durationMinutes,
    status,
    appointmentType,
    attendance,
    patient: patientSchema,
    communicationModes: communicationModesSchema,
    communicationLanguage: communicationLanguageSchema,
    consultationReason,
    clinicNote,
    patientNote,
    hasNotes: z.boolean().openapi({ description: "APPT-35: at least one note is not empty.", example: true }),
    professionalNameVisible: z.boolean().openapi({
      description: "APPT-46, APPT-47: whether the patient may know the professional's name.",
      example: true,
    }),
    cancellationDelay,
    onlineCancelUntil,
    author: z
      .object({
        type: z.enum(["machine", "employee", "citizen"]).openapi({ example: "machine" }),
        label: z.string().openapi({ example: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
      })
      .openapi({ description: "APPT-41, APPT-42: the machine identifier, or the person's name." }),
    nurse: z
      .object({
        name: z.string().openapi({ example: "Nathalie Gagnon" }),
        mention: z.enum(nurseMentions).openapi({
          description: "`811` of that line, `redirection` (Réorientation) of a hospital emergency's triage.",
          example: "811",
        }),
      })
      .nullable()
      .openapi({
        description: "APPT-43: the nurse who made it for the patient, who is its author; null when no nurse did.",
        example: null,
      }),
    createdAt,
    imported: z.boolean().openapi({
      description: "SYNC-54: made by the clinic in an import window, so that nobody is sent a confirmation.",
      example: false,
    }),
    cancelledAt: createdAt.nullable().openapi({ description: "CANCEL-15" }),
    cancelledBy: z.enum(["clinic", "patient"]).nullable().openapi({ description: "CANCEL-15" }),
    agendaStatus: z.enum(agendaStatuses).nullable().openapi({
      description:
        "SYNC-46: what the agenda software of the place answered of it; null when nobody was asked. It changes nothing of the booking, and does not move the version.",
      example: "pending",
    }),
    agendaReason: z.enum(nackReasons).nullable().openapi({
      description: "SYNC-45: why it was `rejected`; null otherwise.",
      example: null,
    }),
    concurrent: z.boolean().openapi({
      description: "APPT-08: another active appointment of the professional starts with it.",
      example: false,
    }),
    access: z.enum(["read", "write"]).openapi({ description: "What the caller may do with it.", example: "write" }),
    cancellable: z
      .boolean()
      .openapi({ description: "CANCEL-16: whether the caller may cancel it now.", example: true }),
  })
  .openapi("Appointment");
export type AppointmentBody = z.infer<typeof appointmentSchema>;

/** Fields that exist but that nobody may send: a value is refused with the rule's id rather than as an unknown field. */
export const readOnly = (description: string) => z.unknown().optional().openapi({ description, readOnly: true });

const patientInput = z
  .strictObject({
    nam: nam.nullable().optional(),
    firstName: firstName.nullable().optional(),
    lastName: lastName.nullable().optional(),
    sex: sex.nullable().optional(),
    birthDate: birthDate.nullable().optional(),
    homePhone: homePhone.optional(),
    mobilePhone: mobilePhone.optional(),
    email: email.optional(),
    registration: readOnly("PAT-16: RAMQ's, see patients.lookup; refused."),
    namMatched: readOnly("PAT-02: whether RAMQ knows the number; refused."),
    isMinor: readOnly("Computed from the birth date; refused."),
  })
  .openapi("PatientInput", {
    description:
      "PAT-03, PAT-07: with a NAM that RAMQ knows, identity that is not sent is filled by it; on a change, only when the NAM replaces another one. APPT-22: in the end first name, last name, sex and birth date are all there.",
  });
export type PatientInput = z.infer<typeof patientInput>;

const notWritable = {
  patientNote: readOnly("APPT-34: the patient's own; refused."),
  referenceNumber: readOnly("APPT-68: given by the hub; refused."),
  author: readOnly("APPT-68: given by the hub; refused."),
  nurse: readOnly("APPT-68: given by the hub; refused."),
  createdAt: readOnly("APPT-68: given by the hub; refused."),
  appointmentType: readOnly("APPT-44: the link between patient and professional; refused."),
  professionalNameVisible: readOnly("APPT-46, APPT-47: frozen at the creation; refused."),
  cancellationDelay: readOnly("APPT-48: the place's policy, frozen at the creation; refused."),
  onlineCancelUntil: readOnly("MOVE-09: computed from start and delay; refused."),
  hasNotes: readOnly("APPT-35: computed; refused."),
  cancelledAt: readOnly("CANCEL-15: recorded by the hub; refused."),
  cancelledBy: readOnly("CANCEL-15: recorded by the hub; refused."),
  cancellable: readOnly("CANCEL-16: computed; refused."),
  agendaStatus: readOnly("SYNC-46: answered through the inbox; refused."),
  imported: readOnly("SYNC-54: recorded by the hub; refused."),
  agendaReason: readOnly("SYNC-46: answered through the inbox; refused."),
  concurrent: readOnly("Computed; refused."),
  access: readOnly("Computed for the caller; refused."),
} satisfies Record<Exclude<ReadOnlyField, "slotId" | "status">, z.ZodType>;
/** APPT-16: a slot gives its values to what is made or moved; elsewhere it follows from professional and start. */
const notWritableSlot = { slotId: readOnly("Computed from professional and start; refused.") };
/** Only a push says it. */
const notWritableStatus = { status: readOnly("Changed by cancelling; refused.") };

const details = {
  patient: patientInput,
  communicationModes: communicationModesSchema,
  communicationLanguage: communicationLanguageSchema,
  consultationReason,
  clinicNote,
  attendance,
};

export const newAppointmentSchema = z
  .strictObject({
    slotId: slotId
      .optional()
      .openapi({ description: "APPT-16: gives professional, place, start and duration when they are not sent." }),
    professionalId: professionalId.optional(),
    placeId: placeId.optional(),
    startAt: startAt.optional(),
    durationMinutes: durationMinutes.optional(),
    patient: details.patient,
    communicationModes: details.communicationModes.optional(),
    communicationLanguage: details.communicationLanguage.optional(),
    consultationReason: details.consultationReason.optional(),
    clinicNote: details.clinicNote.optional(),
    attendance: details.attendance.optional(),
    ...notWritable,
    ...notWritableStatus,
    holdId: holdId.optional().openapi({ description: "HOLD-09: the caller's own hold, which the booking consumes." }),
    acknowledge,
  })
  .openapi("NewAppointment");
export type NewAppointment = z.infer<typeof newAppointmentSchema>;

export const appointmentChangeSchema = z
  .strictObject({
    patient: details.patient.optional(),
    communicationModes: details.communicationModes.optional(),
    communicationLanguage: details.communicationLanguage.optional(),
    consultationReason: details.consultationReason.optional(),
    clinicNote: details.clinicNote.optional(),
    attendance: details.attendance.optional(),
    ...notWritable,
    ...notWritableSlot,
    ...notWritableStatus,
  })
  .openapi("AppointmentChange");
export type AppointmentChange = z.infer<typeof appointmentChangeSchema>;

export const appointmentMoveSchema = z
  .strictObject({
    slotId: slotId.optional(),
    professionalId: professionalId.optional(),
    placeId: placeId.optional(),
    startAt: startAt.optional(),
    durationMinutes: durationMinutes.optional().openapi({ description: "As before when left out." }),
    ...notWritable,
    ...notWritableStatus,
    acknowledge,
  })
  .openapi("AppointmentMove");
export type AppointmentMove = z.infer<typeof appointmentMoveSchema>;

/** CANCEL-04: it carries nothing; anything is refused as an unsaved change. */
export const appointmentCancellationSchema = z.looseObject({}).openapi("AppointmentCancellation", {
  description: "CANCEL-04: empty; a field in it is refused as an unsaved change.",
});
export type AppointmentCancellation = z.infer<typeof appointmentCancellationSchema>;

export const pushedAppointmentSchema = z
  .strictObject({
    professionalId: professionalId.optional(),
    placeId: placeId.optional(),
    startAt: startAt.optional(),
    durationMinutes: durationMinutes.optional(),
    status: status.optional().openapi({
      description:
        "`cancelled` cancels; nothing revives what is cancelled. CANCEL-04: a field sent with it that says otherwise than the appointment does is refused as an unsaved change.",
    }),
    patient: details.patient.optional(),
    communicationModes: details.communicationModes.optional(),
    communicationLanguage: details.communicationLanguage.optional(),
    consultationReason: details.consultationReason.optional(),
    clinicNote: details.clinicNote.optional(),
    attendance: details.attendance.optional(),
    ...notWritable,
    ...notWritableSlot,
  })
  .openapi("PushedAppointment", {
    description:
      "An appointment as the agenda software holds it. A field left out keeps its value, or takes its default at the first push.",
  });
export type PushedAppointment = z.infer<typeof pushedAppointmentSchema>;

export const externalNameQuery = z.strictObject({
  establishmentId: establishmentId
    .optional()
    .openapi({ description: "Needed when the machine is linked in several establishments." }),
});

const outcome = z.enum(["created", "updated", "unchanged"]).openapi({ example: "created" });
const warnings = z
  .array(violationSchema)
  .openapi({ description: "What the clinic may want to look at; none of it stopped the write.", example: [] });

export const pushResultSchema = z
  .object({ outcome, appointment: appointmentSchema, warnings })
  .openapi("AppointmentPushResult");
export type PushResult = z.infer<typeof pushResultSchema>;

export const batchLineSchema = z
  .strictObject({
    externalId,
    establishmentId: establishmentId.optional(),
    baseVersion: version
      .optional()
      .openapi({ description: "The version this line changes, as If-Match does elsewhere." }),
    ...pushedAppointmentSchema.shape,
  })
  .openapi("AppointmentLine");
export type BatchLine = z.infer<typeof batchLineSchema>;

export const batchResultSchema = z
  .object({
    index: z
      .number()
      .int()
      .min(0)
      .openapi({ description: "Of the line, from 0; empty lines do not count.", example: 0 }),
    externalId: externalId.nullable(),
    outcome: z.enum(["created", "updated", "unchanged", "refused"]).openapi({
      description: "`unchanged`: the body is the vendor's last one, or says what the appointment is already.",
      example: "created",
    }),
    appointmentId: appointmentId.nullable(),
    version: version.nullable().openapi({
      description:
        "Of the appointment as it is now, also when the line came from another version; else null when refused.",
    }),
    warnings,
    problem: z
      .object({ code: z.enum(problemCodes), ...violationsSchemas })
      .nullable()
      .openapi({ description: "Why the line was refused.", example: null }),
  })
  .openapi("AppointmentLineResult");
export type BatchResult = z.infer<typeof batchResultSchema>;

export const appointmentPage = page("AppointmentPage", appointmentSchema);

export const appointmentListQuery = z.strictObject({
  professionalId: professionalId.optional(),
  placeId: placeId.optional(),
  from: instant.optional().openapi({ description: "Appointments that end after it." }),
  to: instant.optional().openapi({ description: "Appointments that start before it." }),
  ids: z.string().max(4000).optional().openapi({
    description:
      "Up to 100 appointmentIds, comma separated: these ones, cancelled ones included, whatever the other filters.",
    example: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  }),
  ...pageQuery,
});
export type AppointmentListQuery = z.infer<typeof appointmentListQuery>;

const searched = {
  name: (description: string, example: string) =>
    name
      .refine(
        (text) => nameKey(text) !== "",
        says(
          "Plus que des espaces, des traits d'union et des apostrophes.",
          "More than spaces, hyphens and apostrophes.",
        ),
      )
      .optional()
      .openapi({ description, example }),
  phone: (description: string, example: string) => phone.optional().openapi({ description, example }),
};

export const appointmentSearchSchema = z
  .strictObject({
    referenceNumber: referenceNumber.optional(),
    startDate: localDate
      .optional()
      .openapi({ description: "SEARCH-22: the first date, local to the place; alone, the range has no end." }),
    endDate: localDate
      .optional()
      .openapi({ description: "SEARCH-22: the last date, included; alone, the range has no beginning." }),
    nam: nam.optional(),
    firstName: searched.name("What the first name begins with.", "alice"),
    lastName: searched.name("What the last name begins with.", "tremb"),
    birthDate: birthDate.optional(),
    email: z
      .email()
      .max(254)
      .optional()
      .openapi({ description: "The whole address.", example: "alice.tremblay@example.org" }),
    mobilePhone: searched.phone("The whole number.", "581-555-0103"),
    homePhone: searched.phone("The whole number.", "418-555-0192"),
    consultationReason: z.enum(serviceReasons).default(allReasons).openapi({
      description: "SEARCH-23: `allReasons` when left out. SEARCH-21: another criterion is needed beside it.",
      example: "regular",
    }),
    ...pageBody,
  })
  .openapi("AppointmentSearch", {
    description:
      "SEARCH-20, SEARCH-21: at least one criterion beside the reason. SEARCH-24: all of them hold together.",
  });
export type AppointmentSearch = z.infer<typeof appointmentSearchSchema>;

export const newAppointmentExample: NewAppointment = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  durationMinutes: 15,
  patient: {
    nam: "TREA80561502",
    firstName: "Alice",
    lastName: "Tremblay",
    sex: "F",
    birthDate: "1980-06-15",
    homePhone: "418-555-0192",
    email: "alice.tremblay@example.org",
  },
  communicationModes: ["email"],
  communicationLanguage: "fr",
  consultationReason: "regular",
  clinicNote: "Apporter les résultats de laboratoire.",
};

export const appointmentExample: AppointmentBody = {
  appointmentId: "apt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  establishmentId: "est_01m8qk5v0e7kqv8f0a3n6c9d2h",
  externalId: null,
  referenceNumber: "1000000042",
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  endAt: "2027-03-08T09:15:00-05:00",
  date: "2027-03-08",
  startTime: "09:00",
  durationMinutes: 15,
  status: "active",
  appointmentType: "MF",
  attendance: "unconfirmed",
  patient: {
    nam: "TREA80561502",
    namMatched: true,
    firstName: "Alice",
    lastName: "Tremblay",
    sex: "F",
    birthDate: "1980-06-15",
    homePhone: "418-555-0192",
    mobilePhone: null,
    email: "alice.tremblay@example.org",
    isMinor: false,
  },
  communicationModes: ["email"],
  communicationLanguage: "fr",
  consultationReason: "regular",
  clinicNote: "Apporter les résultats de laboratoire.",
  patientNote: null,
  hasNotes: true,
  professionalNameVisible: true,
  cancellationDelay: { value: 24, unit: "hours" },
  onlineCancelUntil: "2027-03-07T09:00:00-05:00",
  author: { type: "machine", label: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h" },
  nurse: null,
  createdAt: "2027-03-01T12:00:00.000Z",
  imported: false,
  cancelledAt: null,
  cancelledBy: null,
  agendaStatus: null,
  agendaReason: null,
  concurrent: false,
  access: "write",
  cancellable: true,
};

export const pushedAppointmentExample: PushedAppointment = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T09:00:00-05:00",
  durationMinutes: 15,
  patient: {
    nam: "TREA80561502",
    firstName: "Alice",
    lastName: "Tremblay",
    sex: "F",
    birthDate: "1980-06-15",
    homePhone: "418-555-0192",
    mobilePhone: null,
    email: "alice.tremblay@example.org",
  },
  communicationModes: ["email", "phone"],
  attendance: "unconfirmed",
};
