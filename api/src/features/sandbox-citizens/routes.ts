import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { Robots } from "../../sandbox/robots.ts";
import { actAsCitizens, simulateCitizens } from "./actions.ts";
import { actSchema, doneExample, doneListSchema, simulateSchema } from "./schema.ts";

const act = operation({
  operationId: "citizens.act",
  method: "post",
  path: "/sandbox/citizens/act",
  tag: "sandbox",
  summary: "Let robot citizens do something",
  description:
    "Through the hub's own operations, with tokens of their own: what they do is announced, refused and recorded as " +
    "anybody's. Faults and the request log leave them alone.",
  actors: [],
  body: actSchema,
  status: 200,
  result: doneListSchema,
  problems: ["NOT_FOUND"],
  example: { body: { behaviour: "book", placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h" }, result: { items: [doneExample] } },
});

const simulate = operation({
  operationId: "citizens.simulate",
  method: "post",
  path: "/sandbox/citizens/simulate",
  tag: "sandbox",
  summary: "Let robot citizens live for a while",
  description:
    "`steps` acts, drawn by the seed. In the same world (sandboxSnapshots.restore) the same seed does the same; who wins a " +
    "race is for the hub to say.",
  actors: [],
  body: simulateSchema,
  status: 200,
  result: doneListSchema,
  problems: ["NOT_FOUND"],
  example: {
    body: { seed: 42, steps: 100, placeId: "plc_01m8qk5v0e7kqv8f0a3n6c9d2h" },
    result: { items: [doneExample] },
  },
});

export function sandboxCitizenRoutes(hub: Hub, robots: Robots): void {
  serve(hub, act, async (_call, { body }) => ({ body: { items: await actAsCitizens(hub.deps, robots, body) } }));
  serve(hub, simulate, async (_call, { body }) => ({
    body: { items: await simulateCitizens(hub.deps, robots, body) },
  }));
}
