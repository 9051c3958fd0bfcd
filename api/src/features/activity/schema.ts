import { z } from "@hono/zod-openapi";
import { attentionKinds } from "../../domain/attention.ts";
import { dayMs } from "../../domain/time.ts";
import { id, localDate, page, pageQuery, says } from "../../http/schema.ts";
import { confirmedAt, freshnessExample, freshnessSchema } from "../machine-links/schema.ts";

export const placeId = id("plc", "Where.");

const count = z.number().int().min(0);
const instantOrNull = (description: string, example: string | null) =>
  z.iso.datetime().nullable().openapi({ description, example });

const activityItemSchema = z
  .object({
    date: localDate.openapi({ description: "Local to the place." }),
    actor: z
      .object({
        type: z.enum(["employee", "machine"]).openapi({ example: "employee" }),
        id: z.string().openapi({ example: "emp_01m8qk5v0e7kqv8f0a3n6c9d2h" }),
        name: z.string().openapi({ description: "The employee's, or the machine's.", example: "Camille Gagnon" }),
      })
      .openapi("ActivityActor"),
    professionalId: id("pro", "Whose agenda."),
    readings: count.openapi({ description: "How often it was shown to them.", example: 12 }),
    lastReadAt: instantOrNull("UTC.", "2027-03-08T14:02:11.000Z"),
    writes: count.openapi({ description: "Changes of its slots and appointments that they wrote.", example: 3 }),
    lastWrittenAt: instantOrNull("UTC.", "2027-03-08T14:05:40.000Z"),
  })
  .openapi("ActivityItem");
export type ActivityItem = z.infer<typeof activityItemSchema>;

const beside = {
  placeId,
  from: localDate,
  to: localDate.openapi({ description: "Not included.", example: "2027-03-09" }),
  freshness: freshnessSchema,
  machine: z
    .object({
      machineId: id("mch", "The software that keeps the agenda."),
      name: z.string().openapi({ example: "Poste 1" }),
      confirmedAt,
      lastReadAt: instantOrNull("When it was last shown an agenda of the place in these days, UTC.", null),
      lastWrittenAt: instantOrNull("When it last wrote one in these days, UTC.", "2027-03-08T14:05:40.000Z"),
      inboxWaiting: count.openapi({
        description: "Items of its inbox here that it has not answered (SYNC-43); 0 when it has never leased any.",
        example: 0,
      }),
      inboxWaitingSince: instantOrNull("When the oldest of them was written, UTC.", null),
    })
    .nullable()
    .openapi("ActivityMachine", { description: "Null when the place has no link." }),
  attention: z
    .array(
      z
        .object({
          kind: z.enum(attentionKinds).openapi({ example: "doubleBooking" }),
          count: count.openapi({ example: 1 }),
        })
        .openapi("AttentionCount"),
    )
    .openapi({ description: "How much of each kind `attention.list` shows the caller, up to 1,000 in all." }),
};

export const activityPage = page("ActivityPage", activityItemSchema, beside);
export type ActivityPage = z.infer<typeof activityPage>;

export const maxDays = 31;

export const activityQuery = z
  .strictObject({
    from: localDate
      .optional()
      .openapi({ description: "First date, local to the place; six days before today when left out." }),
    to: localDate
      .optional()
      .openapi({ description: "Date after the last one, at most 31 days after `from`; tomorrow when left out." }),
    ...pageQuery,
  })
  .refine(({ from, to }) => from === undefined || to === undefined || isWindow(from, to), {
    path: ["to"],
    ...says(
      `\`to\` suit \`from\`, de ${String(maxDays)} jours au plus.`,
      `\`to\` is after \`from\`, by ${String(maxDays)} days at most.`,
    ),
  });
export type ActivityQuery = z.infer<typeof activityQuery>;

/** Also asked of dates that do not exist, which the fields themselves refuse. */
export function isWindow(from: string, to: string): boolean {
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  return days > 0 && days <= maxDays;
}

export const activityExample: ActivityPage = {
  items: [
    {
      date: "2027-03-08",
      actor: { type: "employee", id: "emp_01m8qk5v0e7kqv8f0a3n6c9d2h", name: "Camille Gagnon" },
      professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
      readings: 12,
      lastReadAt: "2027-03-08T14:02:11.000Z",
      writes: 3,
      lastWrittenAt: "2027-03-08T14:05:40.000Z",
    },
  ],
  nextCursor: null,
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  from: "2027-03-02",
  to: "2027-03-09",
  freshness: freshnessExample,
  machine: {
    machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
    name: "Poste 1",
    confirmedAt: "2027-03-08T12:45:00.000Z",
    lastReadAt: "2027-03-08T14:00:00.000Z",
    lastWrittenAt: "2027-03-08T13:58:02.000Z",
    inboxWaiting: 0,
    inboxWaitingSince: null,
  },
  attention: [{ kind: "doubleBooking", count: 1 }],
};
