import { z } from "@hono/zod-openapi";
import { nurseMentions } from "../../domain/actor.ts";
import { sandboxTokenSeconds } from "../../http/access-token.ts";

export const personSchema = z
  .discriminatedUnion("as", [
    z.strictObject({ as: z.literal("operator") }),
    z.strictObject({
      as: z.literal("employee"),
      ramqIdentifier: z
        .string()
        .regex(/^(IP|CE)[A-Za-z0-9]{6}$/)
        .openapi({ description: "EMP-04: of an employee of one clinic or several.", example: "IP000123" }),
    }),
    z.strictObject({
      as: z.literal("citizen"),
      nam: z.string().max(32).openapi({ description: "Health insurance number (NAM).", example: "TREM 8056 1501" }),
    }),
    z.strictObject({
      as: z.literal("nurse"),
      name: z.string().trim().min(1).max(100).openapi({
        description: "APPT-43: kept with what they book. The same name and mention are the same nurse.",
        example: "Nathalie Gagnon",
      }),
      mention: z.enum(nurseMentions).openapi({
        description: "APPT-43: of the 811 line, or of the triage of a hospital's emergency.",
        example: "811",
      }),
    }),
    z.strictObject({
      as: z.literal("machine"),
      name: z.string().max(200).openapi({
        description: "Of a machine of the sandbox (/sandbox/machines); among several, the one registered first.",
        example: "oscar-pont",
      }),
    }),
  ])
  .openapi("SandboxPerson");
export type Person = z.infer<typeof personSchema>;

export const sandboxTokenSchema = z
  .object({
    accessToken: z.string().openapi({ description: "For the Authorization header.", example: "eyJhbGciOiJFUzI1NiJ9…" }),
    tokenType: z.literal("Bearer"),
    expiresIn: z.number().int().openapi({ description: "Seconds; fewer for a machine.", example: sandboxTokenSeconds }),
  })
  .openapi("SandboxToken");
export type SandboxToken = z.infer<typeof sandboxTokenSchema>;

export const sandboxTokenExample: SandboxToken = {
  accessToken: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJyYW1xIn0.c2ln",
  tokenType: "Bearer",
  expiresIn: sandboxTokenSeconds,
};
