import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { findPerimeters } from "./actions.ts";
import { perimeterSearchExample, perimeterSearchSchema, perimetersExample, perimetersSchema } from "./schema.ts";

const find = operation({
  operationId: "citizenPerimeters.find",
  method: "post",
  reads: true,
  path: "/v1/citizen/perimeters/find",
  tag: "citizen",
  summary: "Find the perimeters in which a citizen may search",
  description:
    "CASC-17, CASC-18: the rings of cascade 3 depend on the health region of the postal code (CASC-20). A POST, for where " +
    "somebody lives belongs in no address.",
  actors: ["citizen", "nurse"],
  body: perimeterSearchSchema,
  status: 200,
  result: perimetersSchema,
  problems: ["POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC"],
  example: { body: perimeterSearchExample, result: perimetersExample },
});

export function citizenPerimeterRoutes(hub: Hub): void {
  serve(hub, find, async (call, { body }) => ({ body: findPerimeters(call, body) }));
}
