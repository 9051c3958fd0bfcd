import type { Actor } from "../../domain/actor.ts";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { callerExample, callerSchema } from "./schema.ts";
import type { CallerBody } from "./schema.ts";

const get = operation({
  operationId: "caller.get",
  method: "get",
  path: "/v1/caller",
  tag: "authentication",
  summary: "Who the hub takes the caller for",
  description:
    "A first call for a new machine: it shows its scopes and the places it is linked with. Nothing personal.",
  actors: ["machine", "employee", "citizen", "nurse", "operator"],
  status: 200,
  result: callerSchema,
  problems: [],
  example: { result: callerExample },
});

export function callerRoutes(hub: Hub): void {
  serve(hub, get, (call) => Promise.resolve({ body: callerOf(call.actor) }));
}

/** From what authentication already knows: no query. */
function callerOf(actor: Actor): CallerBody {
  const nobody = {
    ...{ machineId: null, employeeId: null, professionalId: null, profile: null, nurseMention: null },
    ...{ scopes: [], links: [] },
  };
  switch (actor.kind) {
    case "machine":
      return {
        ...nobody,
        kind: "machine",
        machineId: actor.machineId,
        scopes: [...actor.scopes],
        links: [...actor.links],
      };
    case "employee":
      return {
        ...nobody,
        kind: "employee",
        employeeId: actor.employeeId,
        professionalId: actor.professionalId,
        profile: actor.profile,
      };
    case "nurse":
      return { ...nobody, kind: "nurse", nurseMention: actor.mention };
    case "citizen":
    case "operator":
      return { ...nobody, kind: actor.kind };
  }
}
