import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { getDigest } from "./actions.ts";
import { digestExample, digestQuery, digestSchema } from "./schema.ts";

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

export function digestRoutes(hub: Hub): void {
  serve(hub, get, async (call, { query }) => ({ body: await getDigest(hub.deps, call, query) }));
}
