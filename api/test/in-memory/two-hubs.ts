import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bearer, createClient } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";
import { buildMemoryHub } from "../../../sdk/msw/bundle.ts";
import type * as msw from "../../../sdk/src/msw.ts";
import type { MemoryHub } from "../../../sdk/src/msw-hub.ts";
import { dice } from "../dice.ts";
import { createTestHub, defaultNow } from "../harness.ts";
import type { TestHub } from "../harness.ts";
import { inMemory, onPostgres } from "./same-world.ts";
import type { Person, SameWorld, Who } from "./same-world.ts";

/** An answer as it crossed the wire. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What has been answered of an object: by which name to call it, and in which version. */
export interface Known {
  id: string;
  version: number;
}
export type KnownKind = "slot" | "appointment" | "hold";

/** One of the two hubs, with the same clinics and people in it. */
export interface Side {
  name: "PostgreSQL" | "memory";
  world: SameWorld;
  clients: Record<Who, Client>;
  known: Record<KnownKind, Known[]>;
  /** By reference number, of appointments that citizens made. */
  references: string[];
  booked: { referenceNumber: string; person: Person }[];
  /** That a search has shown. */
  openings: { slotId: string; startAt: string }[];
  /** How far each caller has followed the log. */
  cursors: Map<Who, string>;
  advance(milliseconds: number): void;
  /** What was answered since the last time, with ids by the order in which they came up. */
  answers(this: void): RawAnswer[];
}

export interface TwoHubs {
  postgres: Side;
  memory: Side;
  memoryHub: MemoryHub;
  testHub: TestHub;
  close(): Promise<void>;
}

export async function twoHubs(): Promise<TwoHubs> {
  const folder = await mkdtemp(join(tmpdir(), "arrimage-in-memory-"));
  await symlink(fileURLToPath(new URL("../../../node_modules", import.meta.url)), join(folder, "node_modules"));
  await buildMemoryHub(join(folder, "msw.mjs"));
  // Built of sdk/src/msw.ts.
  const { createHubHandlers } = (await import(pathToFileURL(join(folder, "msw.mjs")).href)) as typeof msw;

  const testHub = await createTestHub();
  const { baseUrl } = testHub.deps.config;
  const failures: string[] = [];
  const onError = (failure: string) => void failures.push(failure);
  const { hub } = createHubHandlers({ baseUrl, now: defaultNow, onError });
  const postgres = await createSide({
    ...{ name: "PostgreSQL", baseUrl, world: await onPostgres(testHub) },
    fetch: async (request) => testHub.app.fetch(request),
    advance: (milliseconds) => {
      testHub.clock.advance(milliseconds);
    },
  });
  const memory = await createSide({
    ...{ name: "memory", baseUrl, world: await inMemory(hub) },
    fetch: async (request) => {
      const answer = await hub.fetch(request);
      if (failures.length > 0) throw new Error(failures.join("\n"));
      return answer;
    },
    advance: hub.clock.advance,
  });
  return {
    ...{ postgres, memory, memoryHub: hub, testHub },
    async close() {
      await testHub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface SideParts {
  name: Side["name"];
  baseUrl: string;
  world: SameWorld;
  fetch: (request: Request) => Promise<Response>;
  advance: (milliseconds: number) => void;
}

async function createSide({ name, baseUrl, world, fetch, advance }: SideParts): Promise<Side> {
  const raw: RawAnswer[] = [];
  const known: Side["known"] = { slot: [], appointment: [], hold: [] };
  const references: string[] = [];
  const normalised = createNormaliser();
  // Keys and jitter are the same on both sides.
  const random = dice(7);
  const runtime = {
    random,
    randomBytes: (length: number) => Uint8Array.from({ length }, () => Math.floor(random() * 256)),
    sleep: () => Promise.resolve(),
  };
  const capturing = async (input: string | URL | Request, init?: RequestInit) => {
    const response = await fetch(new Request(input, init));
    const answer = await rawAnswer(response.clone());
    raw.push(answer);
    learn(answer.body, known, references);
    return response;
  };
  const entries = Object.entries(world.tokens).map(([who, token]) => [
    who,
    createClient({ baseUrl, fetch: capturing, auth: bearer(token), runtime, language: english.has(who) ? "en" : "fr" }),
  ]);
  return {
    ...{ name, world, known, references, advance, openings: [], booked: [], cursors: new Map() },
    // One for each token, under the same names.
    clients: Object.fromEntries(entries) as Record<Who, Client>,
    answers: () => raw.splice(0).map((answer) => normalised(answer) as RawAnswer),
  };
}

/** Whoever is answered in English. */
const english: ReadonlySet<string> = new Set(["admin", "citizen", "readOnlyMachine"]);

const comparedHeaders = [
  ...["content-type", "etag", "idempotency-replayed", "retry-after", "content-language", "www-authenticate"],
  ...["arrimage-dry-run", "cache-control", "allow"],
];

async function rawAnswer(response: Response): Promise<RawAnswer> {
  const text = await response.text();
  const headers = comparedHeaders.flatMap((header) => {
    const value = response.headers.get(header);
    return value === null ? [] : [[header, value] as const];
  });
  const lines = response.headers.get("content-type")?.includes("x-ndjson") ? text.split("\n").filter(Boolean) : null;
  const body: unknown = lines?.map((line): unknown => JSON.parse(line)) ?? (text === "" ? null : JSON.parse(text));
  return { status: response.status, headers: Object.fromEntries(headers), body };
}

/** Remembers every object that an answer names with its version. */
function learn(value: unknown, known: Side["known"], references: string[]): void {
  if (Array.isArray(value)) for (const each of value) learn(each, known, references);
  if (typeof value !== "object" || value === null) return;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const { version, referenceNumber } = fields;
  for (const kind of ["slot", "appointment", "hold"] as const) {
    const id = fields[`${kind}Id`];
    // An opening and an appointment name their slot, of whose version they say nothing.
    const own = kind !== "slot" || fields["appointmentId"] === undefined;
    if (
      typeof id !== "string" ||
      typeof version !== "number" ||
      !own ||
      (fields["expiresAt"] !== undefined) !== (kind === "hold")
    )
      continue;
    const found = known[kind].find((each) => each.id === id);
    if (found === undefined) known[kind].push({ id, version });
    else found.version = version;
  }
  if (typeof referenceNumber === "string" && !references.includes(referenceNumber)) references.push(referenceNumber);
  for (const each of Object.values(fields)) learn(each, known, references);
}

/** An id, a reference number, or a digest (which is made of ids). */
const idInText = /\b([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}\b|\b1000\d{6}\b|\b[0-9a-f]{64}\b/g;
/** Opaque, and each hub's own. */
const opaque: readonly string[] = ["nextCursor", "cursor"];

/** What is each hub's own becomes `slt 3`: the third slot that this hub has named. */
function createNormaliser(): (value: unknown) => unknown {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (id: string, prefix = id.length === 64 ? "digest" : "reference") => {
    const count = (counts.get(prefix) ?? 0) + 1;
    const name = names.get(id) ?? `${prefix} ${String(count)}`;
    if (!names.has(id)) counts.set(prefix, count);
    names.set(id, name);
    return name;
  };
  function normalise(value: unknown, field = ""): unknown {
    if (typeof value === "string")
      return opaque.includes(field) ? "opaque" : value.replace(idInText, (id, prefix?: string) => nameOf(id, prefix));
    if (Array.isArray(value)) return value.map((each) => normalise(each));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, normalise(each, name)]));
  }
  return (value) => normalise(value);
}
