import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, changesOf, openingsOf } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { putReasonState } from "../consultation-reasons/store.ts";
import type { Slot } from "../slots/schema.ts";
import type { AppliedTemplate, ScheduleTemplate } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const offered = { type: "GEN", consultationReason: "allReasons", durationMinutes: 15 };
const monday = { weekday: "monday", startTime: "08:00", endTime: "10:00", services: [offered], visibility: "public" };
const friday = { ...monday, weekday: "friday", startTime: "13:00", endTime: "15:00", visibility: "private" };

const template = async (clinic: AClinic, change: object = {}): Promise<ScheduleTemplate> => {
  const body = {
    placeId: clinic.placeId,
    name: `Modèle ${String(hub.count())}`,
    professions: ["physician"],
    professionalIds: [clinic.professionalId],
    slots: [monday, friday],
    ...change,
  };
  const answer = await hub.request<ScheduleTemplate>("POST", "/v1/schedule-templates", {
    as: clinic.admin.token,
    body,
  });
  expect([answer.status, answer.status === 201 ? "" : JSON.stringify(answer.body)]).toEqual([201, ""]);
  return answer.body;
};
const apply = <T = AppliedTemplate>(
  clinic: AClinic,
  { templateId }: ScheduleTemplate,
  { as = clinic.admin.token, query = "", ...change }: { as?: string; query?: string; [field: string]: unknown } = {},
): Promise<TestAnswer<T>> => {
  const { professionalId, placeId } = clinic;
  const body = { professionalId, templateId, placeId, week: "2027-03-10", ...change };
  return hub.request<T>("POST", `/v1/weeks/apply-template${query}`, { as, body });
};
const refusals = async (asked: Promise<TestAnswer<ProblemBody>>): Promise<(string | number)[]> => {
  const answer = await asked;
  return [answer.status, ...refusalsOf(answer)];
};
const slotsOf = async (clinic: AClinic): Promise<Slot[]> => {
  const path = `/v1/slots?professionalId=${clinic.professionalId}&limit=1000`;
  return (await hub.request<{ items: Slot[] }>("GET", path, { as: clinic.admin.token })).body.items;
};

describe("applying", () => {
  test("TPL-05 to the selected week only: its slots, their openings, each announced", async () => {
    const clinic = await aClinic(hub);
    const answer = await apply(clinic, await template(clinic));
    expect(answer.status).toBe(201);
    const serviceIds = [clinic.service.serviceId];
    expect(answer.body).toEqual({
      created: 2,
      weeks: [{ weekStart: "2027-03-07", created: 2 }],
      slots: [
        {
          slotId: answer.body.slots[0]?.slotId,
          startAt: "2027-03-08T08:00:00-05:00",
          endAt: "2027-03-08T10:00:00-05:00",
          serviceIds,
          visibility: "public",
          openFrom: null,
        },
        {
          slotId: answer.body.slots[1]?.slotId,
          startAt: "2027-03-12T13:00:00-05:00",
          endAt: "2027-03-12T15:00:00-05:00",
          serviceIds,
          visibility: "private",
          openFrom: null,
        },
      ],
      warnings: [],
    });
    const slots = await slotsOf(clinic);
    expect(slots.map(({ slotId }) => slotId)).toEqual(answer.body.slots.map(({ slotId }) => slotId));
    expect(slots[0]).toMatchObject({
      version: 1,
      placeId: clinic.placeId,
      status: "complete",
      serviceType: "GEN",
      durationMinutes: 15,
      consultationReasons: ["allReasons"],
    });
    expect(await openingsOf(hub, clinic.establishmentId, slots[0]?.slotId ?? "")).toHaveLength(8);
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(({ objectType }) => objectType === "slot");
    expect(changes.map(({ objectId, operation }) => [objectId, operation])).toEqual(
      slots.map(({ slotId }) => [slotId, "created"]),
    );
  });

  test("TPL-06 TPL-33 TPL-12 additional weeks follow directly, local times and openings across the clock change", async () => {
    const clinic = await aClinic(hub);
    const slots = [{ ...monday, openDaysBefore: 7, openTime: "07:30" }];
    const { body } = await apply(clinic, await template(clinic, { slots }), { additionalWeeks: 2 });
    expect(body.weeks).toEqual([
      { weekStart: "2027-03-07", created: 1 },
      { weekStart: "2027-03-14", created: 1 },
      { weekStart: "2027-03-21", created: 1 },
    ]);
    expect(body.slots.map(({ startAt, openFrom }) => [startAt, openFrom])).toEqual([
      ["2027-03-08T08:00:00-05:00", "2027-03-01T07:30:00-05:00"],
      ["2027-03-15T08:00:00-04:00", "2027-03-08T07:30:00-05:00"],
      ["2027-03-22T08:00:00-04:00", "2027-03-15T07:30:00-04:00"],
    ]);
    expect((await slotsOf(clinic)).map(({ openFrom }) => openFrom)).toEqual(body.slots.map(({ openFrom }) => openFrom));
  });

  test("TPL-06 52 weeks on top of the selected one, not 53", async () => {
    const clinic = await aClinic(hub);
    const year = await template(clinic);
    expect(await refusals(apply<ProblemBody>(clinic, year, { additionalWeeks: 53 }))).toEqual([
      422,
      "TPL-06 OUT_OF_RANGE /additionalWeeks",
    ]);
    expect(await refusals(apply<ProblemBody>(clinic, year, { additionalWeeks: -1 }))).toEqual([
      422,
      "TPL-06 OUT_OF_RANGE /additionalWeeks",
    ]);
    const { status, body } = await apply(clinic, year, { additionalWeeks: 52 });
    expect([status, body.created, body.weeks.length]).toEqual([201, 106, 53]);
  });

  test("TPL-10 TPL-11 what the weeks hold stays, and is not asked", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aPlace(hub, clinic);
    const both = await aProfessional(hub, [clinic.place, elsewhere]);
    const service = await aService(hub, both);
    const of = { ...clinic, professionalId: both.professionalId, service };
    const held = await hub.request<Slot>("POST", "/v1/slots", {
      as: clinic.admin.token,
      body: {
        professionalId: both.professionalId,
        placeId: clinic.placeId,
        startAt: "2027-03-08T09:00:00-05:00",
        endAt: "2027-03-08T11:00:00-05:00",
        serviceIds: [service.serviceId],
        visibility: "public",
        openFrom: "2027-03-05T08:00:00-05:00",
      },
    });
    expect(held.status).toBe(201);
    const body = { startAt: "2027-03-08T08:15:00-05:00", placeId: elsewhere.placeId };
    const appointment = await anAppointment(hub, of, body, clinic.admin.token);
    const made = await template(of, { professionalIds: [both.professionalId] });
    const applied = await apply(of, made);
    expect([applied.status, applied.body.created]).toEqual([201, 2]);
    const slots = await slotsOf(of);
    expect(slots.find(({ slotId }) => slotId === held.body.slotId)).toEqual(held.body);
    expect(slots).toHaveLength(3);
    const path = `/v1/appointments/${appointment.appointmentId}`;
    const after = await hub.request("GET", path, { as: clinic.admin.token });
    expect(after.body).toMatchObject({
      version: 1,
      status: "active",
      startAt: body.startAt,
      placeId: elsewhere.placeId,
    });
    const openings = await openingsOf(hub, clinic.establishmentId, applied.body.slots[0]?.slotId ?? "");
    expect(openings.slice(0, 3)).toEqual(["13:00 free", "13:15 busy", "13:30 free"]);
    expect((await apply(of, made)).body.created).toBe(2);
    expect(await slotsOf(of)).toHaveLength(5);
  });

  test("TPL-13 a dry run tells the slots that would be created, and creates none", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    const before = await changesOf(hub, clinic.establishmentId);
    const tried = await apply(clinic, made, { query: "?dryRun=true", additionalWeeks: 1 });
    expect([tried.status, tried.body.created]).toEqual([201, 4]);
    expect(await slotsOf(clinic)).toEqual([]);
    expect(await changesOf(hub, clinic.establishmentId)).toEqual(before);
    const done = await apply(clinic, made, { additionalWeeks: 1 });
    const told = ({ slots }: AppliedTemplate) => slots.map((slot) => ({ ...slot, slotId: "" }));
    expect(told(tried.body)).toEqual(told(done.body));
  });

  test("TPL-05 the same key applies it once", async () => {
    const clinic = await aClinic(hub);
    const { templateId } = await template(clinic);
    const { professionalId, placeId } = clinic;
    const request = {
      as: clinic.admin.token,
      key: "apply-template-0001",
      body: { professionalId, templateId, placeId, week: "2027-03-10" },
    };
    const first = await hub.request("POST", "/v1/weeks/apply-template", request);
    const again = await hub.request("POST", "/v1/weeks/apply-template", request);
    expect(again.body).toEqual(first.body);
    expect(await slotsOf(clinic)).toHaveLength(2);
  });

  test("TPL-26 a start that the spring change skips is left out, and told", async () => {
    const clinic = await aClinic(hub);
    const night = { ...monday, weekday: "sunday", startTime: "02:30", endTime: "06:00" };
    const made = await template(clinic, { slots: [night, monday] });
    const { body } = await apply(clinic, made, { week: "2027-03-14" });
    expect(body.weeks).toEqual([{ weekStart: "2027-03-14", created: 1 }]);
    expect(body.warnings.map(({ rule, code, pointer }) => [rule, code, pointer])).toEqual([
      ["TPL-26", "LOCAL_TIME_SKIPPED", ""],
    ]);
    expect(body.warnings[0]?.detail).toBe(
      "Plages non créées, car le changement d'heure supprime leur heure de début : 1.",
    );
  });

  test("TPL-44 slots that were made from it stay when it is changed or deleted", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    await apply(clinic, made);
    const slots = await slotsOf(clinic);
    const path = `/v1/schedule-templates/${made.templateId}`;
    const as = clinic.admin.token;
    expect((await hub.request("PATCH", path, { as, body: { slots: [friday] }, version: 1 })).status).toBe(200);
    expect(await slotsOf(clinic)).toEqual(slots);
    expect((await hub.request("DELETE", path, { as, version: 2 })).status).toBe(204);
    expect(await slotsOf(clinic)).toEqual(slots);
    expect((await apply<ProblemBody>(clinic, made)).status).toBe(404);
  });
});

describe("refused", () => {
  test("TPL-07 when one slot would end in the past, and nothing is created", async () => {
    const clinic = await aClinic(hub);
    const early = { ...monday, startTime: "05:00", endTime: "06:59" };
    const past = await template(clinic, { slots: [early, friday] });
    const refused = apply<ProblemBody>(clinic, past, { week: "2027-03-01", additionalWeeks: 3 });
    expect(await refusals(refused)).toEqual([422, "TPL-07 SLOT_IN_PAST /week"]);
    expect(await slotsOf(clinic)).toEqual([]);
    const underWay = await template(clinic, { slots: [{ ...early, endTime: "07:30" }, friday] });
    expect((await apply(clinic, underWay, { week: "2027-03-01" })).body.created).toBe(2);
  });

  test("TPL-08 TPL-09 naming each service that the professional does not offer; a colleague's does not help", async () => {
    const clinic = await aClinic(hub);
    const colleague = await aProfessional(hub, [clinic.place]);
    await aService(hub, colleague, { consultationReason: "regular" });
    await aService(hub, colleague, { consultationReason: "regular", durationMinutes: 30 });
    const services = [{ ...offered, consultationReason: "regular" }];
    const longer = [{ ...offered, consultationReason: "regular", durationMinutes: 30 }];
    const slots = [monday, { ...monday, services }, { ...friday, services: longer }, { ...friday, services }];
    const professionalIds = [clinic.professionalId, colleague.professionalId];
    const answer = await apply<ProblemBody>(clinic, await template(clinic, { slots, professionalIds }));
    expect([answer.status, ...refusalsOf(answer)]).toEqual([
      422,
      "TPL-08 SERVICE_NOT_OFFERED /templateId",
      "TPL-08 SERVICE_NOT_OFFERED /templateId",
    ]);
    expect(answer.body.violations.map(({ detail }) => detail)).toEqual([
      "Service non offert : GEN regular 15 min.",
      "Service non offert : GEN regular 30 min.",
    ]);
    expect(await slotsOf(clinic)).toEqual([]);
  });

  test("TPL-09 a service that has been deleted is not offered", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    const path = `/v1/services/${clinic.service.serviceId}`;
    expect((await hub.request("DELETE", path, { as: clinic.admin.token, version: 1 })).status).toBe(204);
    expect(await refusals(apply<ProblemBody>(clinic, made))).toEqual([422, "TPL-08 SERVICE_NOT_OFFERED /templateId"]);
  });

  test("TPL-09 REASON-11 a service whose reason has become inactive", async () => {
    const clinic = await aClinic(hub, { service: { consultationReason: "redirection" } });
    const made = await template(clinic, {
      slots: [{ ...monday, services: [{ ...offered, consultationReason: "redirection" }] }],
    });
    const state = { code: "redirection", version: 1, changedAt: hub.clock.now() } as const;
    await hub.write([], (tx) => putReasonState(tx, { ...state, active: false }));
    const refused = await apply<ProblemBody>(clinic, made);
    await hub.write([], (tx) => putReasonState(tx, { ...state, active: true }));
    expect([refused.status, ...refusalsOf(refused)]).toEqual([422, "TPL-09 INACTIVE_REASON /templateId"]);
    expect(refused.body.detail).toBe("Raison de consultation inactive : GEN redirection 15 min.");
    expect((await apply(clinic, made)).status).toBe(201);
  });

  test("TPL-04 a template of another place, TPL-40 a professional whom it does not list", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aPlace(hub, clinic);
    const colleague = await aProfessional(hub, [clinic.place]);
    await aService(hub, colleague);
    const made = await template(clinic);
    expect(await refusals(apply<ProblemBody>(clinic, made, { placeId: elsewhere.placeId }))).toEqual([
      422,
      "TPL-04 TEMPLATE_PLACE_MISMATCH /placeId",
    ]);
    const { professionalId } = colleague;
    expect(await refusals(apply<ProblemBody>(clinic, made, { professionalId }))).toEqual([
      422,
      "TPL-40 TEMPLATE_NOT_FOR_PROFESSIONAL /professionalId",
    ]);
  });

  test("TPL-01 TPL-02 what is not there is named by its field", async () => {
    const [clinic, other] = [await aClinic(hub), await aClinic(hub)];
    const [made, foreign] = [await template(clinic), await template(other)];
    expect(await refusals(apply<ProblemBody>(clinic, foreign))).toEqual([404, "CONTRACT NOT_FOUND /templateId"]);
    const { professionalId } = other;
    expect(await refusals(apply<ProblemBody>(clinic, made, { professionalId }))).toEqual([
      404,
      "CONTRACT NOT_FOUND /professionalId",
    ]);
  });

  test("SLOT-13 a professional who works elsewhere by now, PLACE-07 a place that has ended by now", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    const { establishmentId, professionalId } = clinic;
    await hub.write(
      [establishmentId],
      (tx) => tx.sql`DELETE FROM professional_place WHERE professional_id = ${professionalId}`,
    );
    expect(await refusals(apply<ProblemBody>(clinic, made))).toEqual([
      422,
      "SLOT-13 PLACE_NOT_WORK_PLACE /placeId",
      "TPL-40 TEMPLATE_NOT_FOR_PROFESSIONAL /professionalId",
    ]);
    const other = await aClinic(hub);
    const there = await template(other);
    await hub.write(
      [other.establishmentId],
      (tx) => tx.sql`UPDATE place SET end_date = '2027-02-28' WHERE place_id = ${other.placeId}`,
    );
    expect(await refusals(apply<ProblemBody>(other, there))).toEqual([422, "PLACE-07 PLACE_ENDED /placeId"]);
  });
});

describe("who may", () => {
  test("TPL-01 TPL-02 a professional to their own agenda, and who writes it at the template's place", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    expect((await apply(clinic, made, { as: clinic.professional.token })).status).toBe(201);
    const { placeId, professionalId } = clinic;
    const secretary = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, secretary, { placeId, professionalId, access: "write" });
    expect((await apply(clinic, made, { as: secretary.token })).status).toBe(201);
    const superUser = await anEmployee(hub, clinic, { profile: "superUser" });
    expect((await apply(clinic, made, { as: superUser.token })).status).toBe(201);
  });

  test("TPL-01 TPL-02 nobody who writes no agenda, nor who writes another's, or another place's, only", async () => {
    const clinic = await aClinic(hub);
    const elsewhere = await aPlace(hub, clinic);
    const made = await template(clinic);
    const { placeId, professionalId } = clinic;
    const user = async (access: "read" | "write", at: string) => {
      const person = await anEmployee(hub, clinic, { places: [clinic.place, elsewhere] });
      await aGrant(hub, person, { placeId: at, professionalId, access });
      return person.token;
    };
    const colleague = await aProfessional(hub, [clinic.place]);
    const asked = async (as: string) => refusals(apply<ProblemBody>(clinic, made, { as }));
    expect(await asked(await user("read", placeId))).toEqual([403, "TPL-01 FORBIDDEN "]);
    expect(await asked(await user("write", elsewhere.placeId))).toEqual([403, "TPL-02 FORBIDDEN "]);
    expect(await asked(colleague.token)).toEqual([403, "TPL-02 FORBIDDEN "]);
    expect(await slotsOf(clinic)).toEqual([]);
  });

  test("TPL-01 templates are staff's: agenda software neither reads nor applies them", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    expect((await apply<ProblemBody>(clinic, made, { as: clinic.machine.token })).status).toBe(403);
    const list = await hub.request("GET", "/v1/schedule-templates", { as: clinic.machine.token });
    expect(list.status).toBe(403);
  });
});

describe("together with others", () => {
  test("TPL-11 of two applications at once and a deletion of the service, slots only carry what is offered", async () => {
    const clinic = await aClinic(hub);
    const made = await template(clinic);
    const path = `/v1/services/${clinic.service.serviceId}`;
    const [one, two, deleted] = await Promise.all([
      apply(clinic, made),
      apply(clinic, made),
      hub.request("DELETE", path, { as: clinic.admin.token, version: 1 }),
    ]);
    const slots = await slotsOf(clinic);
    const applied = [one, two].filter(({ status }) => status === 201).length;
    expect(slots).toHaveLength(applied * 2);
    // SVC-18: a service on a slot to come is not deleted.
    expect(deleted.status === 204).toBe(slots.length === 0);
  });
});
