import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic, aLink, aMachine, aPlace, anEmployee } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub, TestRequest } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import { minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { MachineLink } from "../machine-links/schema.ts";
import type { Confirmation, Digest } from "./schema.ts";

let hub: TestHub;
let start: number;
beforeAll(async () => {
  hub = await createTestHub();
  start = hub.clock.now();
});
afterAll(() => hub.close());

/** Four weeks from the clock's today. */
const window = { from: "2027-03-01", to: "2027-03-29" };
type Days = { professionalId: string; date: string; digest: string }[];
type Answer = TestAnswer<Confirmation & ProblemBody>;

/** A clinic whose link has the times of SYNC-04. */
async function aLinkedClinic(): Promise<AClinic> {
  const clinic = await aClinic(hub);
  await hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`UPDATE machine_link SET late_after_minutes = 120, stale_after_minutes = 960
      WHERE place_id = ${clinic.placeId}`,
  );
  return clinic;
}

const confirm = (
  { placeId, machine }: AClinic,
  days: Days,
  fields: object = {},
  request: TestRequest = {},
): Promise<Answer> =>
  hub.request("POST", `/v1/places/${placeId}/confirm`, {
    as: machine.token,
    key: null,
    ...request,
    body: { ...window, days, ...fields },
  });

/** What software whose agenda is the hub's has computed. */
async function daysOf({ placeId, machine }: AClinic, { from, to } = window): Promise<Days> {
  const path = `/v1/digest?placeId=${placeId}&from=${from}&to=${to}`;
  const { body } = await hub.request<Digest>("GET", path, { as: machine.token });
  return body.days.map(({ professionalId, date, digest }) => ({ professionalId, date, digest }));
}

async function linkOf({ placeId, admin }: AClinic): Promise<MachineLink> {
  return (await hub.request<MachineLink>("GET", `/v1/places/${placeId}/machine-link`, { as: admin.token })).body;
}

const linkChanges = async ({ establishmentId }: AClinic) =>
  (await changesOf(hub, establishmentId))
    .filter(({ objectType }) => objectType === "machineLink")
    .map(({ operation, version, changed }) => `${operation} v${String(version)} ${changed.join()}`);

/** With the hub's clock so many minutes after the start. */
async function after<T>(minutes: number, run: () => Promise<T>): Promise<T> {
  hub.clock.moveTo(start + minutes * minuteMs);
  try {
    return await run();
  } finally {
    hub.clock.moveTo(start);
  }
}

const morning = { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" };

describe("places.confirm", () => {
  test("SYNC-10, SYNC-02 the same agenda on both sides is live again from now on", async () => {
    const clinic = await aLinkedClinic();
    await aSlot(hub, clinic, morning);
    await anAppointment(hub, clinic, { startAt: "2027-03-10T09:00:00-05:00" });
    await hub.request("PUT", "/v1/appointments/by-external-id/rv-1", {
      as: clinic.machine.token,
      body: {
        professionalId: clinic.professionalId,
        startAt: "2027-03-11T09:00:00-05:00",
        durationMinutes: 15,
        patient: reachable,
        communicationModes: ["phone"],
      },
    });
    const days = await daysOf(clinic);
    expect(days).toHaveLength(3);
    const answer = await after(60, () => confirm(clinic, days.reverse()));
    const at = (minutes: number) => new Date(start + minutes * minuteMs).toISOString();
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        placeId: clinic.placeId,
        confirmedAt: at(60),
        freshness: { state: "live", since: at(60), asOf: at(60), lateAt: at(180), staleAt: at(1020) },
      },
    ]);
    expect(await after(179, () => linkOf(clinic))).toMatchObject({
      version: 1,
      confirmedAt: at(60),
      freshness: { state: "live" },
    });
    expect((await after(180, () => linkOf(clinic))).freshness.state).toBe("late");
  });

  test("SYNC-10 two empty agendas agree, over the longest window too", async () => {
    const clinic = await aLinkedClinic();
    expect((await confirm(clinic, [])).status).toBe(200);
    expect((await confirm(clinic, [], { to: "2028-03-01" })).status).toBe(200);
    const tooLong = await confirm(clinic, [], { to: "2028-03-02" });
    expect([tooLong.status, refusalsOf(tooLong)]).toEqual([400, ["CONTRACT INVALID_REQUEST /to"]]);
  });

  test("SYNC-11 names the days that differ with the hub's digest, and changes nothing", async () => {
    const clinic = await aLinkedClinic();
    const { professionalId } = clinic;
    await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
    await anAppointment(hub, clinic, { startAt: "2027-03-09T09:00:00-05:00" });
    await anAppointment(hub, clinic, { startAt: "2027-03-10T09:00:00-05:00" });
    const [first, second, third] = await daysOf(clinic);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("three days have something");
    const other = "0".repeat(64);
    const days = [first, { ...second, digest: other }, { professionalId, date: "2027-03-12", digest: other }];
    const refused = await after(60, () => confirm(clinic, days));
    expect([refused.status, refusalsOf(refused)]).toEqual([409, ["SYNC-11 DIGEST_MISMATCH /days"]]);
    expect(refused.body.differingDays).toEqual([second, third, { professionalId, date: "2027-03-12", digest: null }]);
    expect(await linkOf(clinic)).toMatchObject({ version: 1, confirmedAt: null });
    expect((await confirm(clinic, [first, second, third])).status).toBe(200);
  });

  test("SYNC-11 a citizen who books meanwhile makes it a mismatch, of that day alone", async () => {
    const clinic = await aLinkedClinic();
    const slot = await aSlot(hub, clinic, morning);
    await anAppointment(hub, clinic, { startAt: "2027-03-10T09:00:00-05:00" });
    const days = await daysOf(clinic);
    const { token } = await aCitizen(hub);
    const booked = await hub.request("POST", "/v1/citizen/appointments", {
      as: token,
      body: {
        slotId: slot.slotId,
        startAt: morning.startAt,
        consultationReason: "minorEmergency",
        mobilePhone: "418-555-0142",
        communicationModes: ["sms"],
      },
    });
    expect(booked.status).toBe(201);
    const refused = await confirm(clinic, days);
    expect(refused.body.differingDays?.map(({ date }) => date)).toEqual(["2027-03-08"]);
    expect((await confirm(clinic, await daysOf(clinic))).status).toBe(200);
  });

  test("SYNC-11 another clinic's professional is like nobody: a day that the hub does not have", async () => {
    const [clinic, other] = [await aLinkedClinic(), await aLinkedClinic()];
    await anAppointment(hub, other, { startAt: "2027-03-08T09:00:00-05:00" });
    const digest = "0".repeat(64);
    for (const professionalId of [other.professionalId, "pro_00000000000000000000000000"]) {
      const refused = await confirm(clinic, [{ professionalId, date: "2027-03-08", digest }]);
      expect(refused.body.differingDays).toEqual([{ professionalId, date: "2027-03-08", digest: null }]);
    }
  });

  test.each([
    ["2027-03-02", "2027-03-30", ["/from"]],
    ["2027-03-01", "2027-03-28", ["/to"]],
    ["2026-05-01", "2027-03-29", []],
  ])("SYNC-09 from %s to %s", async (from, to, pointers) => {
    const answer = await confirm(await aLinkedClinic(), [], { from, to });
    expect(answer.status === 200 ? [] : refusalsOf(answer)).toEqual(
      pointers.map((pointer) => `SYNC-09 OUT_OF_RANGE ${pointer}`),
    );
  });

  test("SYNC-09 today is the place's: on the islands the day begins an hour earlier", async () => {
    const [mainland, islands] = [await aClinic(hub), await aClinic(hub, { place: { timeZone: "America/Halifax" } })];
    // 23:30 in Québec, 00:30 on the islands.
    hub.clock.moveTo("2027-03-01T23:30:00-05:00");
    const answers = [
      await confirm(mainland, []),
      await confirm(islands, []),
      await confirm(islands, [], { to: "2027-03-30" }),
    ];
    hub.clock.moveTo(start);
    expect(answers.map(({ status }) => status)).toEqual([200, 422, 200]);
  });

  test("SYNC-12 only what brings the agenda back is announced and moves the version", async () => {
    const clinic = await aLinkedClinic();
    for (const minutes of [5, 10, 129, 250, 251, 1300])
      expect((await after(minutes, () => confirm(clinic, [], { to: "2027-04-05" }))).body.freshness.state).toBe("live");
    // 10 + 120 > 129; 129 + 120 <= 250: late; 251 + 960 <= 1300: stale.
    expect(await linkChanges(clinic)).toEqual(["updated v2 confirmedAt", "updated v3 confirmedAt"]);
    expect((await linkOf(clinic)).version).toBe(3);
  });

  test("SYNC-02 a confirmation never takes back a later one", async () => {
    const clinic = await aLinkedClinic();
    await after(60, () => confirm(clinic, []));
    const { confirmedAt } = (await after(30, () => confirm(clinic, []))).body;
    expect(confirmedAt).toBe(new Date(start + 60 * minuteMs).toISOString());
  });

  test("SYNC-12 several that bring it back at once are announced once", async () => {
    const clinic = await aLinkedClinic();
    const answers = await after(130, () => Promise.all(Array.from({ length: 5 }, () => confirm(clinic, []))));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await linkChanges(clinic)).toEqual(["updated v2 confirmedAt"]);
  });

  test("SYNC-07 staff and machine write a stale agenda as ever", async () => {
    const clinic = await aLinkedClinic();
    const { professionalId, placeId, service } = clinic;
    await after(1000, async () => {
      expect((await linkOf(clinic)).freshness.state).toBe("stale");
      for (const as of [clinic.admin.token, clinic.machine.token]) {
        const slot = { professionalId, placeId, visibility: "public", serviceIds: [service.serviceId] };
        const made = await hub.request("POST", "/v1/slots", { as, body: { ...slot, ...morning } });
        expect(made.status).toBe(201);
        await anAppointment(hub, clinic, { startAt: "2027-03-10T09:00:00-05:00" }, as);
      }
    });
  });

  test("the same key again asks about the present", async () => {
    const clinic = await aLinkedClinic();
    const request = { key: "confirm-once" };
    expect((await confirm(clinic, [], {}, request)).status).toBe(200);
    await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
    const again = await confirm(clinic, [], {}, request);
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([409, null]);
  });

  test("a dry run says whether both agree, and confirms nothing", async () => {
    const clinic = await aLinkedClinic();
    const path = `/v1/places/${clinic.placeId}/confirm?dryRun=true`;
    const tried = await after(1000, () =>
      hub.request<Confirmation>("POST", path, { as: clinic.machine.token, body: { ...window, days: [] } }),
    );
    expect([tried.status, tried.body.freshness.state]).toEqual([200, "live"]);
    expect((await linkOf(clinic)).confirmedAt).toBeNull();
    expect(await linkChanges(clinic)).toEqual([]);
  });
});

describe("who confirms", () => {
  test("SYNC-08 the machine of the place, and no other of the establishment", async () => {
    const clinic = await aLinkedClinic();
    const second = await aPlace(hub, clinic);
    const colleague = await aMachine(hub, { places: [second], vendorId: clinic.machine.vendorId });
    const refused = await confirm(clinic, [], {}, { as: colleague.token });
    expect([refused.status, refusalsOf(refused)]).toEqual([403, ["SYNC-08 MACHINE_NOT_LINKED "]]);
    const elsewhere = { ...clinic, placeId: (await aPlace(hub, clinic)).placeId };
    expect((await confirm(elsewhere, [])).body.code).toBe("MACHINE_NOT_LINKED");
  });

  test("SYNC-08 a link that has just ended, or become another's, counts at once", async () => {
    const clinic = await aLinkedClinic();
    const { establishmentId, placeId, place } = clinic;
    const { machineId } = await aMachine(hub);
    // From now on this process knows the machine with its link, for up to a second.
    expect((await confirm(clinic, [])).status).toBe(200);
    await withoutForgetting(establishmentId, placeId);
    expect((await confirm(clinic, [])).body.code).toBe("MACHINE_NOT_LINKED");
    await aLink(hub, { machineId }, place);
    expect((await confirm(clinic, [])).status).toBe(404);
  });

  /** As another process of the hub ends a link: this one has not heard of it yet. */
  async function withoutForgetting(establishmentId: string, placeId: string): Promise<void> {
    const other = await createTestHub({ database: hub.database, seed: "other" });
    await other.write([establishmentId], (tx) => tx.sql`DELETE FROM machine_link WHERE place_id = ${placeId}`);
    await other.close();
  }

  test("another establishment's place is like none", async () => {
    const [clinic, other] = [await aLinkedClinic(), await aLinkedClinic()];
    const foreign = await confirm({ ...clinic, placeId: other.placeId }, []);
    const missing = await confirm({ ...clinic, placeId: "plc_00000000000000000000000000" }, []);
    expect(foreign.status).toBe(404);
    expect(withoutRequestId(foreign)).toEqual(withoutRequestId(missing));
  });

  test("needs to write slots and to read changes, and is no staff's", async () => {
    const clinic = await aLinkedClinic();
    for (const scopes of [["slots.write"], ["changes.read"]] as const) {
      const as = await hub.tokens.machine(clinic.machine.machineId, scopes);
      expect((await confirm(clinic, [], {}, { as })).body.code).toBe("INSUFFICIENT_SCOPE");
    }
    const user = await anEmployee(hub, clinic, { profile: "localAdmin" });
    expect((await confirm(clinic, [], {}, { as: user.token })).body.code).toBe("FORBIDDEN");
  });
});

test("what is confirmed is the agenda as this machine names it", async () => {
  const clinic = await aLinkedClinic();
  const made = await anAppointment(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00" });
  const before = await daysOf(clinic);
  const bindings = [{ objectType: "appointment", objectId: made.appointmentId, externalId: "rv-9" }];
  await hub.request("POST", "/v1/adoptions", { as: clinic.machine.token, body: { bindings } });
  const after = await daysOf(clinic);
  expect(after).not.toEqual(before);
  expect((await confirm(clinic, before)).body.differingDays).toEqual(after);
  expect((await confirm(clinic, after)).status).toBe(200);
});
