import { expect, test } from "vitest";
import { createContext } from "../src/sync/context.ts";
import type { Incoming } from "../src/sync/integrate.ts";
import { integrate } from "../src/sync/integrate.ts";
import type { Operation } from "../src/sync/notes.ts";
import { byObject } from "../src/sync/read.ts";
import { memoryStore } from "../src/sync.ts";
import type { IncomingChange, SyncConfig } from "../src/sync.ts";
import { machineRuntime } from "../src/runtime.ts";

/** What the hub alone cannot be brought to do at will: how the log tells, and when an object was read. */

const appointment = { appointmentId: "apt_1", version: 1, externalId: "a1", status: "active", clinicNote: "before" };

function told(version: number, own: boolean) {
  return {
    ...{ establishmentId: "est_1", seq: version, prevSeq: version - 1, at: "2027-03-01T12:00:00Z", version },
    ...{ objectType: "appointment" as const, objectId: "apt_1", operation: "updated" as const, placeIds: [] },
    ...{ professionalId: null, startAt: null, endAt: null, status: "active", changed: [], externalId: "a1" },
    origin: { actorType: own ? ("machine" as const) : ("employee" as const), own },
  };
}

test("a version is its first writer's: told again for what happened beside it, it is not this software's own", () => {
  expect(byObject([told(2, false), told(2, true), told(3, true), told(3, false)])).toMatchObject([
    { objectId: "apt_1", ownVersions: [3] },
  ]);
});

test("an answer to the hub is no version of this software's own, although it is told under one", () => {
  const answer = { ...told(2, true), changed: ["agendaReason", "agendaStatus"] };
  const edit = { ...told(3, true), changed: ["agendaStatus", "clinicNote"] };
  expect(byObject([answer, edit])).toMatchObject([{ objectId: "apt_1", ownVersions: [3] }]);
});

async function meet(incoming: Partial<Incoming>, operation: Partial<Operation>, then?: Partial<Incoming>) {
  const applied: IncomingChange[] = [];
  // Nothing here asks the hub.
  const client = {} as SyncConfig["client"];
  const agenda = { apply: (change: IncomingChange) => void applied.push(change) };
  const context = createContext({ client, store: memoryStore(), agenda, policy: "agendaWins" }, machineRuntime);
  const waiting: Operation = {
    ...{ seq: 1, kind: "put", objectType: "appointment", id: "a1", body: { clinicNote: "mine" }, at: 0 },
    ...{ baseVersion: 1, doubtful: true, tries: 0 },
    ...operation,
  };
  const object = { ...appointment, version: 3, clinicNote: "theirs" };
  const left = await context.transaction(async (work) => {
    const { notes } = work;
    const known = { objectType: "appointment", objectId: "apt_1", id: "a1", bound: true, version: 1, at: 0 } as const;
    await notes.setBase({ ...known, object: appointment });
    await notes.setOperation(waiting);
    for (const each of then ? [incoming, then] : [incoming])
      await integrate(context, work, {
        ...{ objectType: "appointment", objectId: "apt_1", externalId: "a1", version: 3, object, cancelled: null },
        ...{ at: 1, ownVersions: [], toldVersion: 3 },
        ...each,
      });
    return notes.outbox();
  });
  return { applied: applied.map(({ object }) => object && "clinicNote" in object && object.clinicNote), left };
}

test("an operation in doubt was done when the next version is this software's own: others' later change is applied", async () => {
  expect(await meet({ ownVersions: [2] }, {})).toEqual({ applied: ["theirs"], left: [] });
});

test("it was not done when that version is another's: the policy decides", async () => {
  const { applied, left } = await meet({ ownVersions: [] }, {});
  expect(applied).toEqual(["mine"]);
  expect(left).toMatchObject([{ body: { clinicNote: "mine" }, baseVersion: 3, doubtful: false }]);
});

test("an object that was read later than told waits for the rest of the log", async () => {
  const { applied, left } = await meet({ toldVersion: 1 }, {});
  expect(applied).toEqual([]);
  expect(left).toMatchObject([{ baseVersion: 1, doubtful: true }]);
});

test("an own version is told with an object that was read later, and others' with the next page: both are kept", async () => {
  const own = { ownVersions: [2], toldVersion: 2 };
  expect(await meet(own, {}, { toldVersion: 3 })).toEqual({ applied: ["theirs"], left: [] });
});

test("an own version that is told without its object was done all the same", async () => {
  const own = { version: 2, object: undefined, ownVersions: [2], toldVersion: 2 };
  expect(await meet(own, {}, { toldVersion: 3 })).toEqual({ applied: ["theirs"], left: [] });
});

test("a time that nobody can read is kept as it is said, and stops nothing", async () => {
  const body = { startAt: "2027-13-01 25:00", durationMinutes: 15 };
  const { applied, left } = await meet({}, { body });
  expect(applied).toEqual(["theirs"]);
  expect(left).toMatchObject([{ body }]);
});
