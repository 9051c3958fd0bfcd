import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appointmentInput, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { ASlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic, aNurse } from "../../../test/factories.ts";
import type { ACitizen, AClinic, ANurse } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { CitizenHoldBody } from "./schema.ts";

/** What a nurse holds for a patient: the nurse's own, as a citizen's is theirs. */

let hub: TestHub;
let clinic: AClinic;
let nurse: ANurse;
let patient: ACitizen;
let slot: ASlot;
/** A fresh slot of two openings, 09:00 and 09:15, a day later for each test. */
let day = 0;
const at = (time: string) =>
  `${new Date(Date.parse("2027-03-20T00:00:00Z") + day * 86_400_000).toISOString().slice(0, 10)}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
beforeEach(async () => {
  hub.clock.moveTo(defaultNow);
  day += 1;
  slot = await aSlot(hub, clinic, { startAt: at("09:00"), endAt: at("09:30") });
  [nurse, patient] = [await aNurse(hub), await aCitizen(hub)];
});
afterAll(async () => hub.close());

type Answer = TestAnswer<CitizenHoldBody & ProblemBody>;
const hold = (fields: object = {}, by = nurse): Promise<Answer> =>
  hub.request("POST", "/v1/nurse/holds", {
    as: by.token,
    body: { nam: patient.nam, slotId: slot.slotId, startAt: at("09:00"), ...fields },
  });
const extend = (holdId: string, as = nurse.token, of = "nurse"): Promise<Answer> =>
  hub.request("POST", `/v1/${of}/holds/${holdId}/extend`, { as, body: {} });
const release = (holdId: string, as = nurse.token, of = "nurse"): Promise<Answer> =>
  hub.request("DELETE", `/v1/${of}/holds/${holdId}`, { as });
const contact = { homePhone: reachable.homePhone, email: reachable.email };
const book = (fields: object = {}, by = nurse): Promise<TestAnswer<ProblemBody>> =>
  hub.request("POST", "/v1/nurse/appointments", {
    as: by.token,
    body: {
      ...{ nam: patient.nam, slotId: slot.slotId, startAt: at("09:00"), consultationReason: "regular", ...contact },
      ...fields,
    },
  });
const openings = () => openingsOf(hub, clinic.establishmentId, slot.slotId);

describe("a nurse's hold", () => {
  test("HOLD-10, HOLD-02 five minutes, in which nobody else has it, the patient neither", async () => {
    const held = await hold();
    expect([held.status, held.body]).toMatchObject([201, { version: 1, expiresAt: "2027-03-01T12:05:00.000Z" }]);
    expect(Object.keys(held.body)).not.toContain("professionalId");
    expect(await openings()).toEqual(["13:00 held", "13:15 free"]);
    const refused = ["HOLD-11 OPENING_NOT_AVAILABLE /startAt"];
    const own = { slotId: slot.slotId, startAt: at("09:00") };
    expect(refusalsOf(await hub.request("POST", "/v1/citizen/holds", { as: patient.token, body: own }))).toEqual(
      refused,
    );
    expect(refusalsOf(await hold({}, await aNurse(hub)))).toEqual(refused);
    expect(refusalsOf(await book({}, await aNurse(hub)))).toEqual(refused);
  });

  test("HOLD-11 nor has the nurse what somebody else holds, the patient for instance", async () => {
    const body = { slotId: slot.slotId, startAt: at("09:00") };
    expect((await hub.request("POST", "/v1/citizen/holds", { as: patient.token, body })).status).toBe(201);
    expect(refusalsOf(await hold())).toEqual(["HOLD-11 OPENING_NOT_AVAILABLE /startAt"]);
  });

  test("HOLD-05, HOLD-06, HOLD-07, HOLD-14 is extended and released by that nurse alone, without the patient's number", async () => {
    const { holdId } = (await hold()).body;
    expect(refusalsOf(await extend(holdId))).toEqual(["HOLD-06 HOLD_NOT_EXTENDABLE "]);
    hub.clock.advance(285_000);
    const colleague = await aNurse(hub, { name: nurse.name });
    for (const [token, of] of [
      [colleague.token, "nurse"],
      [patient.token, "citizen"],
    ] as const) {
      expect((await extend(holdId, token, of)).status).toBe(404);
      expect((await release(holdId, token, of)).status).toBe(404);
    }
    const path = `/v1/holds/${holdId}`;
    const clinics = { as: clinic.admin.token };
    expect(refusalsOf(await hub.request<ProblemBody>("DELETE", path, clinics))).toEqual(["HOLD-14 FORBIDDEN "]);
    expect((await extend(holdId)).body).toMatchObject({ version: 2, expiresAt: "2027-03-01T12:09:45.000Z" });
    expect((await release(holdId)).status).toBe(204);
    expect(await openings()).toEqual(["13:00 free", "13:15 free"]);
    expect((await release(holdId)).status).toBe(404);
  });

  test("HOLD-05, HOLD-09 is extended and released in the version that is named, as everybody's is", async () => {
    const clinics = { professionalId: clinic.professionalId, startAt: at("10:00"), durationMinutes: 15 };
    const stale = { code: "PRECONDITION_FAILED", status: 412 };
    for (const [path, as, body] of [
      ["/v1/nurse/holds", nurse.token, { nam: patient.nam, slotId: slot.slotId, startAt: at("09:00") }],
      ["/v1/citizen/holds", patient.token, { slotId: slot.slotId, startAt: at("09:15") }],
      ["/v1/holds", clinic.machine.token, clinics],
    ] as const) {
      hub.clock.moveTo(defaultNow);
      const held = await hub.request<CitizenHoldBody>("POST", path, { as, body });
      expect([held.status, held.body.version]).toEqual([201, 1]);
      const on = (method: string, action: string, version: number): Promise<Answer> =>
        hub.request(method, `${path}/${held.body.holdId}${action}`, {
          ...{ as, version },
          ...(method === "POST" ? { body: {} } : {}),
        });
      hub.clock.advance(285_000);
      expect((await on("POST", "/extend", 2)).body).toMatchObject(stale);
      expect((await on("POST", "/extend", 1)).body.version).toBe(2);
      expect((await on("DELETE", "", 1)).body).toMatchObject(stale);
      expect((await on("DELETE", "", 2)).status).toBe(204);
    }
  });

  test("HOLD-08 ends by itself", async () => {
    const { holdId } = (await hold()).body;
    hub.clock.advance(300_000);
    expect(await openings()).toEqual(["13:00 free", "13:15 free"]);
    expect((await release(holdId)).status).toBe(404);
  });

  test("HOLD-06 of the same opening is the same hold, also for another patient", async () => {
    const first = await hold();
    hub.clock.advance(60_000);
    expect((await hold({ nam: (await aCitizen(hub)).nam })).body).toEqual(first.body);
  });

  test("HOLD-09 is consumed by the nurse's booking, named or not, and by no other's", async () => {
    const { holdId } = (await hold()).body;
    const colleague = await aNurse(hub);
    expect(refusalsOf(await book({ holdId }, colleague))).toEqual(["HOLD-11 OPENING_NOT_AVAILABLE /startAt"]);
    expect((await book({ holdId })).status).toBe(201);
    expect((await hold({ startAt: at("09:15") })).status).toBe(201);
    expect((await book({ startAt: at("09:15") })).status).toBe(201);
    expect(await openings()).toEqual(["13:00 busy", "13:15 busy"]);
    const left = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`SELECT 1 FROM hold WHERE slot_id = ${slot.slotId}`,
    );
    expect(left).toHaveLength(0);
  });

  test("HOLD-15 after its end the opening is lost when somebody else took it", async () => {
    const { holdId } = (await hold()).body;
    hub.clock.advance(300_000);
    expect((await book({}, await aNurse(hub))).status).toBe(201);
    expect(refusalsOf(await book({ holdId }))).toEqual(["APPT-09 OPENING_NOT_AVAILABLE /startAt"]);
  });

  test("HOLD-01 a nurse holds more at once than a citizen: as many as staff", async () => {
    const wide = await aSlot(hub, clinic, { startAt: at("10:00"), endAt: at("16:00") });
    const starts = Array.from({ length: 8 }, (_, hour) => at(`1${String(hour % 6)}:${hour < 6 ? "00" : "30"}`));
    const answers = await Promise.all(starts.map((startAt) => hold({ slotId: wide.slotId, startAt })));
    expect(answers.map(({ status }) => status)).toEqual(starts.map(() => 201));
  });

  test("CASC-23, SVC-11 of a slot for redirection alone is for a nurse with that mention, who need not name the reason", async () => {
    const triage = await aNurse(hub, { mention: "redirection" });
    const only = await aSlot(hub, clinic, {
      ...{ startAt: at("14:00"), endAt: at("14:15"), consultationReasons: ["redirection"] },
    });
    const opening = { slotId: only.slotId, startAt: at("14:00") };
    expect(refusalsOf(await hold(opening))).toEqual(["SVC-09 OPENING_NOT_AVAILABLE /startAt"]);
    expect(refusalsOf(await hold({ ...opening, consultationReason: "redirection" }))).toEqual([
      "CASC-23 REASON_NOT_ALLOWED /consultationReason",
    ]);
    expect((await hold(opening, triage)).status).toBe(201);
  });

  test("APPT-11 may be on a day on which the patient has an appointment; the patient's own may not", async () => {
    expect((await book()).status).toBe(201);
    expect((await hold({ startAt: at("09:15") })).status).toBe(201);
    const other = await aSlot(hub, clinic, { startAt: at("14:00"), endAt: at("14:15") });
    const own = { slotId: other.slotId, startAt: at("14:00") };
    expect(refusalsOf(await hub.request("POST", "/v1/citizen/holds", { as: patient.token, body: own }))).toEqual([
      "APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY /startAt",
    ]);
  });

  test("PAT-01, PAT-02 is for a person whom RAMQ knows", async () => {
    expect(refusalsOf(await hold({ nam: "ABC" }))).toEqual(["PAT-01 INVALID_NAM /nam"]);
    expect(refusalsOf(await hold({ nam: "INCO80561550" }))).toEqual(["PAT-02 IDENTITY_UNKNOWN /nam"]);
  });
});

describe("the clinic meanwhile", () => {
  test("HOLD-12, APPT-66 is warned as of a citizen's hold, and may go on", async () => {
    const { holdId } = (await hold()).body;
    const as = clinic.machine.token;
    const shown = await hub.request("GET", `/v1/holds/${holdId}`, { as });
    expect(shown.body).toMatchObject({ owner: { type: "nurse", own: false } });
    const create = (acknowledge: string[] = []) =>
      hub.request<ProblemBody>("POST", "/v1/appointments", {
        ...{ as, body: { ...appointmentInput(clinic, { startAt: at("09:00") }), acknowledge } },
      });
    expect(refusalsOf(await create())).toEqual(["HOLD-12 HELD_BY_CITIZEN /startAt"]);
    const made = await hub.request("POST", "/v1/appointments", {
      ...{ as, body: appointmentInput(clinic, { startAt: at("15:00") }) },
    });
    const move = await hub.request<ProblemBody>("POST", `/v1/appointments/${String(made.body["appointmentId"])}/move`, {
      ...{ as, version: 1, body: { startAt: at("09:00") } },
    });
    expect(refusalsOf(move)).toEqual(["APPT-66 HELD_BY_CITIZEN /startAt"]);
    expect((await create(["HELD_BY_CITIZEN"])).status).toBe(201);
    expect(refusalsOf(await book({ holdId }))).toEqual(["APPT-09 OPENING_NOT_AVAILABLE /startAt"]);
  });
});
