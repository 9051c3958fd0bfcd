import { z } from "@hono/zod-openapi";
import { activities } from "../../domain/session.ts";
import { sandboxTokenSeconds } from "../../http/access-token.ts";

const sessionId = z
  .string()
  .regex(/^[\w-]{43}$/)
  .openapi({
    description: "Names the session. A secret: whoever has it is signed in.",
    example: "Zk1mQ0t3b2p4cXJzdHV2d3h5ejAxMjM0NTY3ODlhYmM",
  });

export const signInSchema = z
  .strictObject({
    identifier: z.string().trim().max(254).openapi({
      description: "AUTH-01: a RAMQ identifier, or a pseudonym (an email address). Not a practice number.",
      example: "camille.tremblay@example.org",
    }),
    password: z.string().max(200).openapi({ description: "The person's password.", example: "bac-a-sable" }),
  })
  .openapi("SignIn");
export type SignIn = z.infer<typeof signInSchema>;

export const refreshSchema = z
  .strictObject({
    sessionId,
    activity: z.enum(activities).openapi({
      description:
        "What the person is doing: `configuration` (establishment, employee and communication settings), `slotEditing` " +
        "(the agenda in slot-editing mode) or `appointments` (in appointment mode).",
      example: "appointments",
    }),
  })
  .openapi("SessionRefresh");
export type Refresh = z.infer<typeof refreshSchema>;

export const endSchema = z.strictObject({ sessionId }).openapi("SessionEnd");

export const sessionSchema = z
  .object({
    sessionId,
    accessToken: z.string().openapi({ description: "For the Authorization header.", example: "eyJhbGciOiJFUzI1NiJ9…" }),
    tokenType: z.literal("Bearer"),
    expiresIn: z
      .number()
      .int()
      .openapi({ description: "Seconds until the access token wants to be replaced.", example: sandboxTokenSeconds }),
  })
  .openapi("Session");
export type Session = z.infer<typeof sessionSchema>;

export const signInExample = { identifier: "camille.tremblay@example.org", password: "bac-a-sable" } satisfies SignIn;
export const sessionExample: Session = {
  sessionId: "Zk1mQ0t3b2p4cXJzdHV2d3h5ejAxMjM0NTY3ODlhYmM",
  accessToken: "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJyYW1xIn0.c2ln",
  tokenType: "Bearer",
  expiresIn: sandboxTokenSeconds,
};
export const refreshExample = { sessionId: sessionExample.sessionId, activity: "appointments" } satisfies Refresh;
