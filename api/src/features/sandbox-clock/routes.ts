import { z } from "@hono/zod-openapi";
import { refusal } from "../../domain/decision.ts";
import { operation } from "../../http/operation.ts";
import { instant } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { readInstant, utcText } from "../../http/time.ts";
import type { SandboxClock } from "./sandbox-clock.ts";

const clockSchema = z
  .object({
    now: instant.openapi({ description: "The hub's time." }),
    wall: instant.openapi({ description: "The machine's time; tokens follow it." }),
    running: z.boolean().openapi({ description: "Whether the hub's time runs or stands still.", example: true }),
  })
  .openapi("SandboxClock");

const clockChangeSchema = z
  .strictObject({
    now: instant.optional().openapi({ description: "Where to set the hub's time; left out, it stays where it is." }),
    running: z.boolean().optional().openapi({ description: "Left out, as before.", example: false }),
  })
  .openapi("SandboxClockChange");

const example = { now: "2027-03-04T12:00:00.000Z", wall: "2026-11-20T12:00:00.000Z", running: false };

const get = operation({
  operationId: "clock.get",
  method: "get",
  path: "/sandbox/clock",
  tag: "sandbox",
  summary: "Read the sandbox's clock",
  actors: [],
  status: 200,
  result: clockSchema,
  problems: [],
  example: { result: example },
});

const set = operation({
  operationId: "clock.set",
  method: "put",
  path: "/sandbox/clock",
  tag: "sandbox",
  summary: "Move the sandbox's clock, stop it or let it run",
  actors: [],
  body: clockChangeSchema,
  status: 200,
  result: clockSchema,
  problems: [],
  example: { body: { now: "2027-03-04T07:00:00-05:00", running: false }, result: example },
});

export function sandboxClockRoutes(hub: Hub): void {
  const { deps } = hub;
  const answer = (clock: SandboxClock) => ({
    body: { now: utcText(clock.now()), wall: utcText(clock.wall()), running: clock.isRunning() },
  });
  serve(hub, get, () => Promise.resolve(answer(sandboxClock(deps.sandboxClock))));
  serve(hub, set, async (_call, { body }) => {
    const clock = sandboxClock(deps.sandboxClock);
    const now = body.now === undefined ? clock.now() : readInstant(body.now);
    await clock.set({ now, running: body.running ?? clock.isRunning() });
    return answer(clock);
  });
}

function sandboxClock(clock: SandboxClock | undefined): SandboxClock {
  if (clock === undefined) throw refusal("NOT_FOUND");
  return clock;
}
