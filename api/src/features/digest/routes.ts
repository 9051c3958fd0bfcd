import { z } from "@hono/zod-openapi";
import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { confirmPlace, getDigest } from "./actions.ts";
import {
  confirmationExample,
  confirmationSchema,
  digestExample,
  digestQuery,
  digestSchema,
  newConfirmationExample,
  newConfirmationSchema,
  placeId,
} from "./schema.ts";

const get = operation({
  operationId: "digest.get",
  method: "get",
  path: "/v1/digest",
  tag: "synchronisation",
  summary: "Prove that both agendas agree",
  description:
    "For each professional and local date that has anything: the SHA-256 of the lines `a|id|startAt|endAt|attendance` (active appointments at the place) and " +
    "`s|id|startAt|endAt|visibility` (slots), sorted by bytes, each ended by a line feed, in UTF-8. `id` is the reader's `externalId`, or else the hub's id; instants are UTC to the second, " +
    "`2027-03-08T14:00:00Z`; the date is that of the start, in the place's zone. Compute the same from your own agenda and compare: only the days that differ need reading again. " +
    "`digest-vectors.json`, published with this document, has examples to test against.",
  actors: ["machine", "employee"],
  scope: "changes.read",
  query: digestQuery,
  status: 200,
  result: digestSchema,
  problems: ["NOT_FOUND"],
  example: { result: digestExample },
});

const confirm = operation({
  operationId: "places.confirm",
  method: "post",
  path: "/v1/places/{placeId}/confirm",
  tag: "synchronisation",
  summary: "Confirm that both agendas agree, so that citizens go on seeing this one",
  description:
    "Following the log is no proof of pushing. Send the digests of your own agenda, computed as `digest.get` describes and of the same window; when they are the hub's, " +
    "the agenda is `live` from now on. When they are not, nothing changes and `differingDays` names what to read again. Confirm a few times an hour: an agenda that " +
    "nobody confirms is `late` and then `stale` after the times of its link (`machineLinks.get`), and stale agendas are not shown to citizens. " +
    "Repeating it confirms again; an Idempotency-Key is not used. It also needs the scope `changes.read`, as the digest does.",
  actors: ["machine"],
  // Confirming keeps what was pushed in front of citizens: who may not write the agenda has nothing to confirm.
  scope: "slots.write",
  params: z.object({ placeId }),
  body: newConfirmationSchema,
  status: 200,
  result: confirmationSchema,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED", "OUT_OF_RANGE", "DIGEST_MISMATCH"],
  example: { body: newConfirmationExample, result: confirmationExample },
});

export function digestRoutes(hub: Hub): void {
  serve(hub, get, async (call, { query }) => ({ body: await getDigest(hub.deps, call, query) }));
  serve(hub, confirm, async (call, { params, body }) => ({
    body: await confirmPlace(hub.deps, call, params.placeId, body),
  }));
}
