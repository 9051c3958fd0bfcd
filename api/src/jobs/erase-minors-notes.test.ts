import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, reachable } from "../../test/an-appointment.ts";
import { aSlot } from "../../test/a-slot.ts";
import { aCitizen, aClinic, aPlace, aProfessional } from "../../test/factories.ts";
import type { ACitizen, AClinic } from "../../test/factories.ts";
import { createTestHub, defaultNow } from "../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../test/harness.ts";
import { agendaDayNames, lockNames } from "../db/locks.ts";
import { withScope } from "../db/scope.ts";
import { minuteMs } from "../domain/time.ts";
import type { ProblemBody } from "../http/problem.ts";
import type { AppointmentBody } from "../features/appointments/schema.ts";
import type { ChangePage } from "../features/changes/schema.ts";
import type { Booked } from "../features/citizen-bookings/schema.ts";
import { eraseMinorsNotes } from "./erase-minors-notes.ts";
import { allJobs } from "./jobs.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

const child = { ...reachable, birthDate: "2015-06-15" };
const noted = { consultationReason: "regular", clinicNote: "Vaccin à prévoir." };
const startAt = "2027-03-08T09:00:00-05:00";
const midnight = Date.parse("2027-03-09T00:00:00-05:00");

const run = async (at: string | number): Promise<number> => {
  hub.clock.moveTo(at);
  const { count } = await eraseMinorsNotes.run(hub.deps);
  hub.clock.moveTo(defaultNow);
  return count;
};
const get = async ({ machine }: AClinic, { appointmentId }: { appointmentId: string }): Promise<AppointmentBody> =>
  (await hub.request<AppointmentBody>("GET", `/v1/appointments/${appointmentId}`, { as: machine.token })).body;
const ofChild = (clinic: AClinic, fields: object = {}) =>
  anAppointment(hub, clinic, { startAt, ...noted, patient: child, ...fields });
/** Booked by a child of the registry, with a note: `key` names the command. */
async function bookedByChild(
  clinic: AClinic,
  key: string,
): Promise<{ alice: ACitizen; booked: Booked; again: () => Promise<Booked> }> {
  const alice = await aCitizen(hub, { birthDate: "2015-06-15" });
  const slot = await aSlot(hub, clinic, { startAt, endAt: "2027-03-08T09:15:00-05:00" });
  const { homePhone, email } = reachable;
  const body = {
    slotId: slot.slotId,
    startAt,
    consultationReason: "regular",
    homePhone,
    email,
    patientNote: "Douleur",
  };
  const send = async () => {
    const answer = await hub.request<Booked>("POST", "/v1/citizen/appointments", { as: alice.token, body, key });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  return { alice, booked: await send(), again: send };
}

describe("erasing", () => {
  test("APPT-36, APPT-37 on the day after, reason and patient's note and nothing else; the version moves", async () => {
    const clinic = await aClinic(hub);
    const { alice, booked } = await bookedByChild(clinic, "key-of-a-child-1");
    const before = await get(clinic, booked);
    expect(before).toMatchObject({ consultationReason: "regular", patientNote: "Douleur", hasNotes: true });
    expect(await run(midnight - 1)).toBe(0);
    expect(await get(clinic, booked)).toEqual(before);
    expect(await run(midnight)).toBe(1);
    expect(await get(clinic, booked)).toEqual({
      ...before,
      version: 2,
      consultationReason: null,
      patientNote: null,
      hasNotes: false,
    });
    const found = await hub.request<{ items: object[] }>("POST", "/v1/citizen/appointments/find", {
      as: alice.token,
      body: { referenceNumber: booked.referenceNumber, nam: alice.nam },
    });
    expect(found.body.items).toMatchObject([{ consultationReason: null, patientNote: null }]);
    expect(await run(midnight + 1)).toBe(0);
  });

  test("APPT-37 the clinic's own note stays", async () => {
    const clinic = await aClinic(hub);
    const before = await ofChild(clinic);
    expect(await run(midnight)).toBe(1);
    expect(await get(clinic, before)).toEqual({ ...before, version: 2, consultationReason: null });
  });

  test("APPT-36 the log tells whoever follows, by the system; the machine's next change names the new version", async () => {
    const clinic = await aClinic(hub);
    const { booked } = await bookedByChild(clinic, "key-of-a-child-2");
    await run(midnight);
    const { body } = await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as: clinic.machine.token });
    expect(body.items.at(-1)).toMatchObject({
      objectType: "appointment",
      objectId: booked.appointmentId,
      operation: "updated",
      version: 2,
      placeIds: [clinic.placeId],
      professionalId: clinic.professionalId,
      startAt,
      status: "active",
      changed: ["consultationReason", "patientNote"],
      origin: { actorType: "system", own: false },
    });
    const change = { as: clinic.machine.token, body: { attendance: "present" } };
    const path = `/v1/appointments/${booked.appointmentId}`;
    expect((await hub.request("PATCH", path, { ...change, version: 1 })).status).toBe(412);
    expect((await hub.request("PATCH", path, { ...change, version: 2 })).status).toBe(200);
  });

  test("APPT-36 the day is that of the place", async () => {
    const clinic = await aClinic(hub);
    const islands = await aPlace(hub, clinic, { timeZone: "America/Halifax" });
    const there = await aProfessional(hub, [islands]);
    const late = "2027-03-08T22:30:00-05:00";
    const here = await ofChild(clinic, { startAt: late });
    const body = { ...noted, professionalId: there.professionalId, startAt: late, durationMinutes: 15, patient: child };
    const made = await hub.request<AppointmentBody>("POST", "/v1/appointments", { as: clinic.admin.token, body });
    expect([here.date, made.body.date]).toEqual(["2027-03-08", "2027-03-08"]);
    // Midnight comes to the islands an hour before.
    expect(await run(midnight - 3_600_000)).toBe(1);
    expect((await get(clinic, here)).consultationReason).toBe("regular");
    expect(await run(midnight)).toBe(1);
  });

  test("APPT-37 a move takes the day along: later, and again when it comes back", async () => {
    const clinic = await aClinic(hub);
    const before = await ofChild(clinic);
    const move = (to: string, version: number) =>
      hub.request("POST", `/v1/appointments/${before.appointmentId}/move`, {
        as: clinic.machine.token,
        version,
        body: { startAt: to },
      });
    await move("2027-03-15T09:00:00-04:00", 1);
    expect(await run(midnight)).toBe(0);
    await move("2027-03-09T09:00:00-05:00", 2);
    expect(await run(midnight)).toBe(0);
    expect(await run("2027-03-10T00:00:00-05:00")).toBe(1);
    expect(await get(clinic, before)).toMatchObject({ version: 4, consultationReason: null });
  });

  test("APPT-38 an adult's stays; who is of age that day is an adult, who is so the day after is not", async () => {
    const clinic = await aClinic(hub);
    const of = (birthDate: string) => ofChild(clinic, { patient: { ...reachable, birthDate } });
    const [adult, eighteen, almost] = [await of("1980-06-15"), await of("2009-03-08"), await of("2009-03-09")];
    expect(await run("2027-04-08T00:00:00-04:00")).toBe(1);
    expect((await get(clinic, adult)).consultationReason).toBe("regular");
    expect((await get(clinic, eighteen)).consultationReason).toBe("regular");
    expect((await get(clinic, almost)).consultationReason).toBeNull();
  });

  test("APPT-36 a birth date that is put right decides anew", async () => {
    const clinic = await aClinic(hub);
    const [minor, adult] = [await ofChild(clinic), await ofChild(clinic, { patient: reachable })];
    const correct = ({ appointmentId }: AppointmentBody, birthDate: string) =>
      hub.request("PATCH", `/v1/appointments/${appointmentId}`, {
        as: clinic.machine.token,
        version: 1,
        body: { patient: { birthDate } },
      });
    await correct(minor, "1980-06-15");
    await correct(adult, "2015-06-15");
    expect(await run(midnight)).toBe(1);
    expect((await get(clinic, minor)).consultationReason).toBe("regular");
    expect((await get(clinic, adult)).consultationReason).toBeNull();
  });

  test("APPT-36 a cancelled one is erased too", async () => {
    const clinic = await aClinic(hub);
    const before = await ofChild(clinic);
    const path = `/v1/appointments/${before.appointmentId}`;
    await hub.request("POST", `${path}/cancel`, { as: clinic.machine.token, version: 1, body: {} });
    expect(await run(midnight)).toBe(1);
    expect(await get(clinic, before)).toMatchObject({ status: "cancelled", version: 3, consultationReason: null });
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === before.appointmentId,
    );
    expect(changes.at(-1)).toMatchObject({ status: "cancelled", changed: ["consultationReason"] });
  });

  test("APPT-36 is one of the hub's jobs", () => {
    expect(allJobs).toContain(eraseMinorsNotes);
  });
});

describe("for good", () => {
  test("APPT-36 an answer that is kept for its key loses them, and stays the answer of its key", async () => {
    const clinic = await aClinic(hub);
    const { booked, again } = await bookedByChild(clinic, "key-of-a-child-3");
    expect(await again()).toMatchObject({ patientNote: "Douleur" });
    const body = { startAt, durationMinutes: 15, professionalId: clinic.professionalId, patient: child, ...noted };
    const key = "key-of-a-clinic-1";
    const create = () =>
      hub.request<AppointmentBody>("POST", "/v1/appointments", { as: clinic.machine.token, body, key });
    const made = (await create()).body;
    // A stale condition under a key shows the appointment as it is.
    await hub.request("PATCH", `/v1/appointments/${made.appointmentId}`, {
      as: clinic.machine.token,
      version: 1,
      body: { attendance: "present" },
    });
    const cancel = () =>
      hub.request<ProblemBody>("POST", `/v1/appointments/${made.appointmentId}/cancel`, {
        as: clinic.machine.token,
        version: 1,
        body: {},
        key: "key-of-a-clinic-2",
      });
    expect((await cancel()).body.current).toMatchObject({ consultationReason: "regular" });
    expect(await run(midnight)).toBe(2);
    expect(await again()).toEqual({ ...booked, consultationReason: null, patientNote: null });
    const replayed = await create();
    expect(replayed.headers.get("idempotency-replayed")).toBe("true");
    expect(replayed.body).toEqual({ ...made, consultationReason: null, hasNotes: true });
    const stale = await cancel();
    expect([stale.status, stale.headers.get("idempotency-replayed")]).toEqual([412, "true"]);
    expect(stale.body.current).toMatchObject({ appointmentId: made.appointmentId, consultationReason: null });
    expect(await storedTexts()).not.toMatch(/Douleur|"regular"/);
  });

  test("APPT-36 another appointment's answers are left alone", async () => {
    const clinic = await aClinic(hub);
    const body = { startAt, durationMinutes: 15, professionalId: clinic.professionalId, patient: reachable, ...noted };
    const create = () =>
      hub.request<AppointmentBody>("POST", "/v1/appointments", {
        as: clinic.machine.token,
        body,
        key: "key-of-an-adult",
      });
    const first = await create();
    await ofChild(clinic);
    expect(await run(midnight)).toBe(1);
    expect((await create()).body).toEqual(first.body);
  });

  test("APPT-36 agenda software that pushes its days again does not bring the reason back", async () => {
    const clinic = await aClinic(hub);
    const day = { professionalId: clinic.professionalId, startAt, durationMinutes: 15, patient: child, ...noted };
    type Pushed = TestAnswer<{ outcome: string; appointment: AppointmentBody } & Omit<ProblemBody, "status">>;
    const push = (fields: object = {}, version?: number): Promise<Pushed> =>
      hub.request("PUT", "/v1/appointments/by-external-id/of-a-child", {
        as: clinic.machine.token,
        body: { ...day, ...fields },
        ...(version === undefined ? {} : { version }),
      });
    expect((await push()).body.appointment.consultationReason).toBe("regular");
    await run(midnight);
    hub.clock.moveTo(midnight + 3_600_000);
    const same = await push();
    expect([same.body.outcome, same.body.appointment.consultationReason]).toEqual(["unchanged", null]);
    expect((await push({ attendance: "present" })).body.code).toBe("PRECONDITION_FAILED");
    const later = await push({ attendance: "present" }, 2);
    expect(later.body.appointment).toMatchObject({ version: 3, attendance: "present", consultationReason: null });
    expect(await eraseMinorsNotes.run(hub.deps)).toEqual({ count: 0, more: false });
    hub.clock.moveTo(defaultNow);
  });

  test("APPT-36 what is made or changed after its day keeps no reason; a move to a day to come takes one again", async () => {
    const clinic = await aClinic(hub);
    const past = await ofChild(clinic, { startAt: "2027-02-22T09:00:00-05:00" });
    expect(past).toMatchObject({ consultationReason: null, clinicNote: noted.clinicNote });
    const path = `/v1/appointments/${past.appointmentId}`;
    const as = clinic.machine.token;
    const same = await hub.request("PATCH", path, { as, version: 1, body: { consultationReason: "priority" } });
    expect(same.body).toEqual(past);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === past.appointmentId,
    );
    expect(changes).toHaveLength(1);
    const reached = { communicationModes: ["email"] };
    await hub.request("PATCH", path, { as, version: 1, body: reached });
    await hub.request("POST", `${path}/move`, { as, version: 2, body: { startAt } });
    const later = await hub.request("PATCH", path, { as, version: 3, body: { consultationReason: "priority" } });
    expect(later.body).toMatchObject({ consultationReason: "priority" });
    expect(await run(midnight)).toBe(1);
  });

  test("APPT-36 a change on the morning after leaves what is due to the erasure", async () => {
    const clinic = await aClinic(hub);
    const before = await ofChild(clinic);
    hub.clock.moveTo(midnight + 1000);
    const path = `/v1/appointments/${before.appointmentId}`;
    await hub.request("PATCH", path, { as: clinic.machine.token, version: 1, body: { attendance: "present" } });
    hub.clock.moveTo(defaultNow);
    expect(await run(midnight + 2000)).toBe(1);
    expect(await get(clinic, before)).toMatchObject({ version: 3, attendance: "present", consultationReason: null });
  });

  /** Every answer that is kept, opened. */
  async function storedTexts(): Promise<string> {
    const rows = await hub.write(
      [],
      (tx) => tx.sql<{ caller: string; key: string; answer: Uint8Array }[]>`
        SELECT caller, key, answer FROM idempotent_answer WHERE key LIKE 'key-of-a-c%'`,
    );
    expect(rows.length).toBeGreaterThan(3);
    return rows.map(({ caller, key, answer }) => hub.deps.secrets.open(answer, `once|${caller}|${key}`)).join("\n");
  }
});

describe("at once", () => {
  /** Moves an appointment as the lane does, under the lock of its agenda day, for which the job has to wait. */
  async function movedMeanwhile(clinic: AClinic, { appointmentId }: AppointmentBody, days: number) {
    const { establishmentId, professionalId } = clinic;
    const begin = Date.parse(startAt);
    const span = { establishmentId, professionalId, startAt: begin, endAt: begin + 15 * minuteMs };
    const scope = { audience: "system", establishments: [establishmentId] } as const;
    const done = withScope(hub.deps.connection, scope, async (tx) => {
      await lockNames(tx, agendaDayNames([span]));
      await tx.sql`SELECT pg_sleep(0.3)`;
      await tx.sql`
        UPDATE appointment SET start_at = start_at + ${days} * interval '1 day', end_at = end_at + ${days} * interval '1 day',
          erase_at = erase_at + ${days} * interval '1 day'
        WHERE appointment_id = ${appointmentId}`;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    return { done };
  }

  test("APPT-36 two processes erase and announce each one once; one moved meanwhile is not erased", async () => {
    const [clinic, elsewhere] = [await aClinic(hub), await aClinic(hub)];
    const moved = await ofChild(clinic);
    for (let i = 1; i <= 20; i++) {
      const hour = String(i + 1).padStart(2, "0");
      await ofChild(i % 2 === 0 ? clinic : elsewhere, { startAt: `2027-03-08T${hour}:30:00-05:00` });
    }
    const second = await createTestHub({ database: hub.database, seed: "second" });
    for (const each of [hub, second]) each.clock.moveTo(midnight);
    const { done } = await movedMeanwhile(clinic, moved, 7);
    const runs = await Promise.all([eraseMinorsNotes.run(hub.deps), eraseMinorsNotes.run(second.deps)]);
    await done;
    await second.close();
    hub.clock.moveTo(defaultNow);
    expect(runs.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    for (const each of [clinic, elsewhere]) {
      const changes = await changesOf(hub, each.establishmentId);
      const erasures = changes.filter(({ changed }) => changed.includes("consultationReason"));
      expect(erasures).toHaveLength(10);
      expect(new Set(erasures.map(({ objectId }) => objectId)).size).toBe(10);
    }
    expect((await get(clinic, moved)).consultationReason).toBe("regular");
  });

  test("APPT-36 one moved meanwhile to another day that is over waits for the next run, under its own locks", async () => {
    const clinic = await aClinic(hub);
    const { done } = await movedMeanwhile(clinic, await ofChild(clinic), -3);
    expect(await run(midnight)).toBe(0);
    await done;
    expect(await run(midnight)).toBe(1);
  });

  test("APPT-36 many are taken in pieces", async () => {
    const clinic = await aClinic(hub);
    await ofChild(clinic);
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
        INSERT INTO appointment
        SELECT (jsonb_populate_record(a, jsonb_build_object('appointment_id', 'apt_' || n, 'seat', n + 1,
          'reference_number', nextval('reference_number')::text))).*
        FROM appointment a, generate_series(1, 500) n WHERE a.establishment_id = ${clinic.establishmentId}`,
    );
    hub.clock.moveTo(midnight);
    expect(await eraseMinorsNotes.run(hub.deps)).toEqual({ count: 500, more: true });
    expect(await eraseMinorsNotes.run(hub.deps)).toEqual({ count: 1, more: false });
    hub.clock.moveTo(defaultNow);
    expect((await changesOf(hub, clinic.establishmentId)).at(-1)).toMatchObject({ version: 2 });
  });
});
