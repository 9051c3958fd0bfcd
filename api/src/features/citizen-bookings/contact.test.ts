import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { CitizenAppointment } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let days = 0;
const freshDay = () =>
  new Date(Date.parse("2027-04-01T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

type Answer = TestAnswer<CitizenAppointment & Omit<ProblemBody, "status">>;
const update = ({ token }: Pick<ACitizen, "token">, body: object, key?: string): Promise<Answer> =>
  hub.request("POST", "/v1/citizen/appointments/update-contact", { as: token, body, key: key ?? null });
const cancel = ({ token }: Pick<ACitizen, "token">, body: object): Promise<Answer> =>
  hub.request("POST", "/v1/citizen/appointments/cancel", { as: token, body });
/** Booked online by the citizen, reached by e-mail. */
const booked = async ({ token }: ACitizen): Promise<CitizenAppointment> => {
  const day = freshDay();
  const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
  const { homePhone, email } = reachable;
  const body = { slotId: slot.slotId, startAt: at(day), consultationReason: "regular", homePhone, email };
  const answer = await hub.request<CitizenAppointment>("POST", "/v1/citizen/appointments", { as: token, body });
  expect(answer.status).toBe(201);
  return answer.body;
};
const read = async (appointmentId: string) =>
  (await hub.request("GET", `/v1/appointments/${appointmentId}`, { as: clinic.machine.token })).body;
const changes = async (appointmentId: string) =>
  (await changesOf(hub, clinic.establishmentId)).filter(({ objectId }) => objectId === appointmentId);

describe("updating contact details online", () => {
  test("PAT-11 what is sent changes, what is not stays; the clinic reads it, the log names it, and nothing of it", async () => {
    const alice = await aCitizen(hub);
    const before = await booked(alice);
    const { notices: _notices, ...same } = before as CitizenAppointment & { notices: unknown };
    const sent = {
      homePhone: null,
      mobilePhone: "581-555-0103",
      communicationModes: ["email", "sms"],
      communicationLanguage: "en",
    };
    const named = { referenceNumber: before.referenceNumber, nam: `${alice.nam.slice(0, 4)} ${alice.nam.slice(4)}` };
    const after = await update(alice, { ...named, ...sent });
    expect(after.status).toBe(200);
    expect(after.headers.get("etag")).toBe('"v2"');
    expect(after.body).toEqual({ ...same, ...sent, version: 2 });
    expect(await read(before.appointmentId)).toMatchObject({
      version: 2,
      patient: { homePhone: null, mobilePhone: "581-555-0103", email: reachable.email },
      communicationModes: ["email", "sms"],
      communicationLanguage: "en",
    });
    expect((await changes(before.appointmentId)).at(-1)).toMatchObject({
      operation: "updated",
      version: 2,
      changed: ["communicationLanguage", "communicationModes", "contact"],
    });
    expect(hub.logs.join("")).not.toMatch(/555-01|example\.org/);
  });

  test("what changes nothing writes nothing", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber, appointmentId } = await booked(alice);
    for (const sent of [{}, { homePhone: reachable.homePhone, communicationModes: ["email", "email"] }]) {
      const answer = await update(alice, { referenceNumber, nam: alice.nam, ...sent });
      expect([answer.status, answer.body.version]).toEqual([200, 1]);
    }
    expect(await changes(appointmentId)).toHaveLength(1);
  });

  test("PAT-11, APPT-67 of an appointment that the clinic made, once its number is known to RAMQ", async () => {
    const alice = await aCitizen(hub);
    const made = await anAppointment(hub, clinic, {
      startAt: at(freshDay()),
      patient: { ...reachable, nam: alice.nam, lastName: "Autrement" },
    });
    const answer = await update(alice, {
      referenceNumber: made.referenceNumber,
      nam: alice.nam,
      email: "other@example.org",
    });
    expect(answer.body).toMatchObject({ email: "other@example.org", lastName: "Autrement" });
  });

  test("PAT-11 until the start, also when it is too late to cancel; then the clinic is to be contacted", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber, startAt } = await booked(alice);
    const named = { referenceNumber, nam: alice.nam };
    hub.clock.moveTo(Date.parse(startAt));
    const late = await cancel(alice, named);
    const inTime = await update(alice, { ...named, mobilePhone: "581-555-0104" });
    hub.clock.moveTo(Date.parse(startAt) + 1000);
    const past = await update(alice, { ...named, mobilePhone: "581-555-0105" });
    hub.clock.moveTo(defaultNow);
    expect([late.body.code, inTime.status]).toEqual(["CANCELLATION_WINDOW_CLOSED", 200]);
    expect([past.status, refusalsOf(past)]).toEqual([409, ["PAT-11 ONLINE_ACTION_UNAVAILABLE /referenceNumber"]]);
    expect(past.body.detail).toContain("418-555-0100");
  });

  test("PAT-13, APPT-61 each mode keeps what it needs, and one phone and one mode stay", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber, appointmentId } = await booked(alice);
    const refused = async (sent: object) =>
      refusalsOf(await update(alice, { referenceNumber, nam: alice.nam, ...sent }));
    expect(await refused({ email: null })).toEqual(["PAT-13 CONTACT_REQUIRED /email"]);
    expect(await refused({ communicationModes: ["sms"] })).toEqual(["PAT-13 CONTACT_REQUIRED /mobilePhone"]);
    expect(await refused({ communicationModes: ["phone"], homePhone: null, mobilePhone: "581-555-0103" })).toEqual([
      "PAT-13 CONTACT_REQUIRED /homePhone",
    ]);
    expect(await refused({ homePhone: null })).toEqual(["APPT-61 CONTACT_REQUIRED /homePhone"]);
    expect(await refused({ communicationModes: [] })).toEqual(["APPT-61 CONTACT_REQUIRED /communicationModes"]);
    expect((await read(appointmentId))["version"]).toBe(1);
  });

  test("PAT-14 identity, time, place and professional stay; what no appointment has is unknown", async () => {
    const alice = await aCitizen(hub);
    const before = await booked(alice);
    const named = { referenceNumber: before.referenceNumber, nam: alice.nam, mobilePhone: "581-555-0103" };
    const wanted = {
      lastName: "Gagnon",
      birthDate: "1990-01-01",
      startAt: at("2027-04-30"),
      placeId: clinic.placeId,
      professionalId: clinic.professionalId,
    };
    const answer = await update(alice, { ...named, ...wanted });
    expect([answer.status, refusalsOf(answer).sort()]).toEqual([
      422,
      Object.keys(wanted)
        .map((field) => `PAT-14 FIELD_NOT_EDITABLE /${field}`)
        .sort(),
    ]);
    expect(await read(before.appointmentId)).toMatchObject({ version: 1, patient: { mobilePhone: null } });
    for (const field of ["clinicNote", "patientNote"])
      expect(refusalsOf(await update(alice, { ...named, [field]: "present" }))).toEqual([
        `CONTRACT UNKNOWN_FIELD /${field}`,
      ]);
  });

  test("ATT-09 attendance is not the patient's to say", async () => {
    const alice = await aCitizen(hub);
    const before = await booked(alice);
    const named = { referenceNumber: before.referenceNumber, nam: alice.nam, mobilePhone: "581-555-0103" };
    for (const attendance of ["present", null]) {
      const answer = await update(alice, { ...named, attendance });
      expect([answer.status, refusalsOf(answer)]).toEqual([403, ["ATT-09 FORBIDDEN /attendance"]]);
    }
    expect(await read(before.appointmentId)).toMatchObject({
      ...{ version: 1, attendance: "unconfirmed" },
      patient: { mobilePhone: null },
    });
  });

  test("APPT-69 a cancelled one is not updated", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber } = await booked(alice);
    const named = { referenceNumber, nam: alice.nam };
    await cancel(alice, named);
    const answer = await update(alice, { ...named, mobilePhone: "581-555-0103" });
    expect([answer.status, refusalsOf(answer)]).toEqual([409, ["APPT-69 APPOINTMENT_CANCELLED "]]);
  });

  test("one key is one update", async () => {
    const alice = await aCitizen(hub);
    const { referenceNumber } = await booked(alice);
    const body = { referenceNumber, nam: alice.nam, mobilePhone: "581-555-0106" };
    const [first, again] = [
      await update(alice, body, "key-of-an-update"),
      await update(alice, body, "key-of-an-update"),
    ];
    expect([first.body.version, again.body]).toEqual([2, first.body]);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });
});

test("APPT-40 the patient is given the reference number with each answer about the appointment", async () => {
  const alice = await aCitizen(hub);
  const { referenceNumber } = await booked(alice);
  const named = { referenceNumber, nam: alice.nam };
  expect(referenceNumber).toMatch(/^[0-9]{10}$/);
  const find = { as: alice.token, body: {} };
  const found = await hub.request<{ items: CitizenAppointment[] }>("POST", "/v1/citizen/appointments/find", find);
  expect(found.body.items.map((item) => item.referenceNumber)).toEqual([referenceNumber]);
  expect((await update(alice, { ...named, mobilePhone: "581-555-0107" })).body.referenceNumber).toBe(referenceNumber);
  expect((await cancel(alice, named)).body.referenceNumber).toBe(referenceNumber);
});

describe("whose appointment it is", () => {
  const phone = { mobilePhone: "581-555-0103" };

  test("CANCEL-10, MSG-03 an unknown reference number", async () => {
    const alice = await aCitizen(hub);
    const answer = await update(alice, { referenceNumber: "9999999999", nam: alice.nam, ...phone });
    expect([answer.status, refusalsOf(answer)]).toEqual([404, ["CANCEL-10 REFERENCE_NOT_FOUND /referenceNumber"]]);
  });

  test("CANCEL-11, CANCEL-12, PAT-10, MSG-04 made by the clinic without a number, or with one RAMQ does not know", async () => {
    const alice = await aCitizen(hub);
    const without = await anAppointment(hub, clinic, { startAt: at(freshDay()) });
    const refused = await update(alice, { referenceNumber: without.referenceNumber, nam: alice.nam, ...phone });
    expect([refused.status, refusalsOf(refused)]).toEqual([
      409,
      ["CANCEL-11 ONLINE_ACTION_UNAVAILABLE /referenceNumber"],
    ]);
    expect(refused.body.detail).toContain("418-555-0100");
    const bob = { nam: "INCO80561520", token: await hub.tokens.citizen("INCO80561520") };
    const patient = { ...reachable, nam: bob.nam };
    const unmatched = await anAppointment(hub, clinic, { startAt: at(freshDay()), patient });
    const named = { referenceNumber: unmatched.referenceNumber, nam: bob.nam, ...phone };
    expect(refusalsOf(await update(bob, named))).toEqual(["CANCEL-12 ONLINE_ACTION_UNAVAILABLE /referenceNumber"]);
  });

  test("PAT-12 without the NAM, with another's, or signed in as somebody else; nothing changes", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const { referenceNumber, appointmentId } = await booked(alice);
    const named = { referenceNumber, ...phone };
    for (const answer of [
      await update(alice, named),
      await update(bob, { ...named, nam: alice.nam }),
      await update(bob, { ...named, nam: bob.nam }),
    ])
      expect([answer.status, refusalsOf(answer)]).toEqual([403, ["PAT-12 IDENTITY_CHECK_FAILED /nam"]]);
    expect(refusalsOf(await update(alice, { ...named, nam: "ABC" }))).toEqual(["PAT-01 INVALID_NAM /nam"]);
    expect((await read(appointmentId))["version"]).toBe(1);
  });

  test("neither the clinic nor its agenda software updates as a citizen", async () => {
    const body = { referenceNumber: "1000000042", nam: "TREA80561502", ...phone };
    for (const token of [clinic.machine.token, clinic.admin.token])
      expect((await update({ token }, body)).status).toBe(403);
  });
});
