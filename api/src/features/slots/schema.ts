import { z } from "@hono/zod-openapi";
import { visibilities } from "../../domain/opening.ts";
import {
  agendaInstant,
  externalId,
  id,
  instant,
  localDate,
  page,
  pageQuery,
  version,
  violationSchema,
  violationsSchemas,
  warningsSchema,
} from "../../http/schema.ts";
import { serviceGroupId } from "../service-groups/schema.ts";
import { durationMinutes, serviceId, serviceReason, serviceType } from "../services/schema.ts";
import { problemCodes } from "../../domain/problems.ts";

export const slotId = id("slt", "Identifies a slot (plage de disponibilité).");
const professionalId = id("pro", "Whose time it offers.");
const placeId = id("plc", "Where.");
const establishmentId = id("est", "Needed only by a machine that works in several establishments.");

const startAt = agendaInstant.openapi({ description: "Start (included)." });
const endAt = agendaInstant.openapi({
  description: "SLOT-03: end (excluded), on the same local day; 00:00 of the next day still counts as that day.",
  example: "2027-03-08T12:00:00-05:00",
});
const visibility = z.enum(visibilities).openapi({
  description: "SLOT-20, SLOT-21: `public` for citizens and the clinic, `private` for the clinic.",
  example: "public",
});
const serviceIds = z
  .array(serviceId)
  .max(50)
  .openapi({ description: "SLOT-15, SLOT-16: services of the professional, of one type and one duration." });
const serviceGroupIds = z
  .array(serviceGroupId)
  .max(50)
  .openapi({
    description:
      "SLOT-18: adds all the services of these groups as they are now, each once. A group that has been left empty is " +
      "refused. Read the slot's services in `serviceIds`: later changes of a group do not reach it (GRP-10).",
  });
const openFrom = z.union([agendaInstant, localDate]).openapi({
  description: "SLOT-22: of a public slot, when citizens begin to see it. SLOT-25: a date without a time is refused.",
  example: "2027-03-01T08:00:00-05:00",
});

/** What a slot can be refused for. */
export const slotProblems = [
  "NOT_FOUND",
  "MACHINE_NOT_LINKED",
  "INVALID_INTERVAL",
  "SLOT_IN_PAST",
  "SLOT_PARTIALLY_FILLED",
  "PLACE_NOT_WORK_PLACE",
  "PLACE_ENDED",
  "SERVICE_NOT_OFFERED",
  "MIXED_SERVICE_DURATION",
  "MIXED_SERVICE_TYPE",
  "ALL_REASONS_EXCLUSIVE",
  "REQUIRED_FIELD",
  "OPEN_FROM_REQUIRES_PUBLIC",
] as const;

const content = {
  placeId: placeId.nullable().optional(),
  serviceIds: serviceIds.nullable().optional(),
  serviceGroupIds: serviceGroupIds.nullable().optional(),
  visibility: visibility.nullable().optional(),
  openFrom: openFrom.nullable().optional(),
};

export const newSlotSchema = z
  .strictObject({
    professionalId,
    startAt,
    endAt: endAt.optional().openapi({ description: "SLOT-02: four hours after the start when absent." }),
    ...content,
  })
  .openapi("NewSlot");
export type NewSlot = z.infer<typeof newSlotSchema>;

export const slotChangeSchema = z
  .strictObject({ startAt: startAt.optional(), endAt: endAt.optional(), ...content })
  .openapi("SlotChange");
export type SlotChangeBody = z.infer<typeof slotChangeSchema>;

/** A push says what the slot is: what is absent is wanted empty, but SLOT-12 still makes a complete slot private. */
export const pushedSlotSchema = z.strictObject({ professionalId, startAt, endAt, ...content }).openapi("PushedSlot");
export type PushedSlot = z.infer<typeof pushedSlotSchema>;

const baseVersion = version
  .optional()
  .openapi({ description: "The version this line was made from (If-Match of a line)." });

export const pushLineSchema = z
  .strictObject({
    externalId: externalId
      .optional()
      .openapi({ description: "Without it the line creates a slot each time it is sent." }),
    establishmentId: establishmentId.optional(),
    baseVersion,
    ...pushedSlotSchema.shape,
    delete: z.literal(false).optional(),
  })
  .openapi("SlotPushLine");
export const deleteLineSchema = z
  .strictObject({
    externalId,
    establishmentId: establishmentId.optional(),
    baseVersion,
    delete: z.literal(true),
  })
  .openapi("SlotDeleteLine");
export type PushLine = z.infer<typeof pushLineSchema>;
export type DeleteLine = z.infer<typeof deleteLineSchema>;

/** The two are told apart by `delete`, so that what is wrong with a line is said of the right one. */
export const slotLineSchema = z.discriminatedUnion("delete", [pushLineSchema, deleteLineSchema]).openapi("SlotLine");
export type SlotLine = z.infer<typeof slotLineSchema>;

export const slotSchema = z
  .object({
    slotId,
    version,
    externalId: externalId
      .nullable()
      .openapi({ description: "The reading machine's own identifier; null for others and when it has given none." }),
    professionalId,
    startAt,
    endAt,
    placeId: placeId.nullable(),
    placeLabel: z
      .string()
      .nullable()
      .openapi({ description: "PLACE-04: the place's abbreviation, else its name.", example: "Faubourg" }),
    serviceIds,
    inactiveServiceIds: z
      .array(serviceId)
      .openapi({ description: "SVC-20: those of serviceIds that have been deleted since.", example: [] }),
    visibility: visibility.nullable(),
    openFrom: agendaInstant.nullable().openapi({ description: "SLOT-22.", example: null }),
    status: z
      .enum(["complete", "incomplete"])
      .openapi({ description: "SLOT-06: complete when place, services and visibility are set.", example: "complete" }),
    serviceType: serviceType.nullable(),
    durationMinutes: durationMinutes.nullable(),
    consultationReasons: z.array(serviceReason).openapi({ example: ["regular"] }),
  })
  .openapi("Slot");
export type Slot = z.infer<typeof slotSchema>;
/** What is removed of the selected slot, or of the slot around the selected appointment. */
export const availabilityRemovalSchema = z
  .strictObject({
    from: agendaInstant.optional().openapi({
      description: "SLOT-61: the start of the selected slot or appointment when absent. SLOT-62: not in the past.",
      example: "2027-03-08T10:00:00-05:00",
    }),
    to: agendaInstant.optional().openapi({
      description: "SLOT-61: the end of the selected slot or appointment when absent; after `from`, within the slot.",
      example: "2027-03-08T11:00:00-05:00",
    }),
  })
  .openapi("AvailabilityRemoval");
export type AvailabilityRemovalBody = z.infer<typeof availabilityRemovalSchema>;

export const availabilityRemovedSchema = z
  .object({
    outcome: z.enum(["deleted", "shortened", "split"]).openapi({
      description: "SLOT-64, SLOT-65: what became of the slot.",
      example: "split",
    }),
    slotId: slotId.openapi({ description: "The slot of which time was removed." }),
    slots: z.array(slotSchema).openapi({
      description:
        "What remains, in order: none, the slot itself, or the slot up to `from` and a new one, with the same place, " +
        "services, visibility and opening date, from `to` on.",
    }),
  })
  .openapi("AvailabilityRemoved");
export type AvailabilityRemoved = z.infer<typeof availabilityRemovedSchema>;

export const slotPage = page("SlotPage", slotSchema);

export const slotQuery = z.strictObject({
  professionalId: professionalId.optional().openapi({ description: "This professional, at every place." }),
  placeId: placeId.optional().openapi({ description: "This place. One of the two is needed." }),
  from: instant.optional().openapi({ description: "Slots that end later." }),
  to: instant.optional().openapi({ description: "Slots that start before.", example: "2027-03-15T00:00:00-04:00" }),
  ...pageQuery,
});
export type SlotQuery = z.infer<typeof slotQuery>;

export const slotPushResultSchema = z
  .object({
    outcome: z.enum(["created", "updated", "unchanged"]).openapi({ example: "created" }),
    slot: slotSchema,
    warnings: warningsSchema,
  })
  .openapi("SlotPushResult");
export type SlotPushResult = z.infer<typeof slotPushResultSchema>;

export const outcomes = ["created", "updated", "deleted", "unchanged", "refused"] as const;
export type Outcome = (typeof outcomes)[number];

export const slotLineResultSchema = z
  .object({
    index: z
      .number()
      .int()
      .min(0)
      .openapi({ description: "Of the line, from 0; empty lines do not count.", example: 0 }),
    externalId: externalId.nullable(),
    outcome: z.enum(outcomes).openapi({
      description:
        "`unchanged`: the body is the vendor's last one, or says what the slot is already; nothing was written or announced.",
      example: "created",
    }),
    slotId: slotId.nullable(),
    version: version
      .nullable()
      .openapi({ description: "Of the slot as it is now, also when refused; null when there is none." }),
    warnings: z.array(violationSchema).openapi({ example: [] }),
    problem: z
      .object({ code: z.enum(problemCodes), ...violationsSchemas })
      .nullable()
      .openapi({ description: "Why the line was refused.", example: null }),
  })
  .openapi("SlotLineResult");
export type SlotLineResult = z.infer<typeof slotLineResultSchema>;

/** By-external-id calls of a machine that works in several establishments. */
export const establishmentQuery = z.strictObject({ establishmentId: establishmentId.optional() });

export const newSlotExample: NewSlot = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T08:00:00-05:00",
  endAt: "2027-03-08T12:00:00-05:00",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  visibility: "public",
};

export const pushedSlotExample: PushedSlot = {
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T08:00:00-05:00",
  endAt: "2027-03-08T12:00:00-05:00",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  visibility: "public",
};

export const slotExample: Slot = {
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  externalId: "101-2027-03-08-0800",
  professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
  startAt: "2027-03-08T08:00:00-05:00",
  endAt: "2027-03-08T12:00:00-05:00",
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  placeLabel: "Faubourg",
  serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
  inactiveServiceIds: [],
  visibility: "public",
  openFrom: null,
  status: "complete",
  serviceType: "GEN",
  durationMinutes: 20,
  consultationReasons: ["regular"],
};

export const availabilityRemovalExample: AvailabilityRemovalBody = {
  from: "2027-03-08T10:00:00-05:00",
  to: "2027-03-08T11:00:00-05:00",
};

export const availabilityRemovedExample: AvailabilityRemoved = {
  outcome: "split",
  slotId: slotExample.slotId,
  slots: [
    { ...slotExample, version: 2, endAt: "2027-03-08T10:00:00-05:00" },
    {
      ...slotExample,
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j",
      externalId: null,
      startAt: "2027-03-08T11:00:00-05:00",
    },
  ],
};

export const slotLineExample: SlotLine = { externalId: "101-2027-03-08-0800", ...pushedSlotExample };

export const slotLineResultExample: SlotLineResult = {
  index: 0,
  externalId: "101-2027-03-08-0800",
  outcome: "created",
  slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  warnings: [],
  problem: null,
};
