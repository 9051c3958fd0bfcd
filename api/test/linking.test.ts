import { createHash } from "node:crypto";
import { exportJWK } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { bearer, createClient, isArrimageProblem, privateKeyJwt } from "../../sdk/src/index.ts";
import type { Client, Schemas } from "../../sdk/src/index.ts";
import { endWaits } from "../src/jobs/end-waits.ts";
import { dayMs } from "../src/domain/time.ts";
import { aCitizen, aClinic, aMachine, aPlace, aProfessional } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { aKeyedMachine, aMachineKey } from "./machine-keys.ts";

/**
 * A clinic is linked, lives with its software, leaves it and comes back (design, Synchronisation 3 to 7): through the SDK,
 * with the hub in process in the place of fetch.
 */

let hub: TestHub;
let operator: Client;
beforeAll(async () => {
  hub = await createTestHub();
  operator = clientOf(await hub.tokens.operator());
});
afterAll(() => hub.close());
beforeEach(() => {
  hub.clock.moveTo("2027-03-01T07:00:00-05:00");
});

const baseUrl = "http://127.0.0.1:4700";
const fetch = (url: string, init: RequestInit) => hub.app.fetch(new Request(url, init));
const clientOf = (token: string): Client => createClient({ baseUrl, fetch, auth: bearer(token), language: "en" });

const at = (time: string, date = "2027-03-08") => `${date}T${time}:00-05:00`;
const patient = {
  firstName: "Alice",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1980-06-15",
  homePhone: "418-555-0192",
} as const;

type Agenda = Pick<AClinic, "professionalId" | "placeId">;
const appointment = ({ professionalId, placeId }: Agenda, time: string, date?: string) => ({
  ...{ professionalId, placeId, startAt: at(time, date), durationMinutes: 15 },
  ...{ patient, communicationModes: ["phone" as const] },
});
const slot = ({ professionalId, placeId }: Agenda, serviceId: string, from = "08:00", to = "12:00") => ({
  ...{ professionalId, placeId, startAt: at(from), endAt: at(to) },
  ...{ serviceIds: [serviceId], visibility: "public" as const },
});

/** A clinic whose place nobody is linked with yet, its staff, and the agenda software that is to come. */
async function unlinked() {
  const clinic = await aClinic(hub);
  await hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${clinic.placeId}`,
  );
  return { clinic, staff: clientOf(clinic.admin.token), software: clientOf(clinic.machine.token) };
}
const link = ({ placeId, machine: { machineId } }: AClinic, fields: Partial<Schemas["NewMachineLink"]> = {}) =>
  operator.machineLinks.put({ placeId, body: { machineId, ...fields } });

async function everyChange(software: Client, cursor?: string) {
  const changes: Schemas["Change"][] = [];
  let last = cursor;
  for await (const page of software.changes.follow({ cursor, untilCaughtUp: true }).byPage()) {
    changes.push(...page.items);
    last = page.cursor;
  }
  return { changes, cursor: last };
}
const told = (changes: readonly Schemas["Change"][]) =>
  changes.map(
    ({ objectType, operation, origin }) => `${objectType} ${operation} ${origin.own ? "own" : origin.actorType}`,
  );

async function problemOf(asked: PromiseLike<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    if (isArrimageProblem(error)) return `${String(error.status)} ${error.code}`;
    throw error;
  }
  return "none";
}

/** What the software's own agenda says of the days from today on, computed as digest.get describes it. */
async function confirmation(software: Client, { placeId }: { placeId: string }): Promise<Schemas["NewConfirmation"]> {
  const appointments = await software.appointments.list({ placeId }).collect();
  const utc = (text: string) => new Date(text).toISOString().replace(".000", "");
  const days = new Map<string, { professionalId: string; date: string; lines: string[] }>();
  const add = (professionalId: string, date: string, line: string) => {
    const day = days.get(`${professionalId} ${date}`) ?? { professionalId, date, lines: [] };
    days.set(`${professionalId} ${date}`, { ...day, lines: [...day.lines, line] });
  };
  for (const { appointmentId, externalId, professionalId, date, startAt, endAt, attendance } of appointments)
    add(professionalId, date, `a|${externalId ?? appointmentId}|${utc(startAt)}|${utc(endAt)}|${attendance}`);
  for (const professionalId of new Set(appointments.map((each) => each.professionalId)))
    for (const each of await software.slots.list({ professionalId, placeId }).collect())
      add(
        professionalId,
        each.startAt.slice(0, 10),
        `s|${each.externalId ?? each.slotId}|${utc(each.startAt)}|${utc(each.endAt)}|${String(each.visibility)}`,
      );
  const today = new Date(hub.clock.now()).toISOString().slice(0, 10);
  const to = new Date(hub.clock.now() + 29 * dayMs).toISOString().slice(0, 10);
  return {
    from: today,
    to,
    days: [...days.values()].map(({ professionalId, date, lines }) => ({
      ...{ professionalId, date },
      digest: createHash("sha256")
        .update(`${lines.sort().join("\n")}\n`)
        .digest("hex"),
    })),
  };
}

async function citizenBooks({ slotId }: { slotId: string }, time: string): Promise<Schemas["CitizenAppointment"]> {
  const citizen = await aCitizen(hub);
  return clientOf(citizen.token).citizenAppointments.book({
    body: {
      ...{ slotId, startAt: at(time), consultationReason: "regular", homePhone: "418-555-0192" },
      communicationModes: ["phone"],
    },
  });
}

test("SYNC-53, SYNC-54 import window: a whole agenda is taken over without a confirmation, too old rows line by line", async () => {
  const { clinic, staff, software } = await unlinked();
  await link(clinic, { importUntil: at("07:00", "2027-03-02") });
  const lines = [
    { externalId: "rv-1", ...appointment(clinic, "09:00") },
    // 90 days are the limit of this clinic; this is the 91st.
    { externalId: "rv-old", ...appointment(clinic, "09:00", "2026-11-30") },
    { externalId: "rv-2", ...appointment(clinic, "10:00", "2026-12-01") },
  ];
  const results = await software.appointments.batch({ body: lines }).collect();
  expect(results.map(({ externalId, outcome, problem }) => [externalId, outcome, problem?.code])).toEqual([
    ["rv-1", "created", undefined],
    ["rv-old", "refused", "PAST_LIMIT_EXCEEDED"],
    ["rv-2", "created", undefined],
  ]);
  const bySoftware = await software.appointments.getByExternalId({ externalId: "rv-1" });
  const byStaff = await staff.appointments.create({ body: appointment(clinic, "13:00") });
  expect([bySoftware.imported, byStaff.imported]).toEqual([true, true]);
  const offered = await software.slots.upsertByExternalId({
    externalId: "plage-1",
    body: slot(clinic, clinic.service.serviceId, "14:00", "16:00"),
  });
  const online = await citizenBooks(offered.slot, "14:00");
  expect((await staff.appointments.search({ body: { referenceNumber: online.referenceNumber } })).items).toMatchObject([
    { imported: false },
  ]);
  hub.clock.moveTo(at("07:00", "2027-03-02"));
  const later = await staff.appointments.create({ body: appointment(clinic, "15:00") });
  expect(later.imported).toBe(false);
  const moved = await staff.appointments.move({
    appointmentId: byStaff.appointmentId,
    ifMatch: byStaff.version,
    body: { startAt: at("13:30") },
  });
  expect(moved.imported).toBe(true);
});

test("SYNC-48 adoptions: what the clinic had is named, not doubled; a snapshot lists what has no name yet", async () => {
  const { clinic, staff, software } = await unlinked();
  const kept = await staff.slots.create({ body: slot(clinic, clinic.service.serviceId) });
  const made = await staff.appointments.create({ body: appointment(clinic, "09:00") });
  await link(clinic);
  const asked = await staff.appointments.create({ body: appointment(clinic, "10:00") });
  expect([made.agendaStatus, asked.agendaStatus]).toEqual([null, "pending"]);
  const unnamed = async () => {
    const lines = await software.snapshots.create({ body: { from: "2027-03-01" } }).collect();
    return lines.flatMap((line) =>
      line.type === "object" && line.objectType !== "service" && line.externalId === null ? [line] : [],
    );
  };
  const found = await unnamed();
  expect(found.map(({ objectId }) => objectId).sort()).toEqual(
    [kept.slotId, made.appointmentId, asked.appointmentId].sort(),
  );
  const named = found.map(({ objectType, objectId }, index) => ({
    objectType: objectType === "slot" ? ("slot" as const) : ("appointment" as const),
    ...{ objectId, externalId: `ours-${String(index)}` },
  }));
  const body = { bindings: named };
  expect(await software.adoptions.create({ body })).toEqual({ bound: 3, unchanged: 0 });
  expect(await software.adoptions.create({ body })).toEqual({ bound: 0, unchanged: 3 });
  expect(await unnamed()).toEqual([]);
  // Another name for one of them, and one of them for another object.
  const taken = { bindings: [{ objectType: "slot" as const, objectId: kept.slotId, externalId: "ours-9" }] };
  expect(await problemOf(software.adoptions.create({ body: taken }))).toBe("409 EXTERNAL_ID_IN_USE");
  expect((await staff.appointments.get({ appointmentId: asked.appointmentId })).agendaStatus).toBe("accepted");
  const before = await staff.appointments.list({ placeId: clinic.placeId }).collect();
  for (const { externalId, objectType, objectId } of named)
    if (objectType === "appointment") {
      const { startAt } = await software.appointments.get({ appointmentId: objectId });
      const time = startAt.slice(11, 16);
      const pushed = await software.appointments.upsertByExternalId({ externalId, body: appointment(clinic, time) });
      expect([pushed.outcome, pushed.appointment.appointmentId]).toEqual(["unchanged", objectId]);
    }
  expect(await staff.appointments.list({ placeId: clinic.placeId }).collect()).toHaveLength(before.length);
});

test("SYNC-55, SYNC-56 unlinked and linked again: the last word, staff who go on, names that are found", async () => {
  const { clinic, staff, software } = await unlinked();
  const { placeId } = clinic;
  const { version } = await link(clinic);
  const { cursor } = await everyChange(software);
  const body = appointment(clinic, "09:00");
  const pushed = (await software.appointments.upsertByExternalId({ externalId: "rv-1", body })).appointment;
  const asked = await staff.appointments.create({ body: appointment(clinic, "10:00") });
  await operator.machineLinks.delete({ placeId, ifMatch: version });

  const left = await everyChange(software, cursor);
  expect(told(left.changes)).toEqual([
    "appointment created own",
    "appointment created employee",
    "machineLink deleted operator",
  ]);
  expect(left.changes.at(-1)).toMatchObject({ objectId: placeId, status: "ended", placeIds: [placeId] });
  expect(await problemOf(software.appointments.get({ appointmentId: asked.appointmentId }))).toBe("404 NOT_FOUND");
  expect(await problemOf(software.appointments.create({ body }))).toBe("404 NOT_FOUND");
  expect(await staff.appointments.get({ appointmentId: asked.appointmentId })).toMatchObject({ agendaStatus: null });

  // Staff go on, in a place of nobody's.
  const { appointmentId } = pushed;
  const change = { appointmentId, ifMatch: pushed.version, body: { clinicNote: "Vue" } };
  const edited = await staff.appointments.update(change);
  const meanwhile = await staff.appointments.create({ body: appointment(clinic, "11:00") });
  expect(meanwhile.agendaStatus).toBeNull();
  // It goes on asking, and keeps the cursor that it is given.
  const away = await everyChange(software, left.cursor);
  expect(away.changes).toEqual([]);
  expect((await software.inbox.lease({ body: {} })).items).toEqual([]);

  await link(clinic);
  expect(await software.appointments.getByExternalId({ externalId: "rv-1" })).toMatchObject({
    ...{ appointmentId, version: edited.version, externalId: "rv-1" },
  });
  expect((await software.appointments.upsertByExternalId({ externalId: "rv-1", body })).outcome).toBe("unchanged");
  const other = { externalId: "rv-1", body: appointment(clinic, "09:30") };
  expect(await problemOf(software.appointments.upsertByExternalId(other))).toBe("412 PRECONDITION_FAILED");
  const seen = await software.appointments.upsertByExternalId({ ...other, ifMatch: edited.version });
  expect(seen.outcome).toBe("updated");
  const caughtUp = await everyChange(software, away.cursor);
  expect(told(caughtUp.changes)).toEqual([
    "appointment updated employee",
    "appointment created employee",
    "machineLink created operator",
    "appointment updated own",
  ]);
  // The inbox begins anew: what was written before the link is read as a snapshot shows it.
  expect((await software.inbox.lease({ body: {} })).items).toEqual([]);
});

test("two vendors in one establishment: each its place, its names and its feed; a professional's time is one", async () => {
  const { clinic, staff, software } = await unlinked();
  const branch = await aPlace(hub, clinic);
  const both = await aProfessional(hub, [clinic.place, branch]);
  const otherMachine = await aMachine(hub, { places: [branch] });
  const other = clientOf(otherMachine.token);
  await link(clinic);
  const here = { professionalId: both.professionalId, placeId: clinic.placeId };
  const there = { professionalId: both.professionalId, placeId: branch.placeId };
  const { cursor } = await everyChange(software);
  const { cursor: otherCursor } = await everyChange(other);

  // The same name in both agendas is two things.
  const first = await software.appointments.upsertByExternalId({ externalId: "1", body: appointment(here, "09:00") });
  const second = await other.appointments.upsertByExternalId({ externalId: "1", body: appointment(there, "09:00") });
  expect([first.outcome, second.outcome, second.warnings.map(({ code }) => code)]).toEqual([
    "created",
    "created",
    ["OVERLAPS_APPOINTMENT"],
  ]);
  expect(second.appointment.appointmentId).not.toBe(first.appointment.appointmentId);
  expect(await problemOf(other.appointments.create({ body: appointment(here, "11:00") }))).toBe(
    "403 MACHINE_NOT_LINKED",
  );
  expect(await problemOf(other.appointments.get({ appointmentId: first.appointment.appointmentId }))).toBe(
    "404 NOT_FOUND",
  );
  expect(told((await everyChange(software, cursor)).changes)).toEqual(["appointment created own"]);
  expect(told((await everyChange(other, otherCursor)).changes)).toEqual(["appointment created own"]);
  const attention = await other.attention.list({ placeId: branch.placeId });
  expect(attention.items).toMatchObject([{ kind: "doubleBooking", overlaps: [], busyElsewhere: true }]);

  // Staff carry it from the one software to the other: gone for the first, new for the second.
  const { appointmentId, version } = first.appointment;
  const move = { placeId: branch.placeId, startAt: at("13:00") };
  expect(await staff.appointments.move({ appointmentId, ifMatch: version, body: move })).toMatchObject({
    agendaStatus: "pending",
  });
  const [gone, ...rest] = (await software.inbox.lease({ body: {} })).items;
  expect([gone?.change.operation, gone?.change.externalId, gone?.resource, rest]).toEqual(["deleted", "1", null, []]);
  const [came] = (await other.inbox.lease({ body: {} })).items;
  expect([came?.change.operation, came?.change.externalId]).toEqual(["updated", null]);
  await software.inbox.ack({ body: { items: [{ itemId: gone?.itemId ?? "" }] } });
  const acked = await other.inbox.ack({ body: { items: [{ itemId: came?.itemId ?? "", externalId: "2" }] } });
  expect(acked.items).toMatchObject([{ outcome: "acknowledged", agendaStatus: "accepted" }]);
  expect(await other.appointments.getByExternalId({ externalId: "2" })).toMatchObject({ appointmentId });
});

test("a machine in several establishments: one cursor, one inbox, names that say where", async () => {
  const { clinic, staff, software } = await unlinked();
  const second = await aClinic(hub);
  await operator.machineLinks.delete({ placeId: second.placeId, ifMatch: 1 });
  await link(clinic);
  await operator.machineLinks.put({ placeId: second.placeId, body: { machineId: clinic.machine.machineId } });
  const { cursor } = await everyChange(software);
  const name = { externalId: "rv-1", body: appointment(clinic, "09:00") };
  expect(await problemOf(software.appointments.upsertByExternalId(name))).toBe("400 ESTABLISHMENT_REQUIRED");
  const lines = [clinic, second].map((each) => ({
    ...{ externalId: "rv-1", establishmentId: each.establishmentId },
    ...appointment(each, "09:00"),
  }));
  const results = await software.appointments.batch({ body: lines }).collect();
  expect(results.map(({ outcome }) => outcome)).toEqual(["created", "created"]);
  expect(new Set(results.map(({ appointmentId }) => appointmentId)).size).toBe(2);
  for (const { establishmentId } of [clinic, second])
    expect(await software.appointments.getByExternalId({ externalId: "rv-1", establishmentId })).toMatchObject({
      establishmentId,
    });
  await staff.appointments.create({ body: appointment(clinic, "10:00") });
  await clientOf(second.admin.token).appointments.create({ body: appointment(second, "10:00") });
  const { changes } = await everyChange(software, cursor);
  expect(changes.map(({ establishmentId }) => establishmentId).sort()).toEqual(
    [clinic, clinic, second, second].map(({ establishmentId }) => establishmentId).sort(),
  );
  const { items } = await software.inbox.lease({ body: {} });
  expect(items.map(({ change }) => change.establishmentId).sort()).toEqual(
    [clinic.establishmentId, second.establishmentId].sort(),
  );
  // It leaves one of them: the other goes on, and its names need no establishment any more.
  await operator.machineLinks.delete({ placeId: second.placeId, ifMatch: 3 });
  expect((await software.appointments.upsertByExternalId(name)).outcome).toBe("unchanged");
  expect((await software.inbox.ack({ body: { items: items.map(({ itemId }) => ({ itemId })) } })).items).toMatchObject(
    items.map(({ change }) => ({
      outcome: change.establishmentId === clinic.establishmentId ? "acknowledged" : "refused",
    })),
  );
});

test("a rotated key: the machine goes on under its identifier, with its cursor, its inbox and its names", async () => {
  const { clinic, staff } = await unlinked();
  const machine = await aKeyedMachine(hub, { places: [clinic.place] });
  const withKey = async ({ privateKey, kid }: Pick<typeof machine.key, "privateKey" | "kid">) =>
    createClient({
      ...{ baseUrl, fetch, language: "en" },
      auth: privateKeyJwt({
        clientId: machine.machineId,
        // Made by generateKeyPair("ES256").
        privateKey: { ...(await exportJWK(privateKey)), kid },
        keyId: kid,
      }),
      // The hub's wall stands still in this suite.
      runtime: { now: () => hub.clock.wall() },
    });
  const before = await withKey(machine.key);
  const body = appointment(clinic, "09:00");
  await before.appointments.upsertByExternalId({ externalId: "rv-1", body });
  const { cursor } = await everyChange(before);
  await staff.appointments.create({ body: appointment(clinic, "10:00") });
  const [item] = (await before.inbox.lease({ body: {} })).items;

  const fresh = await aMachineKey("ES256", "2027-03");
  const both = { keys: [machine.key.publicJwk, fresh.publicJwk] };
  await operator.machines.replaceKeys({ machineId: machine.machineId, ifMatch: 1, body: both });
  const after = await withKey(fresh);
  expect((await after.caller.get()).kind).toBe("machine");
  await operator.machines.replaceKeys({ machineId: machine.machineId, ifMatch: 2, body: { keys: [fresh.publicJwk] } });
  expect(await problemOf((await withKey(machine.key)).caller.get())).toMatch(/^401 /);

  expect(told((await everyChange(after, cursor)).changes)).toEqual(["appointment created employee"]);
  expect((await after.appointments.upsertByExternalId({ externalId: "rv-1", body })).outcome).toBe("unchanged");
  const acked = await after.inbox.ack({ body: { items: [{ itemId: item?.itemId ?? "", externalId: "rv-2" }] } });
  expect(acked.items).toMatchObject([{ outcome: "acknowledged" }]);
});

test("SYNC-13, SYNC-49, SYNC-52 a day without the clinic's server: stale, written by staff, then caught up and confirmed", async () => {
  const { clinic, staff, software } = await unlinked();
  const { placeId, professionalId } = clinic;
  await link(clinic, { answerWithinMinutes: 60 });
  const offered = (
    await software.slots.upsertByExternalId({ externalId: "plage-1", body: slot(clinic, clinic.service.serviceId) })
  ).slot;
  await software.appointments.upsertByExternalId({ externalId: "rv-1", body: appointment(clinic, "11:00") });
  const confirmed = await software.places.confirm({ placeId, body: await confirmation(software, clinic) });
  expect(confirmed.freshness.state).toBe("live");
  const { cursor } = await everyChange(software);

  // The server goes; a citizen books before anybody notices, staff after.
  const online = await citizenBooks(offered, "09:00");
  hub.clock.advance(dayMs);
  await endWaits.run(hub.deps);
  const citizen = clientOf((await aCitizen(hub)).token);
  const search = { cascade: "3", consultationReason: "regular", placeId } as const;
  expect((await citizen.citizenOpenings.search({ body: search })).items).toEqual([]);
  const byStaff = await staff.appointments.create({ body: appointment(clinic, "10:00") });
  const activity = await staff.places.activity({ placeId });
  expect(activity.freshness.state).toBe("stale");
  expect(activity.attention).toEqual([
    { kind: "agendaStale", count: 1 },
    { kind: "agendaTimedOut", count: 1 },
  ]);
  expect(activity.machine).toMatchObject({ machineId: clinic.machine.machineId, inboxWaiting: 0 });

  // It is back: it follows before it pushes.
  const missed = await everyChange(software, cursor);
  expect(told(missed.changes)).toEqual([
    "appointment created citizen",
    "appointment updated system",
    "appointment created employee",
  ]);
  const { items } = await software.inbox.lease({ body: {} });
  expect(items.map(({ change, resource }) => [change.operation, resource !== null])).toEqual([
    ["created", true],
    ["created", true],
  ]);
  const answers = items.map(({ itemId }, index) => ({ itemId, externalId: `caught-${String(index)}` }));
  expect(
    (await software.inbox.ack({ body: { items: answers } })).items.map(({ agendaStatus }) => agendaStatus),
  ).toEqual(["accepted", "accepted"]);
  const unchanged = await software.appointments.upsertByExternalId({
    externalId: "rv-1",
    body: appointment(clinic, "11:00"),
  });
  expect(unchanged.outcome).toBe("unchanged");
  await software.places.confirm({ placeId, body: await confirmation(software, clinic) });
  const after = await staff.places.activity({ placeId });
  expect([after.freshness.state, after.attention]).toEqual(["live", []]);
  expect((await citizen.citizenOpenings.search({ body: search })).items.length).toBeGreaterThan(0);
  const held = await staff.appointments.list({ professionalId }).collect();
  expect(held.map(({ agendaStatus }) => agendaStatus)).toEqual(["accepted", "accepted", null]);
  expect(held.map(({ referenceNumber }) => referenceNumber)).toContain(online.referenceNumber);
  expect(held.map(({ appointmentId }) => appointmentId)).toContain(byStaff.appointmentId);
});

test("SYNC-16, SYNC-18, SYNC-45 a double booking made offline: both stay, both are told, somebody settles it", async () => {
  const { clinic, staff, software } = await unlinked();
  const { placeId } = clinic;
  await link(clinic);
  const offered = (
    await software.slots.upsertByExternalId({ externalId: "plage-1", body: slot(clinic, clinic.service.serviceId) })
  ).slot;
  // While the clinic's line is down both are made: one online, one at the desk.
  const online = await citizenBooks(offered, "09:00");
  const atTheDesk = await software.appointments.upsertByExternalId({
    externalId: "rv-1",
    body: appointment(clinic, "09:00"),
  });
  expect([
    atTheDesk.outcome,
    atTheDesk.appointment.concurrent,
    atTheDesk.warnings.map(({ rule, code }) => [rule, code]),
  ]).toEqual(["created", true, [["SYNC-16", "OVERLAPS_APPOINTMENT"]]]);
  const [item] = (await software.inbox.lease({ body: {} })).items;
  const body = { items: [{ itemId: item?.itemId ?? "", reason: "timeTaken" as const }] };
  expect((await software.inbox.nack({ body })).items).toMatchObject([
    { outcome: "rejected", agendaStatus: "rejected" },
  ]);
  const appointmentId = item?.change.objectId ?? "";
  const kept = await staff.appointments.get({ appointmentId });
  expect(kept).toMatchObject({ status: "active", referenceNumber: online.referenceNumber, agendaReason: "timeTaken" });
  const waiting = async () =>
    (await staff.attention.list({ placeId }).collect()).map((each) => `${each.kind} ${String(each.agendaReason)}`);
  expect(await waiting()).toEqual(["agendaRejected timeTaken", "doubleBooking null", "doubleBooking null"]);
  // Its time stays taken.
  const openings = await staff.openings.list({ placeId, from: at("09:00"), to: at("09:15") });
  expect(openings.items).toEqual([]);

  const moved = await staff.appointments.move({ appointmentId, ifMatch: kept.version, body: { startAt: at("09:15") } });
  expect([moved.agendaStatus, await waiting()]).toEqual(["pending", []]);
  const [again] = (await software.inbox.lease({ body: {} })).items;
  expect(again?.resource).toMatchObject({ startAt: at("09:15") });
  await software.inbox.ack({ body: { items: [{ itemId: again?.itemId ?? "", externalId: "rv-2" }] } });
  expect(await staff.appointments.get({ appointmentId })).toMatchObject({ agendaStatus: "accepted" });
  expect((await software.appointments.getByExternalId({ externalId: "rv-2" })).appointmentId).toBe(appointmentId);
});
