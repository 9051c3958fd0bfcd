import { z } from "@hono/zod-openapi";
import { problemCodes } from "../../domain/problems.ts";
import { dayMs } from "../../domain/time.ts";
import { externalId, id, localDate, says, version, violationsSchemas } from "../../http/schema.ts";
import { pushedSlotSchema, slotId } from "../slots/schema.ts";

export const professionalId = id("pro", "Whose agenda it is.");

/** A line is some 300 bytes, and the body at most a MiB. */
const linesAtMost = 3000;
const daysAtMost = 366;

export const windowQuery = z
  .strictObject({
    placeId: id("plc", "Where."),
    from: localDate.openapi({ description: "First local date of the place.", example: "2027-03-08" }),
    to: localDate.openapi({
      description: `Local date after the last one (it is not included), at most ${String(daysAtMost)} days after \`from\`.`,
      example: "2027-03-22",
    }),
  })
  .refine(
    ({ from, to }) => {
      // Also asked of dates that do not exist, which the fields themselves refuse.
      const days = (Date.parse(to) - Date.parse(from)) / dayMs;
      return days > 0 && days <= daysAtMost;
    },
    {
      path: ["to"],
      ...says(
        `\`to\` suit \`from\`, de ${String(daysAtMost)} jours au plus.`,
        `\`to\` is after \`from\`, by ${String(daysAtMost)} days at most.`,
      ),
    },
  );
export type WindowQuery = z.infer<typeof windowQuery>;

const { startAt, endAt, serviceIds, serviceGroupIds, visibility, openFrom } = pushedSlotSchema.shape;

export const windowSlotSchema = z
  .strictObject({
    externalId,
    baseVersion: version
      .optional()
      .openapi({ description: "The version this line was made from: needed once somebody else has changed the slot." }),
    ...{ startAt, endAt, serviceIds, serviceGroupIds, visibility, openFrom },
  })
  .openapi("WindowSlot");
export type WindowSlot = z.infer<typeof windowSlotSchema>;

export const windowSchema = z
  .strictObject({
    slots: z
      .array(windowSlotSchema)
      .max(linesAtMost)
      .openapi({ description: "All the slots that the window is to hold of this vendor; none empties it." }),
  })
  .openapi("AgendaWindow");
export type AgendaWindow = z.infer<typeof windowSchema>;

const counted = (description: string, example: number) => z.number().int().min(0).openapi({ description, example });

export const windowOutcomes = ["created", "updated", "removed", "unchanged", "skippedPast", "refused"] as const;

export const windowReplacedSchema = z
  .object({
    created: counted("Slots that are new.", 1),
    updated: counted("Slots that were otherwise.", 0),
    removed: counted("This vendor's slots in the window that it no longer names.", 1),
    unchanged: counted("Slots of which nothing was to write, nor was announced.", 38),
    skippedPast: counted("SYNC-36: slots that have ended and are not what is wanted: they stay as they are.", 0),
    refused: counted("Lines and removals that were refused; the others hold all the same.", 0),
    results: z
      .array(
        z
          .object({
            index: z.number().int().min(0).nullable().openapi({
              description: "Of the slot in the body, from 0; null of one that it does not name.",
              example: 0,
            }),
            externalId,
            outcome: z.enum(windowOutcomes).openapi({ example: "created" }),
            slotId: slotId.nullable(),
            version: version
              .nullable()
              .openapi({ description: "Of the slot as it is now, also when refused; null when there is none." }),
            problem: z
              .object({ code: z.enum(problemCodes), ...violationsSchemas })
              .nullable()
              .openapi({ description: "Why it was refused; pointers lead into the line.", example: null }),
          })
          .openapi("WindowResult"),
      )
      .openapi({
        description: "One for each slot of the body, in its order, then one for each that it does not name.",
      }),
  })
  .openapi("AgendaWindowReplaced");
export type WindowReplaced = z.infer<typeof windowReplacedSchema>;
export type WindowResult = WindowReplaced["results"][number];

export const windowExample: AgendaWindow = {
  slots: [
    {
      externalId: "101-2027-03-08-0800",
      startAt: "2027-03-08T08:00:00-05:00",
      endAt: "2027-03-08T12:00:00-05:00",
      serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"],
      visibility: "public",
    },
  ],
};

export const windowReplacedExample: WindowReplaced = {
  ...{ created: 1, updated: 0, removed: 1, unchanged: 0, skippedPast: 0, refused: 0 },
  results: [
    {
      ...{ index: 0, externalId: "101-2027-03-08-0800", outcome: "created" },
      ...{ slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", version: 1, problem: null },
    },
    {
      ...{ index: null, externalId: "101-2027-03-09-0800", outcome: "removed" },
      ...{ slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2j", version: null, problem: null },
    },
  ],
};
