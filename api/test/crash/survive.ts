import { expect } from "vitest";
import { machineScopes } from "../../src/domain/actor.ts";
import type { ChangePage } from "../../src/features/changes/schema.ts";
import { createCrashLoad } from "./load.ts";
import type { CrashSite } from "./caller.ts";
import type { CrashLoad } from "./load.ts";
import { aClinic, aProfessional, aService, manyCitizens } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import { send, startHubs } from "../hubs-over-http.ts";
import { createInsistence } from "./insistence.ts";
import { expectSound } from "../invariants.ts";
import { createMirror, mirrorOfTables, replay } from "../mirror.ts";
import type { Mirror } from "../mirror.ts";
import { superviseHub } from "./supervised-hub.ts";
import type { Kills, SupervisedHub } from "./supervised-hub.ts";

/** A hub that is killed while callers work with it, and what must be true afterwards. */

export interface CrashRun {
  kills: Kills;
  /** Writes acknowledged after the last kill, before the callers stop. */
  aftermath: number;
  callers: number;
  seed: number;
}

export interface Crashed {
  load: CrashLoad;
  /** Of one who followed the feed all the while, through every kill. */
  followed: Mirror;
}

/** A machine's token lasts five minutes. */
const machineTokenMs = 240_000;

/** A place with four agendas. */
export async function aCrashSite(world: TestHub): Promise<CrashSite & { establishmentId: string }> {
  const clinic = await aClinic(world);
  const { establishmentId, placeId, professionalId, service, admin, machine } = clinic;
  const agendas = [{ professionalId, serviceId: service.serviceId }];
  for (let n = 1; n < 4; n++) {
    const other = await aProfessional(world, [clinic.place]);
    agendas.push({ professionalId: other.professionalId, serviceId: (await aService(world, other)).serviceId });
  }
  let token = machine.token;
  let issuedAt = Date.now();
  return {
    ...{ establishmentId, placeId, agendas, admin: admin.token },
    async machine() {
      if (Date.now() - issuedAt < machineTokenMs) return token;
      // The suite's own hub stands still; tokens follow the machine's time.
      world.clock.moveWallTo(Date.now());
      token = await world.tokens.machine(machine.machineId, machineScopes);
      issuedAt = Date.now();
      return token;
    },
  };
}

/** Works until the hub has been killed as often as wanted, and a little longer. */
export async function workThroughKills(
  world: TestHub,
  hub: SupervisedHub,
  site: CrashSite,
  { kills, aftermath, callers, seed }: CrashRun,
): Promise<Crashed> {
  const people = await manyCitizens(world, 8 * callers);
  const load = createCrashLoad(world, hub, site, people, { callers, seed });
  const working = { done: false };
  let enough = Infinity;
  const run = load.run(() => {
    if (hub.kills === kills.count) enough = Math.min(enough, load.acknowledged + aftermath);
    return load.acknowledged >= enough;
  });
  const [followed] = await Promise.all([
    followThroughKills(world, hub, site, working),
    run.finally(() => (working.done = true)),
  ]);
  expect(hub.kills).toBe(kills.count);
  // Each kill has caught somebody in the middle of a request.
  expect(load.cuts).toBeGreaterThanOrEqual(kills.count);
  return { load, followed };
}

async function followThroughKills(
  world: TestHub,
  hub: SupervisedHub,
  site: CrashSite,
  working: { done: boolean },
): Promise<Mirror> {
  const insist = createInsistence(world, hub);
  const mirror = createMirror();
  let cursor: string | undefined;
  for (;;) {
    const { done } = working;
    const path = changesPath(cursor, done ? 0 : 1);
    const { body } = await insist.read<ChangePage>("GET", path, { as: await site.machine() });
    mirror.apply(body);
    if (done && body.caughtUp) return mirror;
    cursor = body.nextCursor;
  }
}

function changesPath(cursor: string | undefined, wait: number): string {
  const query = { limit: "200", wait: String(wait), ...(cursor === undefined ? {} : { cursor }) };
  return `/v1/changes?${new URLSearchParams(query).toString()}`;
}

/** The feed from zero into an empty mirror. */
export async function replayed(world: TestHub, url: string, site: CrashSite): Promise<Mirror> {
  return replay(async (cursor) => {
    const answer = await send<ChangePage>(world, url, "GET", changesPath(cursor, 0), { as: await site.machine() });
    expect(answer.status).toBe(200);
    return answer.body;
  });
}

/** R5, whole: hubs over a database that stays. */
export async function surviveKills(run: CrashRun): Promise<void> {
  const { world, owner, options, close } = await startHubs(0);
  try {
    const site = await aCrashSite(world);
    const hub = await superviseHub({ ...options, port: world.deps.config.port }, run.kills);
    try {
      const { load, followed } = await workThroughKills(world, hub, site, run);
      const tables = inOrder(await mirrorOfTables(owner, site.establishmentId));
      // What the callers were told is there, to the version, and nothing else is.
      expect(inOrder(load.known)).toEqual(tables);
      expect(inOrder(followed.objects)).toEqual(tables);
      expect(inOrder((await replayed(world, hub.url, site)).objects)).toEqual(tables);
      await expectSound(owner, site.establishmentId);
      expect(hub.readLog().slice(0, 2000)).toBe("");
    } finally {
      await hub.stop();
    }
  } finally {
    await close();
  }
}

/** Objects by id, so that a difference can be read. */
export function inOrder<T>(objects: ReadonlyMap<string, T>): (readonly [string, T])[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
}
