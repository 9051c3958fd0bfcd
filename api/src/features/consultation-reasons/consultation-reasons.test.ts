import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment, appointmentInput, reachable } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import { consultationReasons } from "../../domain/reason.ts";
import type { ConsultationReason } from "../../domain/reason.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { OfferedOpening } from "../openings/schema.ts";
import type { ConsultationReasonBody } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let operator: string;
beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());
afterEach(async () => {
  for (const { code, active } of (await list(operator)).items) if (!active) await set(code, true);
});

async function list(as: string, query = ""): Promise<Page<ConsultationReasonBody>> {
  const answer = await hub.request<Page<ConsultationReasonBody>>("GET", `/v1/consultation-reasons${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body;
}

const update = (
  code: string,
  active: boolean,
  { as = operator, version }: { as?: string; version?: number } = {},
): Promise<TestAnswer<ConsultationReasonBody & Omit<ProblemBody, "code">>> =>
  hub.request("PATCH", `/v1/consultation-reasons/${code}`, {
    as,
    body: { active },
    ...(version === undefined ? {} : { version }),
  });

async function set(code: ConsultationReason, active: boolean): Promise<void> {
  const version = (await list(operator)).items.find((each) => each.code === code)?.version ?? 1;
  expect((await update(code, active, { version })).status).toBe(200);
}

const inactive = (pointer: string) => [`REASON-11 INACTIVE_REASON ${pointer}`];
let days = 0;
/** A day of its own for each test, from 16 March 2027 (EDT). */
const freshDay = () =>
  new Date(Date.parse("2027-03-16T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

describe("consultationReasons.list", () => {
  test("REASON-01, REASON-02 everybody reads the catalogue: codes, texts in both languages, ages, online or not", async () => {
    const citizen = await aCitizen(hub);
    for (const { token } of [clinic.admin, clinic.professional, clinic.machine, citizen, { token: operator }]) {
      const { items, nextCursor } = await list(token);
      expect(items.map(({ code }) => code)).toEqual(consultationReasons);
      expect(items.every(({ active, version }) => active && version === 1)).toBe(true);
      expect(nextCursor).toBeNull();
    }
    const { items } = await list(citizen.token);
    expect(items.filter(({ visibleOnline }) => !visibleOnline).map(({ code }) => code)).toEqual(["redirection"]);
    expect(items.filter(({ ages }) => ages.from !== null || ages.to !== null)).toMatchObject([
      {
        code: "regular",
        ages: { from: 6, to: null },
        fr: { label: "Suivi régulier" },
        en: { label: "Regular follow-up" },
      },
      { code: "childZeroToFive", ages: { from: null, to: 5 } },
    ]);
  });

  test("pages follow one another, and `active` filters", async () => {
    await set("periodic", false);
    const first = await list(operator, "?active=true&limit=4");
    const second = await list(operator, `?active=true&limit=4&cursor=${String(first.nextCursor)}`);
    expect([...first.items, ...second.items].map(({ code }) => code)).toEqual(
      consultationReasons.filter((code) => code !== "periodic"),
    );
    expect(second.nextCursor).toBeNull();
    expect((await list(operator, "?active=false")).items.map(({ code }) => code)).toEqual(["periodic"]);
  });
});

describe("consultationReasons.update", () => {
  test("REASON-11 the operator makes a reason inactive, and active again, for every establishment", async () => {
    const first = await update("pregnancy", false, { version: 1 });
    expect([first.status, first.headers.get("etag")]).toEqual([200, '"v2"']);
    expect(first.body).toMatchObject({ code: "pregnancy", active: false, version: 2 });
    const listed = (await list(clinic.machine.token)).items.find(({ code }) => code === "pregnancy");
    expect(listed).toEqual(first.body);
    expect((await update("pregnancy", false, { version: 2 })).body.version).toBe(2);
    expect((await update("pregnancy", true, { version: 2 })).body).toMatchObject({ active: true, version: 3 });
  });

  test("nobody else does", async () => {
    const { token } = await aCitizen(hub);
    for (const as of [clinic.admin.token, clinic.machine.token, token])
      expect((await update("priority", false, { as, version: 1 })).status).toBe(403);
  });

  test("If-Match is required, a stale one is answered with the reason as it is, and of two writers one wins", async () => {
    expect((await update("priority", false)).status).toBe(428);
    const answers = await Promise.all([1, 2, 3].map(() => update("priority", false, { version: 1 })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const stale = answers.find(({ status }) => status === 412);
    expect(stale?.body.current).toMatchObject({ code: "priority", active: false, version: 2 });
  });

  test("a reason that is none of the catalogue's does not follow the contract", async () => {
    for (const code of ["allReasons", "toString", "unknown"])
      expect(refusalsOf(await update(code, false, { version: 1 }))).toEqual(["CONTRACT INVALID_REQUEST /path/code"]);
  });
});

test("REASON-11 every establishment's followers are told, with what became of it", async () => {
  const other = await aClinic(hub);
  const feed = async (as: string) => {
    const { body } = await hub.request<{ items: { objectType: string }[] }>("GET", "/v1/changes?limit=1000", { as });
    return body.items.filter(({ objectType }) => objectType === "consultationReason");
  };
  const before = (await feed(other.machine.token)).length;
  await set("pregnancy", false);
  await set("pregnancy", true);
  for (const as of [other.machine.token, other.admin.token]) {
    expect((await feed(as)).slice(before)).toMatchObject([
      {
        objectId: "pregnancy",
        operation: "updated",
        status: "inactive",
        changed: ["active"],
        placeIds: [other.placeId],
      },
      { objectId: "pregnancy", operation: "updated", status: "active", changed: ["active"] },
    ]);
  }
});

describe("REASON-11 an inactive reason", () => {
  const services = (body: object, as = clinic.admin.token) =>
    hub.request<{ serviceId: string } & ProblemBody>("POST", "/v1/services", { as, body });
  const book = ({ token }: ACitizen, body: object) =>
    hub.request<ProblemBody & { appointmentId: string }>("POST", "/v1/citizen/appointments", {
      as: token,
      body: { homePhone: reachable.homePhone, communicationModes: ["phone"], ...body },
    });
  const search = (citizen: ACitizen, consultationReason: ConsultationReason) =>
    searchAsCitizen<Page<OfferedOpening> & ProblemBody>(hub, citizen, {
      ...{ cascade: "3", placeId: clinic.placeId, consultationReason },
    });

  test("REASON-11 is chosen for no new service, by staff or machine; services that have it stay", async () => {
    const body = { professionalId: clinic.professionalId, type: "GEN", durationMinutes: 20 };
    const made = await services({ ...body, consultationReason: "pregnancy" });
    expect(made.status).toBe(201);
    await set("pregnancy", false);
    for (const as of [clinic.admin.token, clinic.machine.token]) {
      const refused = await services({ ...body, durationMinutes: 30, consultationReason: "pregnancy" }, as);
      expect([refused.status, refusalsOf(refused)]).toEqual([422, inactive("/consultationReason")]);
    }
    expect((await services({ ...body, consultationReason: "allReasons" })).status).toBe(201);
    const read = await hub.request("GET", `/v1/services/${made.body.serviceId}`, { as: clinic.admin.token });
    expect(read.body).toMatchObject({ consultationReason: "pregnancy", active: true });
    await set("pregnancy", true);
    expect((await services({ ...body, durationMinutes: 30, consultationReason: "pregnancy" })).status).toBe(201);
  });

  test("REASON-11 is neither searched, held nor booked by citizens, nor shown beside reasons that are active", async () => {
    const day = freshDay();
    const consultationReasons: ConsultationReason[] = ["regular", "periodic"];
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00"), consultationReasons });
    const opening = { slotId: slot.slotId, startAt: at(day) };
    const alice = await aCitizen(hub);
    const reasonsShown = async () =>
      (await search(alice, "regular")).body.items
        .filter(({ slotId }) => slotId === slot.slotId)
        .map((item) => item.consultationReasons);
    expect(await reasonsShown()).toEqual(Array(4).fill(consultationReasons));
    await set("periodic", false);
    const refused = await search(alice, "periodic");
    expect([refused.status, refusalsOf(refused)]).toEqual([422, inactive("/consultationReason")]);
    expect(await reasonsShown()).toEqual(Array(4).fill(["regular"]));
    expect(refusalsOf(await book(alice, { ...opening, consultationReason: "periodic" }))).toEqual(
      inactive("/consultationReason"),
    );
    const hold = (body: object) =>
      hub.request<ProblemBody>("POST", "/v1/citizen/holds", { as: alice.token, body: { ...opening, ...body } });
    expect(refusalsOf(await hold({ consultationReason: "periodic" }))).toEqual(inactive("/consultationReason"));
    expect((await hold({})).status).toBe(201);
    expect((await book(alice, { ...opening, consultationReason: "regular" })).status).toBe(201);
  });

  test("REASON-11 an opening for nothing else is not held without a reason either", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, {
      startAt: at(day),
      endAt: at(day, "10:00"),
      consultationReasons: ["priority"],
    });
    const opening = { slotId: slot.slotId, startAt: at(day) };
    const { token } = await aCitizen(hub);
    await set("priority", false);
    const lost = await hub.request<ProblemBody>("POST", "/v1/citizen/holds", { as: token, body: opening });
    expect(refusalsOf(lost)).toEqual(inactive("/consultationReason"));
    for (const code of consultationReasons) if (code !== "priority") await set(code, false);
    const none = await hub.request<ProblemBody>("POST", "/v1/citizen/holds", { as: token, body: opening });
    expect(refusalsOf(none)).toEqual(inactive("/consultationReason"));
  });

  test("REASON-11 a lost opening's alternatives do not show it", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, {
      startAt: at(day),
      endAt: at(day, "10:00"),
      consultationReasons: ["regular", "minorEmergency"],
    });
    const opening = { slotId: slot.slotId, startAt: at(day), consultationReason: "regular" };
    await set("minorEmergency", false);
    expect((await book(await aCitizen(hub), opening)).status).toBe(201);
    const lost = await book(await aCitizen(hub), opening);
    expect(lost.body.alternatives).toMatchObject(Array(3).fill({ consultationReasons: ["regular"] }));
  });

  test("REASON-11 is not chosen by the clinic, in a new appointment or in place of another reason", async () => {
    const startAt = at(freshDay());
    const made = await anAppointment(hub, clinic, { startAt, consultationReason: "pregnancy" });
    const without = await anAppointment(hub, clinic, { startAt: at(freshDay()) });
    await set("pregnancy", false);
    const create = (as: string) =>
      hub.request<ProblemBody>("POST", "/v1/appointments", {
        as,
        body: appointmentInput(clinic, { startAt: at(freshDay()), consultationReason: "pregnancy" }),
      });
    for (const { token } of [clinic.admin, clinic.machine])
      expect(refusalsOf(await create(token))).toEqual(inactive("/consultationReason"));
    const patch = (appointmentId: string, body: object, version = 1) =>
      hub.request<ProblemBody & { version: number }>("PATCH", `/v1/appointments/${appointmentId}`, {
        as: clinic.admin.token,
        body,
        version,
      });
    expect(refusalsOf(await patch(without.appointmentId, { consultationReason: "pregnancy" }))).toEqual(
      inactive("/consultationReason"),
    );
    // What exists keeps it, and can be sent again as it is.
    const kept = await patch(made.appointmentId, { consultationReason: "pregnancy", clinicNote: "À rappeler" });
    expect([kept.status, kept.body]).toMatchObject([200, { consultationReason: "pregnancy", version: 2 }]);
    expect((await patch(made.appointmentId, { consultationReason: null }, 2)).status).toBe(200);
    expect(refusalsOf(await patch(made.appointmentId, { consultationReason: "pregnancy" }, 3))).toEqual(
      inactive("/consultationReason"),
    );
  });

  test("REASON-11 a machine's push with it is refused, by line", async () => {
    await set("regular", false);
    const push = (externalId: string, fields: object) => ({
      externalId,
      ...appointmentInput(clinic, { startAt: at(freshDay()), ...fields }),
    });
    const { body } = await hub.request<{ outcome: string; violations?: { rule: string }[] }[]>(
      "POST",
      "/v1/appointments/batch",
      {
        as: clinic.machine.token,
        ndjson: true,
        body: [
          push("reason-1", { consultationReason: "regular" }),
          push("reason-2", { consultationReason: "priority" }),
        ],
      },
    );
    expect(body.map(({ outcome }) => outcome)).toEqual(["refused", "created"]);
    expect(JSON.stringify(body[0])).toContain("REASON-11");
  });
});

test("REASON-10 the time frames of the texts bind nobody: an emergency in weeks, a periodic visit tomorrow", async () => {
  for (const [consultationReason, day] of [
    ["minorEmergency", "2027-04-20"],
    ["priority", "2027-04-21"],
    ["periodic", "2027-03-02"],
  ] as const) {
    const startAt = `${day}T10:00:00Z`;
    const slot = await aSlot(hub, clinic, { startAt, endAt: `${day}T10:15:00Z` });
    const { homePhone, email } = reachable;
    const booked = await hub.request("POST", "/v1/citizen/appointments", {
      as: (await aCitizen(hub)).token,
      body: { slotId: slot.slotId, startAt, consultationReason, homePhone, email },
    });
    expect([consultationReason, booked.status]).toEqual([consultationReason, 201]);
    const made = await anAppointment(hub, clinic, { startAt: `${day}T15:00:00Z`, consultationReason });
    expect(made.consultationReason).toBe(consultationReason);
  }
});
