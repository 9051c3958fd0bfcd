import { z } from "@hono/zod-openapi";
import { id, instant } from "../../http/schema.ts";

export const snapshotId = id("snp", "Identifies a snapshot of the sandbox.");

export const newSnapshotSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100).optional().openapi({
      description: "For people. `seed` is the sandbox's own: where a reset goes back to.",
      example: "before the double booking",
    }),
  })
  .openapi("NewSandboxSnapshot");

export const snapshotSchema = z
  .object({
    snapshotId,
    name: z.string().nullable().openapi({ example: "before the double booking" }),
    createdAt: instant.openapi({ description: "By the machine's time, UTC.", example: "2026-11-20T12:00:00.000Z" }),
    now: instant.openapi({ description: "Where the hub's time stood, UTC.", example: "2027-03-04T12:00:00.000Z" }),
    running: z.boolean().openapi({ description: "Whether it ran.", example: true }),
  })
  .openapi("SandboxSnapshot");
export type SnapshotBody = z.infer<typeof snapshotSchema>;

export const snapshotListSchema = z.object({ items: z.array(snapshotSchema) }).openapi("SandboxSnapshotList");

export const resetSchema = z
  .strictObject({
    now: instant.optional().openapi({
      description:
        "Seed anew, with agendas that begin on this day; machines and clinics get other ids. Left out: everything, the " +
        "clock included, is as it was when the sandbox was seeded.",
      example: "2027-03-04T07:00:00-05:00",
    }),
  })
  .openapi("SandboxReset");
export type Reset = z.infer<typeof resetSchema>;

export const snapshotExample: SnapshotBody = {
  snapshotId: "snp_01m8qk5v0e7kqv8f0a3n6c9d2h",
  name: "before the double booking",
  createdAt: "2026-11-20T12:00:00.000Z",
  now: "2027-03-04T12:00:00.000Z",
  running: true,
};
