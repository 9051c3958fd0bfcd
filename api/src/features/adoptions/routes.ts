import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createAdoption } from "./actions.ts";
import { adoptionExample, adoptionSchema, newAdoptionExample, newAdoptionSchema } from "./schema.ts";

const create = operation({
  operationId: "adoptions.create",
  method: "post",
  path: "/v1/adoptions",
  tag: "synchronisation",
  summary: "Name what is there already",
  description:
    "Binds existing slots and appointments at the places linked with the machine to the vendor's own identifiers, so that linking duplicates nothing. " +
    "All lines or none; every line that cannot be kept is named. The first push under an adopted `externalId` counts as another body, " +
    "and needs If-Match only if somebody has written since the adoption. Appointments also need the scope `appointments.write`.",
  actors: ["machine"],
  scope: "slots.write",
  body: newAdoptionSchema,
  idempotent: true,
  status: 200,
  result: adoptionSchema,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "EXTERNAL_ID_IN_USE"],
  example: { body: newAdoptionExample, result: adoptionExample },
});

export function adoptionRoutes(hub: Hub): void {
  serve(hub, create, async (call, { body }) => {
    const { value, replayed } = await createAdoption(hub.deps, call, body);
    return { body: value, replayed };
  });
}
