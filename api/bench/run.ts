import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../src/clock.ts";
import { readConfig } from "../src/config.ts";
import { connect } from "../src/db/connection.ts";
import type { Connection } from "../src/db/connection.ts";
import { startPostgres } from "../src/db/launcher.ts";
import { ensureRoles, migrate } from "../src/db/migrate.ts";
import type { Deps } from "../src/deps.ts";
import { createPlacePositions } from "../src/features/places/positions.ts";
import { createSandboxRegistry } from "../src/features/registry/sandbox-registry.ts";
import { createSandboxStaffRegistry } from "../src/features/staff-registry/sandbox-staff-registry.ts";
import { createLog } from "../src/log.ts";
import { createKeyring } from "../src/http/signing-keys.ts";
import { issueMachineToken, issueSandboxToken } from "../src/http/access-token.ts";
import { freePort } from "../src/hub.ts";
import { systemIds } from "../src/ids.ts";
import { createSecrets, sandboxKeys } from "../src/secrets.ts";
import { machineScopes } from "../src/domain/actor.ts";
import { openingAt, writeAgenda } from "./agenda.ts";
import type { BenchAgenda } from "./agenda.ts";
import { overHttp, repeatedly } from "./load.ts";
import type { Measured } from "./load.ts";
import { startProcess } from "./processes.ts";
import { bookRaw, pushRaw, scopeSession, searchPlace, searchProfessional } from "./references.ts";
import type { RawSlot } from "./references.ts";

/**
 * `npm run bench`: each figure beside its reference, measured in the same run on the same machine. Only the ratios mean
 * something elsewhere; docs/performance.md keeps the baseline.
 */

const seconds = Number(process.argv.find((argument) => argument.startsWith("--seconds="))?.slice(10) ?? "5");
/** `--only=year`: one scenario, by its name in `measure`. */
const only = process.argv.find((argument) => argument.startsWith("--only="))?.slice(7);
const connections = 32;
const pool = 4;
const pushed = 10_000;
const yearRounds = 5;
const [weeksAYear, hoursADay] = [52, 8];
const weekMs = 7 * 86_400_000;

interface Row {
  what: string;
  unit: string;
  hub: number;
  reference: number;
  referenceIs: string;
  p99?: number;
}

const folder = await mkdtemp(join(tmpdir(), "arrimage-bench-"));
const postgres = await startPostgres({ dataDir: folder });
const rows: Row[] = [];
try {
  const owner = connect(postgres.url, { max: 2 });
  await ensureRoles(owner);
  await migrate(owner, { folder: new URL("../../migrations/", import.meta.url) });
  const secrets = createSecrets(sandboxKeys(), systemIds);
  const now = systemClock.now();
  const agenda = await writeAgenda(owner, secrets, now, { professionals: 20, days: 60, citizens: 30_000 });
  const runtime = connect(postgres.url, { max: pool, role: "arrimage_runtime" });
  await scopeSession(runtime, agenda, pool);
  const port = await freePort();
  const env = {
    DATABASE_URL: postgres.url,
    PORT: String(port),
    ARRIMAGE_MODE: "sandbox",
    LOG_LEVEL: "silent",
    REQUESTS_PER_MINUTE: "100000000",
    DATABASE_POOL: String(pool),
  };
  const hub = await startProcess(new URL("./hub.ts", import.meta.url), [], env, port);
  try {
    await measure(hub.url, runtime, owner, agenda, now, readConfig(env));
  } finally {
    await hub.stop();
  }
  await runtime.end();
  await owner.end();
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
print();

async function measure(
  url: string,
  runtime: Connection,
  owner: Connection,
  agenda: BenchAgenda,
  now: number,
  config: ReturnType<typeof readConfig>,
): Promise<void> {
  const secrets = createSecrets(config.keys, systemIds);
  const issuing: Deps = {
    config,
    clock: systemClock,
    ids: systemIds,
    secrets,
    connection: runtime,
    log: createLog("silent"),
    registry: createSandboxRegistry({ connection: runtime, secrets }),
    staffRegistry: createSandboxStaffRegistry({ connection: runtime }),
    placePositions: createPlacePositions(runtime, systemClock.wall),
  };
  const keyring = createKeyring(issuing);
  const token = await issueMachineToken(issuing, keyring, agenda.machineId, machineScopes.join(" "));
  const as = { authorization: `Bearer ${token}` };

  const scenarios: Readonly<Record<string, () => Promise<void>>> = {
    trivial: async () => {
      const trivial = await fetch(`${url}/v1/caller`, { headers: as }).then((answer) => answer.text());
      const plainPort = await freePort();
      const plain = await startProcess(
        new URL("./plain-server.ts", import.meta.url),
        [String(plainPort), trivial],
        {},
        plainPort,
      );
      const reference = await overHttp({
        url: plain.url,
        connections,
        seconds,
        next: () => ({ method: "GET", path: "/", headers: as }),
      });
      await plain.stop();
      const authenticated = await overHttp({
        url,
        connections,
        seconds,
        next: () => ({ method: "GET", path: "/v1/caller", headers: as }),
      });
      add("authenticated trivial request", "requests/s", authenticated, reference, "node:http, the same bytes");
    },
    search: async () => {
      const week = { from: agenda.firstDay, to: agenda.firstDay + 7 * 86_400_000 };
      const raw = await repeatedly(connections, seconds, (n) =>
        searchProfessional(runtime, agenda, n, week.from, week.to, now),
      );
      const found = await overHttp({
        url,
        connections,
        seconds,
        next: (n) => ({
          method: "GET",
          headers: as,
          path: searchPath({
            professionalId: agenda.professionals[n % agenda.professionals.length]?.professionalId,
            placeId: agenda.placeId,
            ...week,
          }),
        }),
      });
      add("search, one professional, 7 days", "searches/s", found, raw, "the same page by a prepared statement");

      const fortnight = { from: agenda.firstDay, to: agenda.firstDay + 14 * 86_400_000 };
      const rawPlace = await repeatedly(connections, seconds, () =>
        searchPlace(runtime, agenda, fortnight.from, fortnight.to, now),
      );
      const foundPlace = await overHttp({
        url,
        connections,
        seconds,
        next: () => ({ method: "GET", headers: as, path: searchPath({ placeId: agenda.placeId, ...fortnight }) }),
      });
      add(
        "search, one place of 20 professionals, 14 days",
        "searches/s",
        foundPlace,
        rawPlace,
        "the same page by a prepared statement",
      );
    },
    push: () => measurePush(url, as, runtime, owner, agenda, now),
    year: () => measureYear(url, as, runtime, owner, agenda, now),
    booking: async () => {
      // Each booking takes another opening for another citizen; the references' come after the hub's.
      const citizens = await Promise.all(
        agenda.citizens.slice(0, 12_000).map((nam) => issueSandboxToken(issuing, keyring, { kind: "citizen", nam })),
      );
      const slots = await slotIds(runtime, agenda);
      const booked = await overHttp({
        url,
        connections,
        amount: Math.min(citizens.length, 1000 * seconds),
        next: (n) => bookingRequest(agenda, slots, citizens[n % citizens.length] ?? "", n),
      });
      const rawBooked = await repeatedly(connections, seconds, (n) => bookRaw(runtime, agenda, 15_000 + n, now));
      add(
        "citizen booking",
        "bookings/s",
        { ...booked, perSecond: (booked.perSecond * booked.ok) / (booked.ok + booked.refused + booked.failed) },
        rawBooked,
        "one durable statement a booking",
      );
      if (booked.refused + booked.failed > 0)
        process.stderr.write(`bookings refused: ${String(booked.refused)}, failed: ${String(booked.failed)}\n`);
    },
  };
  for (const [name, scenario] of Object.entries(scenarios)) if (only === undefined || only === name) await scenario();
}

async function measurePush(
  url: string,
  as: Record<string, string>,
  runtime: Connection,
  owner: Connection,
  agenda: BenchAgenda,
  now: number,
): Promise<void> {
  const slots = newSlots(agenda, now, 90);
  const began = performance.now();
  await pushRaw(runtime, agenda, slots, now);
  const rawSeconds = (performance.now() - began) / 1000;
  await owner`DELETE FROM change WHERE seq > 1000000000`;
  const body = newSlots(agenda, now, 400)
    .map((slot, n) =>
      JSON.stringify({
        externalId: `bench-${String(n)}`,
        professionalId: slot.professionalId,
        startAt: new Date(slot.startAt).toISOString(),
        endAt: new Date(slot.endAt).toISOString(),
        placeId: agenda.placeId,
        serviceIds: [slot.serviceId],
        visibility: "public",
      }),
    )
    .join("\n");
  const push = async () => {
    const start = performance.now();
    const answer = await fetch(`${url}/v1/slots/batch`, {
      method: "POST",
      headers: { ...as, "content-type": "application/x-ndjson", "idempotency-key": systemIds.next("key", now) },
      body,
    });
    const text = await answer.text();
    const outcomes = new Map<string, number>();
    for (const line of text.trim().split("\n")) {
      const { outcome } = JSON.parse(line) as { outcome: string };
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    process.stderr.write(`push: ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
    return (performance.now() - start) / 1000;
  };
  const first = await push();
  const again = await push();
  rows.push({
    what: "first push of 10,000 slots",
    unit: "slots/s",
    hub: pushed / first,
    reference: pushed / rawSeconds,
    referenceIs: "the same rows, set-wise, 1,000 a transaction",
  });
  rows.push({
    what: "the same push again, nothing changed",
    unit: "slots/s",
    hub: pushed / again,
    reference: pushed / first,
    referenceIs: "the first push",
  });
}

/** A professional's whole year in one call, from a week of 40 slots that is there; each round another professional's. */
async function measureYear(
  url: string,
  as: Record<string, string>,
  runtime: Connection,
  owner: Connection,
  agenda: BenchAgenda,
  now: number,
): Promise<void> {
  // Where nothing else of the bench is: from a Sunday on, five years ahead.
  const sunday = Math.ceil(now / weekMs) * weekMs + 3 * 86_400_000 + 260 * weekMs;
  const weekOf = (professional: number, at: number): RawSlot[] => {
    const { professionalId = "", serviceId = "" } = agenda.professionals[professional] ?? {};
    return Array.from({ length: 5 * hoursADay }, (_, n) => {
      const startAt = at + (1 + Math.floor(n / hoursADay)) * 86_400_000 + (13 + (n % hoursADay)) * 3_600_000;
      return { slotId: systemIds.next("slt", now), professionalId, serviceId, startAt, endAt: startAt + 3_600_000 };
    });
  };
  let [copied, hubSeconds, rawSeconds] = [0, 0, 0];
  for (let round = 0; round < yearRounds; round++) {
    const [mine, reference] = [2 * round, 2 * round + 1];
    await pushRaw(runtime, agenda, weekOf(mine, sunday), now);
    await owner`DELETE FROM change WHERE seq > 1000000000`;
    const professionalId = agenda.professionals[mine]?.professionalId;
    const sourceWeek = new Date(sunday).toISOString().slice(0, 10);
    const began = performance.now();
    const answer = await fetch(`${url}/v1/weeks/copy`, {
      method: "POST",
      headers: { ...as, "content-type": "application/json", "idempotency-key": systemIds.next("key", now) },
      body: JSON.stringify({ professionalId, sourceWeek, weeks: weeksAYear, interval: 1 }),
    });
    const { created = 0 } = (await answer.json()) as { created?: number };
    hubSeconds += (performance.now() - began) / 1000;
    copied += created;
    const year = Array.from({ length: weeksAYear }, (_, k) => weekOf(reference, sunday + (k + 1) * weekMs)).flat();
    const rawBegan = performance.now();
    await pushRaw(runtime, agenda, year, now, year.length);
    rawSeconds += (performance.now() - rawBegan) / 1000;
    await owner`DELETE FROM change WHERE seq > 1000000000`;
    process.stderr.write(
      `year: ${String(created)} slots, ${hubSeconds.toFixed(2)} s against ${rawSeconds.toFixed(2)} s so far\n`,
    );
  }
  rows.push({
    what: "a professional's year, 52 weeks copied in one call",
    unit: "slots/s",
    hub: copied / hubSeconds,
    reference: (yearRounds * weeksAYear * 5 * hoursADay) / rawSeconds,
    referenceIs: "the same rows, set-wise, in one transaction",
  });
}

/** 10,000 slots of one hour, from a day on: five an agenda and day. */
function newSlots(agenda: BenchAgenda, now: number, fromDay: number): RawSlot[] {
  return Array.from({ length: pushed }, (_, n) => {
    const { professionalId = "", serviceId = "" } = agenda.professionals[n % agenda.professionals.length] ?? {};
    const ordinal = Math.floor(n / agenda.professionals.length);
    const startAt = agenda.firstDay + (fromDay + Math.floor(ordinal / 5)) * 86_400_000 + (ordinal % 5) * 3_600_000;
    return { slotId: systemIds.next("slt", now), professionalId, serviceId, startAt, endAt: startAt + 3_600_000 };
  });
}

async function slotIds(runtime: Connection, agenda: BenchAgenda): Promise<Map<string, string>> {
  const found = await runtime<{ slot_id: string; professional_id: string; start_at: number }[]>`
    SELECT slot_id, professional_id, start_at FROM slot WHERE establishment_id = ${agenda.establishmentId}`;
  return new Map(
    found.map(({ slot_id, professional_id, start_at }) => [`${professional_id}${String(start_at)}`, slot_id]),
  );
}

function bookingRequest(agenda: BenchAgenda, slots: Map<string, string>, token: string, n: number) {
  const { professional, startAt } = openingAt(agenda, n);
  const { professionalId = "" } = agenda.professionals[professional] ?? {};
  const dayStart = agenda.firstDay + Math.floor((startAt - agenda.firstDay) / 86_400_000) * 86_400_000;
  const body = {
    slotId: slots.get(`${professionalId}${String(dayStart)}`),
    startAt: new Date(startAt).toISOString(),
    consultationReason: "minorEmergency",
    communicationModes: ["email"],
    communicationLanguage: "fr",
    email: "alice@example.org",
    mobilePhone: "418-555-0100",
  };
  return {
    method: "POST" as const,
    path: "/v1/citizen/appointments",
    body: JSON.stringify(body),
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      "idempotency-key": `bench-booking-${String(n)}`,
    },
  };
}

function searchPath(query: { professionalId?: string | undefined; placeId: string; from: number; to: number }): string {
  const search = new URLSearchParams({
    placeId: query.placeId,
    from: new Date(query.from).toISOString(),
    to: new Date(query.to).toISOString(),
  });
  if (query.professionalId !== undefined) search.set("professionalId", query.professionalId);
  return `/v1/openings?${search.toString()}`;
}

function add(what: string, unit: string, hub: Measured, reference: Measured, referenceIs: string): void {
  if (hub.failed > 0) process.stderr.write(`${what}: ${String(hub.failed)} failed\n`);
  rows.push({ what, unit, hub: hub.perSecond, reference: reference.perSecond, referenceIs, p99: hub.p99 });
}

function print(): void {
  const lines = rows.map(({ what, unit, hub, reference, referenceIs, p99 }) =>
    [
      what.padEnd(48),
      Math.round(hub).toString().padStart(8),
      Math.round(reference).toString().padStart(10),
      (hub / reference).toFixed(2).padStart(7),
      (p99 === undefined ? "" : `${p99.toFixed(0)} ms`).padStart(7),
      ` ${unit}; reference: ${referenceIs}`,
    ].join(" "),
  );
  process.stdout.write(
    `${"".padEnd(48)} ${"hub".padStart(8)} ${"reference".padStart(10)} ${"ratio".padStart(7)} ${"p99".padStart(7)}\n${lines.join("\n")}\n`,
  );
}
