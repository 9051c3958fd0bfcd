import type postgres from "postgres";
import postgresDriver from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinicWorld, nowhere } from "./clinic-world.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { createTestHub } from "./harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "./harness.ts";
import { inOneBatch } from "./one-batch.ts";
import { anonymous, filled, locationsOf, operations, sampleOf, urlOf } from "./samples.ts";
import type { Location, Sample, WorldIds } from "./samples.ts";
import type { Operation } from "../src/http/operation.ts";

/**
 * API1: to whoever works in one clinic, another clinic's objects answer exactly like objects that do not exist, and
 * nothing of it changes. Every operation is called with the example of the document, once for each id it can be sent:
 * with one's own objects, with that one of the other clinic, with that one of nobody.
 */

const kinds = ["machine", "employee", "citizen", "nurse"] as const;
type Kind = (typeof kinds)[number];

const cases = operations.flatMap((declared) =>
  kinds
    .filter((kind) => declared.actors.includes(kind))
    .map((kind) => ({ declared, kind, operationId: declared.operationId, locations: guarded(declared, kind) }))
    .filter(({ locations }) => locations.length > 0),
);

/**
 * What one's own object does not change in the answer: a hold is consumed without a word (HOLD-09, holds.test.ts), who
 * is no professional has no agenda at any place unless they name whose (VIEW-03, agendas.test.ts), and who cancels says
 * not where to (CLOSE-10, agenda-closures.test.ts).
 */
const silent = [
  "appointments.create /holdId",
  "citizenAppointments.book /holdId",
  "nurseAppointments.book /holdId",
  "agendas.list placeId",
  "agendas.close /toProfessionalId",
  "agendas.close /toPlaceId",
];

/** Citizens and nurses have no clinic: what is theirs alone is the hold. */
function guarded(declared: Operation, kind: Kind): Location[] {
  return locationsOf(declared).filter((location) => hasClinic(kind) || location.kinds.includes("hld"));
}

function hasClinic(kind: Kind): boolean {
  return kind !== "citizen" && kind !== "nurse";
}

let hub: TestHub;
let owner: postgres.Sql;
const others = new Map<Kind, ClinicWorld>();
const worlds = new Map<Kind, ClinicWorld>();
beforeAll(async () => {
  hub = await createTestHub();
  owner = postgresDriver(hub.database.url, { max: 1, onnotice: () => undefined });
  for (const kind of kinds) others.set(kind, await aClinicWorld(hub, kind));
});
afterAll(async () => {
  await owner.end();
  await hub.close();
});

describe.each(cases)("$operationId, $kind", ({ declared, kind, locations }) => {
  test("another clinic's object answers like none at all, and is left alone", async () => {
    const other = otherOf(kind);
    const before = await stateOf(other);
    for (const location of locations) {
      const at = `${location.part} ${location.name}`;
      const own = await probe(declared, kind, location.sample);
      const foreign = await probe(declared, kind, location.sample, { ids: other.ids, at: location });
      const missing = await probe(declared, kind, location.sample, { ids: nowhere, at: location });
      expect([at, foreign.status, foreign.plain]).toEqual([at, missing.status, missing.plain]);
      if (location.part === "path" && declared.method !== "put") expect([at, foreign.status]).toEqual([at, 404]);
      expect(foreign.learnt).toEqual([]);
      // The control: with one's own object the same call answers otherwise, unless this caller may never make it.
      if (own.status !== 403 && !silent.includes(`${declared.operationId} ${location.name}`))
        expect([at, own.plain]).not.toEqual([at, foreign.plain]);
    }
    if (hasClinic(kind)) {
      const foreign = await probe(declared, kind, sampleOf(declared), { ids: other.ids });
      const missing = await probe(declared, kind, sampleOf(declared), { ids: nowhere });
      expect([foreign.status, foreign.plain, foreign.learnt]).toEqual([missing.status, missing.plain, []]);
    }
    expect(await stateOf(other)).toEqual(before);
  });
});

/** What the lane settles: its transaction may hold the commands of several clinics. */
const laneCases = cases.filter(
  ({ declared }) => declared.method !== "get" && ["booking", "citizen", "nurse"].includes(declared.tag),
);

describe.each(laneCases)("$operationId, $kind, in one batch with the other clinic", ({ declared, kind, locations }) => {
  test("its object answers like none at all, and is left alone", async () => {
    const [other, third] = [otherOf(kind), await aClinicWorld(hub, kind)];
    const before = await stateOf(other);
    for (const location of locations) {
      const at = `${location.part} ${location.name}`;
      const together = (send: () => Promise<TestAnswer<unknown>>) => inOneBatch(hub, third, other, send);
      const foreign = await probe(declared, kind, location.sample, { ids: other.ids, at: location }, together);
      const missing = await probe(declared, kind, location.sample, { ids: nowhere, at: location }, together);
      expect([at, foreign.status, foreign.plain]).toEqual([at, missing.status, missing.plain]);
      expect(foreign.learnt).toEqual([]);
    }
    expect(await stateOf(other)).toEqual(before);
  });
});

test("a cursor of another clinic tells nothing of it", async () => {
  const lists = operations.filter(
    ({ operationId, actors }) => operationId.endsWith(".list") && actors.includes("machine"),
  );
  const followed: string[] = [];
  for (const declared of lists) {
    const [other, own] = [otherOf("machine"), otherOf("employee")];
    const limited = (cursor?: string) => ({ limit: "1", ...(cursor === undefined ? {} : { cursor }) });
    const list = async (world: ClinicWorld, query: Record<string, string>) => {
      const call = filled(sampleOf(declared), world.ids);
      const url = urlOf(declared, { ...call, query: { ...call.query, ...query } });
      return hub.request<{ nextCursor?: string | null }>("GET", url, { as: world.tokens.machine });
    };
    const first = await list(other, limited());
    if (typeof first.body.nextCursor !== "string") continue;
    followed.push(declared.operationId);
    const text = JSON.stringify((await list(own, limited(first.body.nextCursor))).body);
    expect(Object.values(other.ids).filter((id) => text.includes(id))).toEqual([]);
  }
  expect(followed).toContain("changes.list");
});

test("AUTH-06 to name an establishment that is not one's own is to name none", async () => {
  const { tokens } = otherOf("employee");
  const naming = (establishmentId = "") =>
    hub.request("GET", "/v1/establishments", {
      as: tokens.employee,
      headers: { "arrimage-establishment": establishmentId },
    });
  const [foreign, missing] = [await naming(otherOf("machine").ids["est"]), await naming(nowhere["est"])];
  expect(foreign.status).toBe(403);
  expect({ ...foreign.body, requestId: "", instance: "" }).toEqual({ ...missing.body, requestId: "", instance: "" });
  expect((await naming(otherOf("employee").ids["est"])).status).toBe(200);
});

test("the cases reach every kind of object", () => {
  const reached = new Set(cases.flatMap(({ locations }) => locations.flatMap((location) => location.kinds)));
  expect([...reached].sort()).toEqual(
    expect.arrayContaining(["apt", "emp", "est", "external", "grp", "hld", "plc", "pro", "slt", "svc", "tpl", "wgr"]),
  );
});

interface Probed {
  status: number;
  /** The answer without ids and names of requests. */
  plain: string;
  /** Ids of the other clinic that were not in the call. */
  learnt: string[];
}

/**
 * One call as somebody of a clinic of their own, with other ids at one place or at every one. A world in which something
 * was written is not used again.
 */
async function probe(
  declared: Operation,
  kind: Kind,
  sample: Sample,
  elsewhere?: { ids: WorldIds; at?: Location },
  through: (send: () => Promise<TestAnswer<unknown>>) => Promise<TestAnswer<unknown>> = (send) => send(),
): Promise<Probed> {
  const world = worlds.get(kind) ?? (await aClinicWorld(hub, kind));
  worlds.set(kind, world);
  const call =
    elsewhere?.at === undefined
      ? filled(sample, elsewhere?.ids ?? world.ids)
      : filled(sample, world.ids, elsewhere.at, elsewhere.ids);
  const url = urlOf(declared, call);
  const request: TestRequest = {
    as: world.tokens[kind],
    ...(call.body === undefined ? {} : { body: declared.ndjson ? [call.body] : call.body }),
    ...(declared.ndjson ? { ndjson: true } : {}),
    ...(declared.condition === "required" ? { version: 1 } : {}),
  };
  const { status, body } = await through(() => hub.request(declared.method.toUpperCase(), url, request));
  if (declared.method !== "get" && status < 300) worlds.delete(kind);
  const text = JSON.stringify(body, (name, value: unknown) =>
    name === "requestId" || name === "instance" ? undefined : value,
  );
  const sent = `${url} ${JSON.stringify(call.body)}`;
  const learnt = Object.values(otherOf(kind).ids).filter((id) => (text ?? "").includes(id) && !sent.includes(id));
  return { status, plain: anonymous(text ?? "", [world.ids, otherOf(kind).ids, nowhere]), learnt };
}

function otherOf(kind: Kind): ClinicWorld {
  const other = others.get(kind);
  if (other === undefined) throw new Error("no other clinic");
  return other;
}

/**
 * A checksum of every row of an establishment, table by table, read past row-level security; without the records of what
 * its own machine was told when it kept a batch company (one-batch.ts).
 */
async function stateOf({ establishmentId, ids }: ClinicWorld): Promise<Record<string, unknown>> {
  const tables = await owner<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'establishment_id'`;
  const state: Record<string, unknown> = {};
  for (const { name } of tables) {
    const [row] = await owner`
      SELECT count(*)::int AS rows, md5(string_agg(t::text, E'\n' ORDER BY t::text COLLATE "C")) AS sum
      FROM ${owner(name)} t WHERE establishment_id = ${establishmentId}
        ${name === "access_record" ? owner`AND actor_id <> ${ids["mch"] ?? ""}` : owner``}`;
    state[name] = row;
  }
  return state;
}
