import { registryRoutes } from "../features/registry/routes.ts";
import { sandboxCitizenRoutes } from "../features/sandbox-citizens/routes.ts";
import { sandboxClockRoutes } from "../features/sandbox-clock/routes.ts";
import { sandboxConsoleRoutes } from "../features/sandbox-console/routes.ts";
import { sandboxFaultRoutes } from "../features/sandbox-faults/routes.ts";
import { sandboxMachineRoutes } from "../features/sandbox-machines/routes.ts";
import { sandboxRequestRoutes } from "../features/sandbox-requests/routes.ts";
import { sandboxSnapshotRoutes } from "../features/sandbox-snapshots/routes.ts";
import { sandboxSessionRoutes } from "../features/sandbox-sessions/routes.ts";
import { staffRegistryRoutes } from "../features/staff-registry/routes.ts";
import { tokenRoutes } from "../features/tokens/routes.ts";
import type { Hub } from "../http/serve.ts";
import { forgetWorld } from "./forget-world.ts";
import { inFrontOf } from "./in-front.ts";
import { createRobots } from "./robots.ts";
import { createSandbox } from "./sandbox.ts";
import { worldChannel } from "./world-store.ts";

export { createSandboxRegistry } from "../features/registry/sandbox-registry.ts";
export { openSandboxClock } from "../features/sandbox-clock/sandbox-clock.ts";
export { createSandboxStaffRegistry } from "../features/staff-registry/sandbox-staff-registry.ts";
export { createSandbox };

/** Everything that exists in sandbox mode alone is reached from here; what serves production does not load this file. */
export function addSandbox(hub: Hub): void {
  const { sandbox } = hub.deps;
  if (sandbox === undefined) throw new Error("a sandbox needs deps.sandbox");
  const direct = hub.app.fetch;
  const robots = createRobots(hub.deps, (request) => direct(request));
  sandboxClockRoutes(hub);
  registryRoutes(hub);
  staffRegistryRoutes(hub);
  tokenRoutes(hub);
  sandboxSessionRoutes(hub);
  sandboxMachineRoutes(hub);
  sandboxCitizenRoutes(hub, robots);
  sandboxConsoleRoutes(hub);
  sandboxFaultRoutes(hub, sandbox.faults);
  sandboxRequestRoutes(hub, sandbox.requests);
  sandboxSnapshotRoutes(hub, sandbox, direct);
  hub.watch = (request) => sandbox.requests.find(request);
  hub.app.fetch = inFrontOf(hub, sandbox, robots, direct);
}

/** Another process may put back a snapshot: what this one remembers is then of another world. */
export async function watchWorld(hub: Hub): Promise<{ unlisten(): Promise<void> }> {
  const forget = () => {
    forgetWorld(hub);
  };
  return hub.deps.connection.listen(worldChannel, forget, forget);
}
