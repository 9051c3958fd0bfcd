import { z } from "@hono/zod-openapi";
import { dayMs, timeZones } from "../../domain/time.ts";
import { confirmedDays } from "../../domain/confirmation.ts";
import { digest, id, localDate, says } from "../../http/schema.ts";
import { confirmedAt, freshnessExample, freshnessSchema } from "../machine-links/schema.ts";

export const placeId = id("plc", "Identifies a place.");
const from = localDate.openapi({ description: "First local date of the place.", example: "2027-03-08" });
const to = localDate.openapi({
  description: "Local date after the last one (it is not included), at most 366 days after `from`.",
  example: "2027-03-22",
});

const count = z.number().int().min(0);

export const digestSchema = z
  .object({
    placeId,
    timeZone: z.enum(timeZones).openapi({ description: "The place's: it decides which date an object is on." }),
    from,
    to,
    days: z.array(
      z
        .object({
          professionalId: id("pro", "Identifies a professional."),
          date: localDate,
          digest,
          appointments: count.openapi({ description: "Active appointments among the lines.", example: 11 }),
          slots: count.openapi({ description: "Slots among the lines.", example: 3 }),
        })
        .openapi("DigestDay"),
    ),
  })
  .openapi("Digest");
export type Digest = z.infer<typeof digestSchema>;

const maxDays = 366;
const windowError = {
  path: ["to"],
  ...says(
    `\`to\` suit \`from\`, de ${String(maxDays)} jours au plus.`,
    `\`to\` is after \`from\`, by ${String(maxDays)} days at most.`,
  ),
};

function isWindow({ from, to }: { from: string; to: string }): boolean {
  // Also asked of dates that do not exist, which the fields themselves refuse.
  const days = (Date.parse(to) - Date.parse(from)) / dayMs;
  return days > 0 && days <= maxDays;
}

export const digestQuery = z.strictObject({ placeId, from, to }).refine(isWindow, windowError);
export type DigestQuery = z.infer<typeof digestQuery>;

export const newConfirmationSchema = z
  .strictObject({
    from: from.openapi({ description: "First local date of the place, not after today.", example: "2027-03-01" }),
    to: to.openapi({
      description:
        `SYNC-09: local date after the last one, at least ${String(confirmedDays)} days after today and at most 366 days ` +
        "after `from`. A day more, and midnight may pass meanwhile.",
      example: "2027-04-05",
    }),
    days: z
      .array(z.strictObject({ professionalId: id("pro", "Whose day it is."), date: localDate, digest }))
      .openapi({ description: "SYNC-10: every day on which your agenda has anything, in any order." }),
  })
  .refine(isWindow, windowError)
  .openapi("NewConfirmation");
export type NewConfirmation = z.infer<typeof newConfirmationSchema>;

export const confirmationSchema = z
  .object({ placeId, confirmedAt, freshness: freshnessSchema })
  .openapi("Confirmation");
export type Confirmation = z.infer<typeof confirmationSchema>;

export const digestExample: Digest = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  timeZone: "America/Toronto",
  from: "2027-03-08",
  to: "2027-03-22",
  days: [
    {
      professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h",
      date: "2027-03-08",
      digest: "4b2f1d64d0b1c1e0b9d0f3a4a7a0b55f0c3c6b6f2a7e9d1c8f4e5a6b7c8d9e0f",
      appointments: 11,
      slots: 3,
    },
  ],
};

export const newConfirmationExample: NewConfirmation = {
  from: "2027-03-01",
  to: "2027-04-05",
  days: digestExample.days.map(({ professionalId, date, digest }) => ({ professionalId, date, digest })),
};

export const confirmationExample: Confirmation = {
  placeId: digestExample.placeId,
  confirmedAt: freshnessExample.asOf,
  freshness: freshnessExample,
};
