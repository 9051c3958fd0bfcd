import { z } from "@hono/zod-openapi";
import { refusal } from "../../domain/decision.ts";
import { operation } from "../../http/operation.ts";
import { instant } from "../../http/schema.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { readInstant, utcText } from "../../http/time.ts";
import { runDue } from "../../jobs/jobs.ts";
import { untilSent } from "../webhook-deliveries/until-sent.ts";
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

const advanceSchema = z
  .strictObject({
    seconds: z
      .number()
      .int()
      .min(0)
      .max(10 * 366 * 86_400)
      .openapi({ description: "How far ahead; 0 only runs what is due.", example: 3600 }),
  })
  .openapi("SandboxClockAdvance");

const advancedSchema = clockSchema
  .extend({
    ran: z
      .array(
        z
          .object({
            job: z.string().openapi({ description: "What happens without a request.", example: "removeExpiredHolds" }),
            count: z.number().int().openapi({ description: "What it dealt with.", example: 1 }),
          })
          .openapi("SandboxJobRun"),
      )
      .openapi({ description: "Everything that was due then; each has run to its end." }),
  })
  .openapi("SandboxClockAdvanced");

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

const advance = operation({
  operationId: "clock.advance",
  method: "post",
  path: "/sandbox/clock/advance",
  tag: "sandbox",
  summary: "Move the sandbox's clock ahead, and wait until everything due has run",
  description:
    "Holds that have run out are removed, what is late is found late, webhooks that are due are sent: when this answers it has happened.",
  actors: [],
  body: advanceSchema,
  status: 200,
  result: advancedSchema,
  problems: [],
  example: {
    body: { seconds: 3600 },
    result: { ...example, ran: [{ job: "removeExpiredHolds", count: 1 }] },
  },
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
  serve(hub, advance, async (_call, { body }) => {
    const clock = sandboxClock(deps.sandboxClock);
    await clock.set({ now: clock.now() + body.seconds * 1000, running: clock.isRunning() });
    const ran = await runDue(deps);
    await untilSent(deps);
    return { body: { ...answer(clock).body, ran } };
  });
}

function sandboxClock(clock: SandboxClock | undefined): SandboxClock {
  if (clock === undefined) throw refusal("NOT_FOUND");
  return clock;
}
