import { z } from "@hono/zod-openapi";
import { mostCopies } from "../../domain/week-operations.ts";
import { id, localDate, warningsSchema } from "../../http/schema.ts";
import { pushedSlotSchema, slotExample, slotId, slotSchema } from "../slots/schema.ts";

const professionalId = id("pro", "Whose agenda, at all places together.");
const anyDate = "Any date of the week, which runs Sunday to Saturday.";
const sunday = localDate.openapi({ description: "The Sunday on which the week begins.", example: "2027-03-14" });
const count = (description: string, example: number) => z.number().int().min(0).openapi({ description, example });

export const quickCreationSchema = z
  .strictObject({
    professionalId,
    weekStart: localDate.openapi({
      description: "SCHED-03: the Monday on which the week begins; it runs to Sunday.",
      example: "2027-03-15",
    }),
    slots: z
      .array(pushedSlotSchema.omit({ professionalId: true }))
      .min(1)
      .max(200)
      .openapi({ description: "SCHED-07: without place, services and visibility a slot is incomplete." }),
  })
  .openapi("QuickCreation");
export type QuickCreation = z.infer<typeof quickCreationSchema>;

export const quickCreatedSchema = z
  .object({
    created: count("How many slots there are now.", 2),
    slots: z.array(slotSchema).openapi({ description: "In the order of the request." }),
    warnings: warningsSchema,
  })
  .openapi("QuickCreated");
export type QuickCreated = z.infer<typeof quickCreatedSchema>;

export const weekCopySchema = z
  .strictObject({
    professionalId,
    sourceWeek: localDate.openapi({ description: `The week to copy. ${anyDate}`, example: "2027-03-07" }),
    weeks: z
      .number()
      .int()
      .openapi({ description: "SCHED-11, SCHED-14: how many weeks ahead the copies reach, 1 to 52.", example: 8 }),
    interval: z.number().int().openapi({
      description: "SCHED-12, SCHED-13: every how many weeks, 1 to 8 and not above `weeks`.",
      example: 3,
    }),
  })
  .openapi("WeekCopy");
export type WeekCopy = z.infer<typeof weekCopySchema>;

export const weekCopiedSchema = z
  .object({
    created: count("How many slots there are more.", 2),
    weeks: z
      .array(
        z.object({
          weekStart: sunday,
          created: count("Slots created in this week.", 1),
        }),
      )
      .openapi({ description: "SCHED-14: the target weeks." }),
    slots: z
      .array(
        z.object({
          slotId,
          sourceSlotId: id("slt", "The slot of which it is a copy."),
          startAt: slotSchema.shape.startAt,
        }),
      )
      .openapi({
        description: `The copies, week by week; the rest of them is their source's. At most ${mostCopies.toLocaleString("en-CA")}.`,
      }),
    warnings: warningsSchema,
  })
  .openapi("WeekCopied");
export type WeekCopied = z.infer<typeof weekCopiedSchema>;

export const weekDeletionSchema = z
  .strictObject({
    professionalId,
    week: localDate.openapi({ description: `The week to empty. ${anyDate}`, example: "2027-03-08" }),
  })
  .openapi("WeekDeletion");
export type WeekDeletion = z.infer<typeof weekDeletionSchema>;

export const weekDeletedSchema = z
  .object({
    performed: z
      .boolean()
      .openapi({ description: "SCHED-32: false when there was nothing that could be deleted.", example: true }),
    weekStart: sunday.openapi({ example: "2027-03-07" }),
    deleted: count("SCHED-31, SCHED-33: slots that are gone.", 12),
    kept: count("SCHED-33: complete slots that have ended, and stay.", 3),
    slots: z
      .array(
        z.object({
          slotId,
          externalId: slotSchema.shape.externalId,
          startAt: slotSchema.shape.startAt,
        }),
      )
      .openapi({ description: "Those that are gone; a machine's own names of them are free again." }),
    warnings: warningsSchema,
  })
  .openapi("WeekDeleted");
export type WeekDeleted = z.infer<typeof weekDeletedSchema>;

const agenda = { professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h" };

export const quickCreationExample: QuickCreation = {
  ...agenda,
  weekStart: "2027-03-15",
  slots: [
    {
      startAt: "2027-03-15T08:00:00-04:00",
      endAt: "2027-03-15T12:00:00-04:00",
      placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
      serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
      visibility: "public",
    },
    { startAt: "2027-03-16T13:00:00-04:00", endAt: "2027-03-16T16:00:00-04:00" },
  ],
};

export const quickCreatedExample: QuickCreated = {
  created: 2,
  slots: [
    {
      ...slotExample,
      version: 1,
      externalId: null,
      startAt: "2027-03-15T08:00:00-04:00",
      endAt: "2027-03-15T12:00:00-04:00",
    },
    {
      ...slotExample,
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j",
      version: 1,
      externalId: null,
      startAt: "2027-03-16T13:00:00-04:00",
      endAt: "2027-03-16T16:00:00-04:00",
      placeId: null,
      placeLabel: null,
      serviceIds: [],
      visibility: null,
      status: "incomplete",
      serviceType: null,
      durationMinutes: null,
      consultationReasons: [],
    },
  ],
  warnings: [
    {
      rule: "SCHED-07",
      code: "SLOTS_INCOMPLETE",
      pointer: "",
      detail: "Plages incomplètes : 1. Les citoyens ne les verront qu'une fois complétées.",
    },
  ],
};

export const weekCopyExample: WeekCopy = { ...agenda, sourceWeek: "2027-03-07", weeks: 8, interval: 3 };

export const weekCopiedExample: WeekCopied = {
  created: 2,
  weeks: [
    { weekStart: "2027-03-28", created: 1 },
    { weekStart: "2027-04-18", created: 1 },
  ],
  slots: [
    {
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j",
      sourceSlotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      startAt: "2027-03-29T08:00:00-04:00",
    },
    {
      slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2k",
      sourceSlotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h",
      startAt: "2027-04-19T08:00:00-04:00",
    },
  ],
  warnings: [],
};

export const weekDeletionExample: WeekDeletion = { ...agenda, week: "2027-03-08" };

export const weekDeletedExample: WeekDeleted = {
  performed: true,
  weekStart: "2027-03-07",
  deleted: 1,
  kept: 3,
  slots: [{ slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", externalId: "101", startAt: "2027-03-12T08:00:00-05:00" }],
  warnings: [
    {
      rule: "SCHED-33",
      code: "PAST_SLOTS_KEPT",
      pointer: "",
      detail: "Plages complètes passées conservées : 3.",
    },
  ],
};
