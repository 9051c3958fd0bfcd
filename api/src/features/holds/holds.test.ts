import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anAppointment, appointmentInput, changesOf, openingsOf, reachable } from "../../../test/an-appointment.ts";
import { aSlot } from "../../../test/a-slot.ts";
import type { ASlot } from "../../../test/a-slot.ts";
import { aCitizen, aClinic, anEmployee, aGrant, aTeam } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { CitizenHoldBody, HoldBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
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
});
afterAll(async () => hub.close());

type Answer = TestAnswer<HoldBody & ProblemBody>;
const hold = (fields: object = {}, as = clinic.machine.token): Promise<Answer> =>
  hub.request("POST", "/v1/holds", {
    as,
    body: { professionalId: clinic.professionalId, startAt: at("09:00"), durationMinutes: 15, ...fields },
  });
const extend = (holdId: string, as = clinic.machine.token): Promise<Answer> =>
  hub.request("POST", `/v1/holds/${holdId}/extend`, { as, body: {} });
const release = (holdId: string, as = clinic.machine.token): Promise<Answer> =>
  hub.request("DELETE", `/v1/holds/${holdId}`, { as });
const openings = () => openingsOf(hub, clinic.establishmentId, slot.slotId);

type CitizenAnswer = TestAnswer<CitizenHoldBody & ProblemBody>;
const holdAs = ({ token }: ACitizen, fields: object = {}): Promise<CitizenAnswer> =>
  hub.request("POST", "/v1/citizen/holds", {
    as: token,
    body: { slotId: slot.slotId, startAt: at("09:00"), ...fields },
  });
const book = ({ token }: ACitizen, fields: object = {}): Promise<TestAnswer<ProblemBody>> =>
  hub.request("POST", "/v1/citizen/appointments", {
    as: token,
    body: {
      slotId: slot.slotId,
      startAt: at("09:00"),
      consultationReason: "regular",
      homePhone: reachable.homePhone,
      email: reachable.email,
      ...fields,
    },
  });

describe("the clinic", () => {
  test("HOLD-01, HOLD-02, HOLD-13 five minutes, hidden from citizens whatever overlaps it", async () => {
    const held = await hold({ startAt: at("09:10"), durationMinutes: 10 });
    expect(held.status).toBe(201);
    expect(held.body).toMatchObject({
      version: 1,
      slotId: slot.slotId,
      durationMinutes: 10,
      owner: { type: "machine", own: true },
      expiresAt: "2027-03-01T12:05:00.000Z",
      extendableFrom: "2027-03-01T12:04:30.000Z",
    });
    expect(await openings()).toEqual(["13:00 held", "13:15 held"]);
    expect((await hub.request("GET", `/v1/holds/${held.body.holdId}`, { as: clinic.machine.token })).body).toEqual(
      held.body,
    );
  });

  test("SEARCH-12, Appointment.startTime without a slot, a professional and a start are sent", async () => {
    expect(refusalsOf(await hold({ professionalId: undefined }))).toEqual(["SEARCH-12 REQUIRED_FIELD /professionalId"]);
    expect(refusalsOf(await hold({ startAt: undefined }))).toEqual(["Appointment.startTime REQUIRED_FIELD /startAt"]);
  });

  test("HOLD-08 ends by itself after five minutes, and not before", async () => {
    const { body } = await hold();
    hub.clock.advance(5 * 60_000 - 1);
    expect(await openings()).toEqual(["13:00 held", "13:15 free"]);
    hub.clock.advance(1);
    expect(await openings()).toEqual(["13:00 free", "13:15 free"]);
    expect((await hub.request("GET", `/v1/holds/${body.holdId}`, { as: clinic.machine.token })).status).toBe(404);
    expect((await book(await aCitizen(hub))).status).toBe(201);
  });

  test("HOLD-05, HOLD-06, HOLD-07 extended in its last 30 seconds, for five minutes from then", async () => {
    const { body } = await hold();
    hub.clock.advance(269_999);
    expect(refusalsOf(await extend(body.holdId))).toEqual(["HOLD-06 HOLD_NOT_EXTENDABLE "]);
    hub.clock.advance(1);
    const extended = await extend(body.holdId);
    expect(extended.body).toMatchObject({ version: 2, expiresAt: "2027-03-01T12:09:30.000Z" });
    hub.clock.advance(299_999);
    expect(await openings()).toEqual(["13:00 held", "13:15 free"]);
    hub.clock.advance(1);
    expect(refusalsOf(await extend(body.holdId))).toEqual(["HOLD-06 HOLD_NOT_EXTENDABLE "]);
  });

  test("HOLD-09 released at once, and gone", async () => {
    const { body } = await hold();
    expect((await release(body.holdId)).status).toBe(204);
    expect(await openings()).toEqual(["13:00 free", "13:15 free"]);
    expect((await release(body.holdId)).status).toBe(404);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(({ objectId }) => objectId === body.holdId);
    expect(changes.map(({ operation }) => operation)).toEqual(["created", "deleted"]);
  });

  test("HOLD-03, HOLD-04 a colleague is warned, for a hold and for a booking, and may go on", async () => {
    await hold();
    const as = clinic.admin.token;
    const warning = ["HOLD-03 HELD_BY_COLLEAGUE /startAt"];
    expect(refusalsOf(await hold({}, as))).toEqual(warning);
    expect((await hold({ acknowledge: ["HELD_BY_COLLEAGUE"] }, as)).status).toBe(201);
    const body = appointmentInput(clinic, { startAt: at("09:00") });
    const booked: TestAnswer<ProblemBody> = await hub.request("POST", "/v1/appointments", {
      as: (await anEmployee(hub, clinic, { profile: "superUser" })).token,
      body,
    });
    expect([booked.status, refusalsOf(booked)]).toEqual([409, warning]);
    expect(
      (await hub.request("POST", "/v1/appointments", { as, body: { ...body, acknowledge: ["HELD_BY_COLLEAGUE"] } }))
        .status,
    ).toBe(201);
  });

  test("HOLD-12, APPT-66 a citizen's hold is a warning for a booking and for a move", async () => {
    await holdAs(await aCitizen(hub));
    const as = clinic.machine.token;
    const booked: TestAnswer<ProblemBody> = await hub.request("POST", "/v1/appointments", {
      as,
      body: appointmentInput(clinic, { startAt: at("09:00") }),
    });
    expect(refusalsOf(booked)).toEqual(["HOLD-12 HELD_BY_CITIZEN /startAt"]);
    const { appointmentId } = await anAppointment(hub, clinic, { startAt: at("11:00") });
    const move = (fields: object): Promise<TestAnswer<ProblemBody>> =>
      hub.request("POST", `/v1/appointments/${appointmentId}/move`, {
        as,
        version: 1,
        body: { startAt: at("09:00"), ...fields },
      });
    expect(refusalsOf(await move({}))).toEqual(["APPT-66 HELD_BY_CITIZEN /startAt"]);
    expect((await move({ acknowledge: ["HELD_BY_CITIZEN"] })).status).toBe(200);
  });

  test("HOLD-09, HOLD-14 consumed by its owner's booking, in the same transaction, without a warning", async () => {
    const { body } = await hold();
    const booked = await anAppointment(hub, clinic, { startAt: at("09:00"), holdId: body.holdId });
    expect(booked.slotId).toBe(slot.slotId);
    expect(await openings()).toEqual(["13:00 busy", "13:15 free"]);
    expect((await hub.request("GET", `/v1/holds/${body.holdId}`, { as: clinic.machine.token })).status).toBe(404);
  });

  test("HOLD-15 after its end the clinic books as without a hold", async () => {
    const { body } = await hold();
    hub.clock.advance(300_000);
    expect((await anAppointment(hub, clinic, { startAt: at("09:00"), holdId: body.holdId })).status).toBe("active");
  });

  test("HOLD-14 another's hold is neither extended, released nor consumed", async () => {
    const { body } = await hold();
    const as = clinic.admin.token;
    hub.clock.advance(280_000);
    expect(refusalsOf(await extend(body.holdId, as))).toEqual(["HOLD-14 FORBIDDEN "]);
    expect(refusalsOf(await release(body.holdId, as))).toEqual(["HOLD-14 FORBIDDEN "]);
    const input = appointmentInput(clinic, {
      startAt: at("09:00"),
      holdId: body.holdId,
      acknowledge: ["HELD_BY_COLLEAGUE"],
    });
    const booked: TestAnswer<ProblemBody> = await hub.request("POST", "/v1/appointments", { as, body: input });
    expect(refusalsOf(booked)).toEqual(["HOLD-14 FORBIDDEN /holdId"]);
    expect((await extend(body.holdId)).status).toBe(200);
  });

  test("PERM-16 who may: READ reads, WRITE holds; a colleague without a grant is told, an outsider finds nothing", async () => {
    const { body } = await hold();
    const reader = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, reader, { placeId: clinic.placeId, professionalId: clinic.professionalId, access: "read" });
    const read = await hub.request<HoldBody>("GET", `/v1/holds/${body.holdId}`, { as: reader.token });
    expect(read.body.owner).toEqual({ type: "machine", own: false });
    expect(refusalsOf(await hold({}, reader.token))).toEqual(["APPT-49 FORBIDDEN "]);
    const other = await aClinic(hub);
    const outsiders = [[other.machine.token, 404] as const, [(await anEmployee(hub, clinic)).token, 403] as const];
    for (const [as, status] of outsiders) {
      expect((await hub.request("GET", `/v1/holds/${body.holdId}`, { as })).status).toBe(status);
      expect((await extend(body.holdId, as)).status).toBe(status);
      expect((await release(body.holdId, as)).status).toBe(status);
    }
  });

  test("fifty at once, and no more", async () => {
    const other = await aClinic(hub);
    const of = (minute: number) =>
      hold(
        {
          professionalId: other.professionalId,
          startAt: at("10:00"),
          durationMinutes: minute,
          acknowledge: ["HELD_BY_COLLEAGUE"],
        },
        other.machine.token,
      );
    const answers = await Promise.all(Array.from({ length: 55 }, (_, index) => of(index + 1)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(50);
    expect(refusalsOf(answers.find(({ status }) => status !== 201) as Answer)).toEqual(["HOLD-01 TOO_MANY_HOLDS "]);
  });
});

describe("a citizen", () => {
  test("HOLD-10, HOLD-11 holds an opening; another can neither hold nor book it, and is told what else there is", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const held = await holdAs(alice);
    expect(held.status).toBe(201);
    expect(held.body).toMatchObject({
      slotId: slot.slotId,
      durationMinutes: 15,
      expiresAt: "2027-03-01T12:05:00.000Z",
    });
    expect(held.body).not.toHaveProperty("professionalId");
    for (const answer of [await holdAs(bob), await book(bob)]) {
      expect([answer.status, refusalsOf(answer)]).toEqual([409, ["HOLD-11 OPENING_NOT_AVAILABLE /startAt"]]);
      expect(answer.body.alternatives?.[0]).toMatchObject({ slotId: slot.slotId, startAt: at("09:15") });
    }
  });

  test("HOLD-09 its owner books through it, naming it or not, and it is gone", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const held = await holdAs(alice);
    expect((await book(alice, { holdId: held.body.holdId })).status).toBe(201);
    await holdAs(bob, { startAt: at("09:15") });
    expect((await book(bob, { startAt: at("09:15") })).status).toBe(201);
    expect(await openings()).toEqual(["13:00 busy", "13:15 busy"]);
    const holds = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`SELECT 1 FROM hold WHERE slot_id = ${slot.slotId}`,
    );
    expect(holds).toHaveLength(0);
  });

  test("HOLD-06 the same opening again answers the same hold, not five more minutes", async () => {
    const alice = await aCitizen(hub);
    const first = await holdAs(alice);
    hub.clock.advance(60_000);
    expect((await holdAs(alice)).body).toEqual(first.body);
  });

  test("APPT-11 holds nothing on a day on which they have an appointment", async () => {
    const alice = await aCitizen(hub);
    expect((await book(alice)).status).toBe(201);
    expect(refusalsOf(await holdAs(alice, { startAt: at("09:15") }))).toEqual([
      "APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY /startAt",
    ]);
  });

  test("HOLD-15 after its end the opening is lost when somebody else took it", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const { body } = await holdAs(alice);
    hub.clock.advance(300_000);
    expect((await book(bob)).status).toBe(201);
    expect(refusalsOf(await book(alice, { holdId: body.holdId }))).toEqual(["APPT-09 OPENING_NOT_AVAILABLE /startAt"]);
    const later = await holdAs(alice, { startAt: at("09:15") });
    hub.clock.advance(300_000);
    expect((await book(alice, { startAt: at("09:15"), holdId: later.body.holdId })).status).toBe(201);
  });

  test("HOLD-05, HOLD-14 extends and releases its own, and knows of no other", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const { holdId } = (await holdAs(alice)).body;
    const call = (method: string, path: string, { token }: ACitizen): Promise<CitizenAnswer> =>
      hub.request(method, `/v1/citizen/holds/${holdId}${path}`, {
        as: token,
        ...(method === "POST" ? { body: {} } : {}),
      });
    expect(refusalsOf(await call("POST", "/extend", alice))).toEqual(["HOLD-06 HOLD_NOT_EXTENDABLE "]);
    hub.clock.advance(285_000);
    expect((await call("POST", "/extend", bob)).status).toBe(404);
    expect((await call("DELETE", "", bob)).status).toBe(404);
    expect((await call("POST", "/extend", alice)).body).toMatchObject({
      version: 2,
      expiresAt: "2027-03-01T12:09:45.000Z",
    });
    expect((await call("DELETE", "", alice)).status).toBe(204);
    expect(await openings()).toEqual(["13:00 free", "13:15 free"]);
  });

  test("a stranger's hold opens nothing: naming it changes nothing for them", async () => {
    const [alice, bob] = [await aCitizen(hub), await aCitizen(hub)];
    const { holdId } = (await holdAs(alice)).body;
    expect(refusalsOf(await book(bob, { holdId }))).toEqual(["HOLD-11 OPENING_NOT_AVAILABLE /startAt"]);
    expect((await book(bob, { startAt: at("09:15"), holdId })).status).toBe(201);
    expect(await openings()).toEqual(["13:00 held", "13:15 busy"]);
  });

  test.each([
    ["SLOT-21 a private slot", { visibility: "private" }, {}, "CASC-24 OPENING_NOT_AVAILABLE /startAt"],
    [
      "SLOT-22 a slot that opens later",
      { openFrom: "2027-03-02T08:00:00-05:00" },
      {},
      "SLOT-22 OPENING_NOT_AVAILABLE /startAt",
    ],
    [
      "SVC-05 a slot for the professional's own patients",
      { serviceType: "MF" },
      {},
      "SVC-05 OPENING_NOT_AVAILABLE /startAt",
    ],
    [
      "REASON-08 a reason of another age",
      {},
      { consultationReason: "childZeroToFive" },
      "REASON-08 REASON_NOT_ALLOWED /consultationReason",
    ],
    [
      "CASC-23 the reason of triage nurses",
      {},
      { consultationReason: "redirection" },
      "CASC-23 REASON_NOT_ALLOWED /consultationReason",
    ],
    ["CASC-07 a cascade that is not theirs", {}, { cascade: "1" }, "CASC-07 CASCADE_NOT_AVAILABLE /cascade"],
  ] as const)("%s", async (_title, slotFields, fields, expected) => {
    const other = await aSlot(hub, clinic, { startAt: at("14:00"), endAt: at("14:15"), ...slotFields });
    const answer = await holdAs(await aCitizen(hub), { slotId: other.slotId, startAt: at("14:00"), ...fields });
    expect(refusalsOf(answer)).toEqual([expected]);
  });

  test.each([
    [
      "APPT-11 on a day on which they have an appointment",
      {},
      true,
      "APPT-11 PATIENT_ALREADY_BOOKED_THAT_DAY /startAt",
      0,
    ],
    [
      "SLOT-22 before the slot's opening date",
      { openFrom: "2027-03-02T08:00:00-05:00" },
      false,
      "SLOT-22 OPENING_NOT_AVAILABLE /startAt",
      1,
    ],
    [
      "SVC-05 of the professional's own patients",
      { serviceType: "MF" },
      false,
      "SVC-05 OPENING_NOT_AVAILABLE /startAt",
      1,
    ],
    [
      "REASON-08 for a reason of another age",
      { consultationReasons: ["childZeroToFive"] },
      false,
      "REASON-08 REASON_NOT_ALLOWED /consultationReason",
      0,
    ],
  ] as const)(
    "HOLD-11, %s: refused alike with the slot's reason and without one",
    async (_title, fields, isBooked, expected, alternatives) => {
      const citizen = await aCitizen(hub);
      if (isBooked) expect((await book(citizen)).status).toBe(201);
      const reasons = ["pregnancy"] as const;
      const times = { startAt: at("14:00"), endAt: at("14:15") };
      const { slotId } = await aSlot(hub, clinic, { ...times, consultationReasons: reasons, ...fields });
      const other = { startAt: at("15:00"), endAt: at("15:15"), consultationReasons: reasons };
      const another = await aSlot(hub, clinic, other);
      const [consultationReason] = { consultationReasons: reasons, ...fields }.consultationReasons;
      const named = await holdAs(citizen, { slotId, startAt: at("14:00"), consultationReason });
      const unnamed = await holdAs(citizen, { slotId, startAt: at("14:00") });
      expect(refusalsOf(unnamed)).toEqual([expected]);
      expect([unnamed.status, unnamed.body.violations]).toEqual([named.status, named.body.violations]);
      const offered = (answer: CitizenAnswer) =>
        ((answer.body.alternatives as { slotId: string }[] | undefined) ?? []).map((each) => each.slotId);
      expect(offered(unnamed)).toEqual(offered(named));
      expect(offered(unnamed).filter((each) => each === another.slotId)).toHaveLength(alternatives);
    },
  );

  test("five at once, and no more", async () => {
    const alice = await aCitizen(hub);
    const wide = await aSlot(hub, clinic, { startAt: at("16:00"), endAt: at("18:00") });
    const answers = await Promise.all(
      ["16:00", "16:15", "16:30", "16:45", "17:00", "17:15", "17:30"].map((time) =>
        holdAs(alice, { slotId: wide.slotId, startAt: at(time) }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 409, 409]);
  });

  test("a team's seats are held one by one", async () => {
    const team = await aTeam(hub, [clinic.place], 2);
    const shared = await aSlot(
      hub,
      { ...clinic, professionalId: team.professionalId },
      { startAt: at("09:00"), endAt: at("09:15") },
    );
    const of = async () => (await holdAs(await aCitizen(hub), { slotId: shared.slotId })).status;
    expect([await of(), await of(), await of()]).toEqual([201, 201, 409]);
  });
});
