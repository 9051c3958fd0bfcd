import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { sandboxKey } from "../../sandbox/keys.ts";
import type { SandboxMachines } from "./schema.ts";
import { listMachinesAndLinks } from "./store.ts";

/** The machines whose key the sandbox made itself, with the places they are linked with. */
export async function listSandboxMachines(deps: Deps): Promise<SandboxMachines> {
  const { machines, links, places } = await withScope(
    deps.connection,
    { audience: "operator", establishments: [] },
    listMachinesAndLinks,
  );
  const nameOf = new Map(places.map(({ placeId, name }) => [placeId, name]));
  return {
    machines: machines
      .map(({ machineId, name, jwks }) => ({ machineId, name, privateKey: sandboxKey(name), jwks }))
      .filter(({ privateKey, jwks }) => JSON.stringify(jwks).includes(privateKey.x))
      .map(({ machineId, name, privateKey }) => ({
        machineId,
        name,
        privateKey,
        places: links
          .filter((link) => link.machineId === machineId)
          .map(({ placeId }) => ({ placeId, name: nameOf.get(placeId) ?? "" })),
      })),
  };
}
