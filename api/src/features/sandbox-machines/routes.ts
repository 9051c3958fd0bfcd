import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { listSandboxMachines } from "./actions.ts";
import { machinesExample, machinesSchema } from "./schema.ts";

const list = operation({
  operationId: "sandboxMachines.list",
  method: "get",
  path: "/sandbox/machines",
  tag: "sandbox",
  summary: "List the seeded machines with their private keys",
  actors: [],
  status: 200,
  result: machinesSchema,
  problems: [],
  example: { result: machinesExample },
});

export function sandboxMachineRoutes(hub: Hub): void {
  serve(hub, list, async () => ({ body: await listSandboxMachines(hub.deps) }));
}
