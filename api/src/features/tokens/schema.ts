import { z } from "@hono/zod-openapi";
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
  ])
  .openapi("SandboxPerson");
export type Person = z.infer<typeof personSchema>;

export const sandboxTokenSchema = z
  .object({
    accessToken: z.string().openapi({ description: "For the Authorization header.", example: "eyJhbGciOiJFUzI1NiJ9…" }),
    tokenType: z.literal("Bearer"),
    expiresIn: z.number().int().openapi({ description: "Seconds.", example: sandboxTokenSeconds }),
  })
  .openapi("SandboxToken");
export type SandboxToken = z.infer<typeof sandboxTokenSchema>;

export const sandboxTokenExample: SandboxToken = {
  accessToken: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJyYW1xIn0.c2ln",
  tokenType: "Bearer",
  expiresIn: sandboxTokenSeconds,
};
