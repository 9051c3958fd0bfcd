import { z } from "@hono/zod-openapi";
import { firstThresholds, freshnessStates, longestMinutes, shortestMinutes } from "../../domain/freshness.ts";
import { answerWithin } from "../../domain/inbox.ts";
import { instant, version } from "../../http/schema.ts";
import { longestImportDays } from "../../domain/machine.ts";
import { machineId } from "../machines/schema.ts";
import { placeId } from "../places/schema.ts";
import { vendorId } from "../vendors/schema.ts";

const servicesManagedBy = z.enum(["machine", "staff"]).openapi({
  description: "LCGA-04: who keeps the services of the professionals of this place.",
  example: "machine",
});

const instantOrNull = (description: string, example: string | null) =>
  z.iso.datetime().nullable().openapi({ description, example });

/** Where an agenda is shown: how old what the hub knows of it is. */
export const freshnessSchema = z
  .object({
    state: z.enum(freshnessStates).openapi({
      description: "SYNC-03: `stale` agendas are not shown to citizens. Without a link always `live` (SYNC-06).",
      example: "live",
    }),
    since: instantOrNull("When this state began, UTC; null without a link.", "2027-03-08T12:45:00.000Z"),
    asOf: instantOrNull(
      "SYNC-02: when hub and software were last shown to agree, UTC; null without a link, where staff keep the agenda.",
      "2027-03-08T12:45:00.000Z",
    ),
    lateAt: instantOrNull("From when it is late, unless it is confirmed, UTC.", "2027-03-08T14:45:00.000Z"),
    staleAt: instantOrNull("From when it is stale, unless it is confirmed, UTC.", "2027-03-09T04:45:00.000Z"),
  })
  .openapi("Freshness", { description: "SYNC-01: how long ago hub and agenda software were shown to agree." });
export type FreshnessBody = z.infer<typeof freshnessSchema>;

export const freshnessExample: FreshnessBody = {
  state: "live",
  since: "2027-03-08T12:45:00.000Z",
  asOf: "2027-03-08T12:45:00.000Z",
  lateAt: "2027-03-08T14:45:00.000Z",
  staleAt: "2027-03-09T04:45:00.000Z",
};

export const confirmedAt = instantOrNull(
  "When its software last confirmed the agenda (places.confirm), UTC; null until the first time.",
  "2027-03-08T12:45:00.000Z",
);

/** Out of range they pass the schema, so that the rule refuses them. */
const lateAfterMinutes = z
  .number()
  .int()
  .openapi({
    description: `SYNC-03: after how long without a confirmation the agenda is late: at least ${String(shortestMinutes)}.`,
    example: firstThresholds.lateAfterMinutes,
  });
const staleAfterMinutes = z
  .number()
  .int()
  .openapi({
    description: `SYNC-03: after how long it is stale: more than \`lateAfterMinutes\`, at most ${String(longestMinutes)}.`,
    example: firstThresholds.staleAfterMinutes,
  });

const answerWithinMinutes = z
  .number()
  .int()
  .nullable()
  .openapi({
    description: `SYNC-49: after how long without an answer an appointment that its software was asked about is \`timedOut\`: from ${String(answerWithin.shortestMinutes)} to ${String(answerWithin.longestMinutes)} minutes; null: never. It counts for what is asked from then on.`,
    example: 30,
  });

const importUntil = (description: string) =>
  instant.nullable().openapi({ description: `SYNC-53: ${description}`, example: null });

export const machineLinkSchema = z
  .object({
    placeId,
    version,
    machineId,
    vendorId,
    servicesManagedBy,
    linkedAt: z.iso.datetime().openapi({ description: "Since when, in UTC.", example: "2027-03-01T12:00:00.000Z" }),
    lateAfterMinutes,
    staleAfterMinutes,
    answerWithinMinutes,
    importUntil: importUntil("until when the import window is open, UTC; null or past: it is not."),
    confirmedAt,
    freshness: freshnessSchema,
  })
  .openapi("MachineLink");
export type MachineLink = z.infer<typeof machineLinkSchema>;

export const newMachineLinkSchema = z
  .strictObject({
    machineId,
    servicesManagedBy: servicesManagedBy.optional(),
    lateAfterMinutes: lateAfterMinutes.optional(),
    staleAfterMinutes: staleAfterMinutes.optional(),
    answerWithinMinutes: answerWithinMinutes.optional(),
    importUntil: importUntil(
      `until then appointments that the clinic makes are taken over from elsewhere, and nobody is sent a confirmation (SYNC-54); at most ${String(longestImportDays)} days ahead, null closes it.`,
    ).optional(),
  })
  .openapi("NewMachineLink", {
    description:
      "What is left out stays as it is. For a new link `servicesManagedBy` is `machine` in the sandbox, else `staff`, and the " +
      `times are those of SYNC-04: ${String(firstThresholds.lateAfterMinutes)} and ${String(firstThresholds.staleAfterMinutes)} minutes.`,
  });
export type NewMachineLink = z.infer<typeof newMachineLinkSchema>;

export const newMachineLinkExample: NewMachineLink = {
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  servicesManagedBy: "machine",
  lateAfterMinutes: firstThresholds.lateAfterMinutes,
  staleAfterMinutes: firstThresholds.staleAfterMinutes,
};

export const machineLinkExample: MachineLink = {
  placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h",
  version: 1,
  machineId: "mch_01m8qk5v0e7kqv8f0a3n6c9d2h",
  vendorId: "vnd_01m8qk5v0e7kqv8f0a3n6c9d2h",
  servicesManagedBy: "machine",
  linkedAt: "2027-03-01T12:00:00.000Z",
  ...firstThresholds,
  answerWithinMinutes: null,
  importUntil: null,
  confirmedAt: "2027-03-08T12:45:00.000Z",
  freshness: freshnessExample,
};
