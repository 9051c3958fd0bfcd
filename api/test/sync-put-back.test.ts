import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aPlace, anEmployee, aProfessional, aService } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { livePutBack } from "./sync/put-back.ts";
import { aSlot, anAppointment, clinicsAt } from "./sync/software.ts";
import type { Software } from "./sync/software.ts";

/** SYNC-72: the hub's database is put back to an earlier state, and the engine says again what both had agreed on since. */

let hub: TestHub;
let sql: postgres.Sql;
beforeAll(async () => {
  hub = await createTestHub();
  sql = postgres(hub.database.url, { max: 2, onnotice: () => undefined });
});
afterAll(async () => {
  await sql.end();
  await hub.close();
});
const { software, book, asStaff } = clinicsAt(() => hub);

/** Keeps the hub as it is, and answers how to put it back. */
async function keep(): Promise<() => Promise<void>> {
  const kept = await hub.request<{ snapshotId: string }>("POST", "/sandbox/snapshots", { body: {} });
  const path = `/sandbox/snapshots/${kept.body.snapshotId}`;
  return async () => {
    expect((await hub.request("POST", `${path}/restore`)).status).toBe(200);
    await hub.request("DELETE", path);
  };
}

interface AtTheHub {
  appointmentId: string;
  slotId: string;
  version: number;
  status: string | number;
  startAt: string;
  attendance: string;
}
const read = async ({ machine }: AClinic, type: "slots" | "appointments", id: string) =>
  (await hub.request<AtTheHub>("GET", `/v1/${type}/by-external-id/${id}`, { as: machine.token })).body;
const twice = async ({ sync }: Software) => {
  await sync.once();
  await sync.once();
};
/** a1 and s1 are at both sides. */
async function settled(options: Parameters<typeof software>[0] = {}): Promise<Software> {
  const each = await software(options);
  await each.edit(anAppointment(each.clinic, "a1"));
  await each.edit(aSlot(each.clinic, "s1"));
  await twice(each);
  return each;
}
async function note(each: Software, ...notes: string[]): Promise<void> {
  for (const clinicNote of notes) {
    await each.edit(anAppointment(each.clinic, "a1", { clinicNote }));
    await twice(each);
  }
}
const idle = { outbox: [], quarantined: [] };

test.each([true, false])(
  "SYNC-72 what both had agreed on since is said again, nothing is doubled (own identifiers: %s)",
  async (ownIds) => {
    const { clinic, sync, store, edit, types } = await software({ ownIds });
    const held = (time: string) =>
      [...store.entries().values()].find(({ body: { startAt } }) => startAt === `2027-03-08T${time}:00-05:00`);
    const idAt = (time: string) => held(time)?.id ?? "";
    await edit(aSlot(clinic, "s1"));
    await edit(anAppointment(clinic, "a1"));
    await edit(anAppointment(clinic, "a3", { startAt: "2027-03-09T13:00:00-05:00" }));
    await sync.once();
    await book(clinic, "s1", "2027-03-08T09:15:00-05:00");
    await sync.once();
    const putBack = await keep();

    await edit(anAppointment(clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    await edit(anAppointment(clinic, "a2", { startAt: "2027-03-09T11:00:00-05:00" }));
    await edit(anAppointment(clinic, "a3", { startAt: "2027-03-09T13:00:00-05:00", clinicNote: "Un." }));
    await edit(aSlot(clinic, "s2", { startAt: "2027-03-10T09:00:00-05:00", endAt: "2027-03-10T12:00:00-05:00" }));
    await edit({ objectType: "appointment", id: idAt("09:15"), body: null });
    await sync.once();
    await book(clinic, "s1", "2027-03-08T09:30:00-05:00");
    await sync.once();
    // Not at the hub yet when it is put back.
    const waiting = { startAt: "2027-03-09T11:00:00-05:00", clinicNote: "Deux." };
    await edit(anAppointment(clinic, "a2", waiting));
    await putBack();
    // As many changes as the engine knew of this one, and another.
    const a3 = await read(clinic, "appointments", "a3");
    await asStaff(clinic, "PATCH", `/v1/appointments/${a3.appointmentId}`, { clinicNote: "Trois." }, 1);

    const snapshots = types().filter((type) => type === "snapshot").length;
    await sync.once();
    expect(types().filter((type) => type === "snapshot")).toHaveLength(snapshots + 1);
    expect(await sync.pending()).toEqual(idle);
    expect(await sync.repair()).toEqual([clinic.placeId]);
    expect(types()).not.toContain("differs");
    const at = (query: string) => `?placeId=${clinic.placeId}&professionalId=${clinic.professionalId}${query}`;
    const window = "&from=2027-03-01T00:00:00Z&to=2027-03-20T00:00:00Z";
    const there = await hub.request<{ items: { externalId: string | null; startAt: string; clinicNote: string }[] }>(
      "GET",
      `/v1/appointments${at(window)}`,
      { as: clinic.machine.token },
    );
    const told = there.body.items.map(({ externalId, startAt, clinicNote }) => [
      externalId,
      startAt.slice(5, 16),
      clinicNote,
    ]);
    expect(told).toEqual([
      [idAt("09:30"), "03-08T09:30", null],
      ["a1", "03-09T10:00", null],
      ["a2", "03-09T11:00", "Deux."],
      ["a3", "03-09T13:00", "Trois."],
    ]);
    const slots = await hub.request<{ items: { externalId: string }[] }>("GET", `/v1/slots${at(window)}`, {
      as: clinic.machine.token,
    });
    expect(slots.body.items.map(({ externalId }) => externalId)).toEqual(["s1", "s2"]);
    expect(store.entries().get("appointment a3")?.body).toMatchObject({ clinicNote: "Trois." });
    expect(store.entries().size).toBe(6);
  },
);

describe("SYNC-72 appointments", () => {
  test("pushed since the log was last followed are neither lost nor stuck", async () => {
    const each = await settled();
    const putBack = await keep();
    await each.edit(anAppointment(each.clinic, "a1", { startAt: "2027-03-09T10:00:00-05:00" }));
    await each.edit(anAppointment(each.clinic, "a2", { startAt: "2027-03-09T11:00:00-05:00" }));
    await each.sync.once();
    await putBack();
    await twice(each);
    expect(await each.sync.repair()).toEqual([each.clinic.placeId]);
    expect((await read(each.clinic, "appointments", "a1")).startAt).toBe("2027-03-09T10:00:00-05:00");
    expect((await read(each.clinic, "appointments", "a2")).status).toBe("active");
  });

  test("moved out of sight since are not cancelled", async () => {
    const each = await software();
    const { clinic } = each;
    const branch = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [clinic.place, branch]);
    const admin = await anEmployee(hub, clinic, { profile: "localAdmin", places: [clinic.place, branch] });
    await each.edit(anAppointment(clinic, "a1", { professionalId }));
    await twice(each);
    const putBack = await keep();
    const { appointmentId } = await read(clinic, "appointments", "a1");
    const body = { placeId: branch.placeId, startAt: "2027-03-09T10:00:00-05:00" };
    await hub.request("POST", `/v1/appointments/${appointmentId}/move`, { as: admin.token, version: 1, body });
    await twice(each);
    expect(each.entry("a1")).toBeUndefined();
    await putBack();
    await twice(each);
    expect((await read(clinic, "appointments", "a1")).status).toBe("active");
  });

  test("cancelled at the hub afterwards stay cancelled, however low their version", async () => {
    const each = await settled();
    const putBack = await keep();
    await note(each, "Un.", "Deux.", "Trois.");
    await putBack();
    const { appointmentId, version } = await read(each.clinic, "appointments", "a1");
    await asStaff(each.clinic, "POST", `/v1/appointments/${appointmentId}/cancel`, {}, version);
    await twice(each);
    expect(await each.sync.pending()).toEqual(idle);
    expect(each.entry("a1")).toBeUndefined();
  });

  test("named since are named again", async () => {
    const each = await settled();
    await book(each.clinic, "s1", "2027-03-08T09:15:00-05:00");
    const putBack = await keep();
    await twice(each);
    await note(each, "Un.");
    await putBack();
    await twice(each);
    expect(await each.sync.repair()).toEqual([each.clinic.placeId]);
    expect((await read(each.clinic, "appointments", "L1")).status).toBe("active");
  });

  test("of which the hub had refused an edit are there without it", async () => {
    const each = await settled();
    const putBack = await keep();
    const startAt = "2027-03-09T11:00:00-05:00";
    await each.edit(anAppointment(each.clinic, "a2", { startAt }));
    await twice(each);
    // There is no mobile number to send one to.
    await each.edit(anAppointment(each.clinic, "a2", { startAt, communicationModes: ["sms"] }));
    await twice(each);
    await putBack();
    await twice(each);
    expect((await read(each.clinic, "appointments", "a2")).status).toBe("active");
    expect((await each.sync.pending()).quarantined).toHaveLength(1);
  });

  test("that others change afterwards are taken, also when the agenda throws at first", async () => {
    let isThrowing = false;
    const each = await settled({
      onApply() {
        if (isThrowing) throw new Error("there is no room");
      },
    });
    const putBack = await keep();
    await note(each, "Un.");
    await putBack();
    const { appointmentId } = await read(each.clinic, "appointments", "a1");
    await asStaff(each.clinic, "PATCH", `/v1/appointments/${appointmentId}`, { clinicNote: "Deux." }, 1);
    isThrowing = true;
    await each.sync.once();
    isThrowing = false;
    hub.clock.advance(2_000);
    await twice(each);
    expect(each.entry("a1")?.body).toMatchObject({ clinicNote: "Deux." });
    expect(await each.sync.pending()).toEqual(idle);
  });

  test("at a place that was linked since stay in the agenda, and are at the hub when it is linked again", async () => {
    const each = await software();
    const { clinic } = each;
    const branch = await aPlace(hub, clinic);
    const { professionalId } = await aProfessional(hub, [branch]);
    const as = await hub.tokens.operator();
    const body = { machineId: clinic.machine.machineId };
    const link = () => hub.request("PUT", `/v1/places/${branch.placeId}/machine-link`, { as, body });
    await twice(each);
    const putBack = await keep();
    await link();
    await twice(each);
    await each.edit(anAppointment(clinic, "a1", { placeId: branch.placeId, professionalId }));
    await twice(each);
    await putBack();
    await twice(each);
    await link();
    await twice(each);
    expect(each.entry("a1")).toBeDefined();
    expect((await read(clinic, "appointments", "a1")).status).toBe("active");
  });
});

describe("SYNC-72 slots", () => {
  test("withdrawn since are withdrawn again", async () => {
    const each = await settled();
    const putBack = await keep();
    await each.edit({ objectType: "slot", id: "s1", body: null });
    await twice(each);
    await putBack();
    await twice(each);
    expect(each.entry("s1")).toBeUndefined();
    expect((await read(each.clinic, "slots", "s1")).status).toBe(404);
  });

  test("withdrawn twice under one name since are withdrawn again", async () => {
    const each = await settled();
    const putBack = await keep();
    for (const body of [null, aSlot(each.clinic, "s1").body, null]) {
      await each.edit({ objectType: "slot", id: "s1", body });
      await twice(each);
    }
    await putBack();
    await twice(each);
    expect(each.entry("s1")).toBeUndefined();
    expect((await read(each.clinic, "slots", "s1")).status).toBe(404);
  });

  test("moved out of sight since are there", async () => {
    const each = await software();
    const { clinic } = each;
    const branch = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [clinic.place, branch]);
    const { serviceId } = await aService(hub, professional);
    const admin = await anEmployee(hub, clinic, { profile: "localAdmin", places: [clinic.place, branch] });
    const { professionalId } = professional;
    await each.edit(aSlot(clinic, "s1", { professionalId, serviceIds: [serviceId] }));
    await twice(each);
    const putBack = await keep();
    const { slotId } = await read(clinic, "slots", "s1");
    const body = { placeId: branch.placeId };
    await hub.request("PATCH", `/v1/slots/${slotId}`, { as: admin.token, version: 1, body });
    await twice(each);
    expect(each.entry("s1")).toBeUndefined();
    await putBack();
    await twice(each);
    expect((await read(clinic, "slots", "s1")).slotId).toBe(slotId);
    expect(each.entry("s1")).toBeDefined();
  });

  test("withdrawn and made again under their name since are the later ones", async () => {
    const each = await settled();
    const putBack = await keep();
    await each.edit({ objectType: "slot", id: "s1", body: null });
    await twice(each);
    const later = { startAt: "2027-03-08T13:00:00-05:00", endAt: "2027-03-08T16:00:00-05:00" };
    await each.edit(aSlot(each.clinic, "s1", later));
    await twice(each);
    await putBack();
    await twice(each);
    expect(await each.sync.repair()).toEqual([each.clinic.placeId]);
    expect(each.entry("s1")?.body.startAt).toBe(later.startAt);
    expect((await read(each.clinic, "slots", "s1")).startAt).toBe(later.startAt);
  });
});

test("SYNC-72 in whatever state the clinic is (test/long has 300 of them)", { timeout: 60_000 }, async () => {
  for (let seed = 0; seed < 6; seed += 1) expect([seed, await livePutBack(hub, sql, seed)]).toEqual([seed, []]);
});

/** Last: the clock does not go back. */
test("SYNC-72 an appointment that ended days ago can be changed", async () => {
  const each = await software();
  const tomorrow = new Date(hub.clock.now() + 86_400_000).toISOString().slice(0, 10);
  const startAt = `${tomorrow}T15:00:00-05:00`;
  const attend = async (attendance: string) => {
    await each.edit(anAppointment(each.clinic, "a1", { startAt, attendance }));
    await twice(each);
  };
  await each.edit(anAppointment(each.clinic, "a1", { startAt }));
  await twice(each);
  hub.clock.advance(5 * 86_400_000);
  const putBack = await keep();
  await attend("present");
  await putBack();
  await twice(each);
  await attend("absent");
  expect((await read(each.clinic, "appointments", "a1")).attendance).toBe("absent");
});
