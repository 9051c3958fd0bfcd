import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { lookUpPatient } from "./actions.ts";
import { patientFoundExample, patientFoundSchema, patientLookupSchema } from "./schema.ts";

const lookup = operation({
  operationId: "patients.lookup",
  method: "post",
  reads: true,
  path: "/v1/patients/lookup",
  tag: "booking",
  summary: "Look a patient up by health insurance number",
  description:
    "PAT-02, PAT-03: the identity that RAMQ has for a number, to be confirmed with the patient; a number it does not know " +
    "is answered `matched: false`. PAT-06: nothing of coverage. PAT-09: what appointments say of the patient never changes " +
    "it. For who may make an appointment (APPT-49); every look-up leaves an access record.",
  actors: ["machine", "employee"],
  scope: "appointments.write",
  body: patientLookupSchema,
  status: 200,
  result: patientFoundSchema,
  problems: ["INVALID_NAM", "NOT_FOUND", "MACHINE_NOT_LINKED", "ESTABLISHMENT_REQUIRED"],
  example: { body: { nam: "TREA 8056 1502" }, result: patientFoundExample },
});

export function patientRoutes(hub: Hub): void {
  serve(hub, lookup, async (call, { body }) => ({ body: await lookUpPatient(hub.deps, call, body) }));
}
