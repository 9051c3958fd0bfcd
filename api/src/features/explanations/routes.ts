import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import type { FindOpening } from "../citizen-bookings/find-opening.ts";
import { explainForPatient, explainToCitizen, explainToClinic } from "./actions.ts";
import {
  citizenExplainSchema,
  explainQuery,
  explanationExample,
  explanationSchema,
  patientExplainSchema,
} from "./schema.ts";

const postalCodeProblems = ["POSTAL_CODE_UNKNOWN", "POSTAL_CODE_OUTSIDE_QUEBEC"] as const;

const clinic = {
  tag: "openings",
  actors: ["employee", "machine"],
  scope: "slots.read",
  status: 200,
  result: explanationSchema,
} as const;

const explain = operation({
  ...clinic,
  operationId: "openings.explain",
  method: "get",
  path: "/v1/openings/explain",
  summary: "Explain why an instant is offered to a clinic, or not",
  description:
    "The rules that openings.list and a booking by the caller decide by, met and unmet, for an instant of a professional's " +
    "time. Of what fills the time at another place it is only said that it does (`BUSY_ELSEWHERE`).",
  query: explainQuery,
  problems: ["NOT_FOUND"],
  example: { result: explanationExample },
});

const explainPatient = operation({
  ...clinic,
  operationId: "openings.explainForPatient",
  method: "post",
  reads: true,
  path: "/v1/openings/explain",
  summary: "Explain why an instant is offered to a patient, or not",
  description:
    "The rules that citizenOpenings.search and a citizen's booking decide by, for the patient of a health insurance number, as " +
    "RAMQ knows them now. The look-up is recorded.",
  body: patientExplainSchema,
  problems: ["NOT_FOUND", "INVALID_NAM", "IDENTITY_UNKNOWN", ...postalCodeProblems],
  example: {
    body: {
      ...{ professionalId: "pro_01m8qk5v0e7kqv8f0a3n6c9d2h", startAt: "2027-03-08T09:00:00-05:00" },
      ...{ nam: "TREA 8056 1502", consultationReason: "regular", cascade: "1" },
    },
    result: explanationExample,
  },
});

const explainCitizen = operation({
  operationId: "citizenOpenings.explain",
  method: "post",
  reads: true,
  path: "/v1/citizen/openings/explain",
  tag: "citizen",
  summary: "Explain why an opening is offered to oneself, or not",
  description: "The rules that the search and the booking decide by. What citizens cannot see is as what is not there.",
  actors: ["citizen"],
  body: citizenExplainSchema,
  status: 200,
  result: explanationSchema,
  problems: ["IDENTITY_UNKNOWN", ...postalCodeProblems],
  example: {
    body: {
      ...{ slotId: "slt_01m8qk5v0e7kqv8f0a3n6c9d2h", startAt: "2027-03-08T09:00:00-05:00" },
      consultationReason: "regular",
    },
    result: explanationExample,
  },
});

export function explanationRoutes(hub: Hub, findOpening: FindOpening): void {
  const { deps } = hub;
  serve(hub, explain, async (call, { query }) => ({ body: await explainToClinic(deps, call, query) }));
  serve(hub, explainPatient, async (call, { body }) => ({ body: await explainForPatient(deps, call, body) }));
  serve(hub, explainCitizen, async (call, { body }) => ({
    body: await explainToCitizen(deps, findOpening, call, body),
  }));
}
