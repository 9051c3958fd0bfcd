import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anAppointment, openingsOf } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic, aGrant, anEmployee, aPlace, aProfessional, aService } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { putReasonState } from "../consultation-reasons/store.ts";
import type { ServiceGroup } from "../service-groups/schema.ts";
import type { Slot } from "../slots/schema.ts";
import type { QuickCreated, WeekCopied, WeekDeleted } from "./schema.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const post = <T>(operation: string, as: string, body: object) =>
  hub.request<T>("POST", `/v1/weeks/${operation}`, { as, body });
const expected = async <T>(status: number, asked: Promise<{ status: number; body: T }>): Promise<T> => {
  const answer = await asked;
  expect([answer.status, answer.status === status ? "" : JSON.stringify(answer.body)]).toEqual([status, ""]);
  return answer.body;
};
const refused = async (operation: string, as: string, body: object) => {
  const answer = await post<ProblemBody>(operation, as, body);
  return [answer.status, ...refusalsOf(answer)];
};

const complete = (clinic: AClinic) => ({
  placeId: clinic.placeId,
  serviceIds: [clinic.service.serviceId],
  visibility: "public",
});
const morning = (date: string, offset = "-05:00") => ({
  startAt: `${date}T09:00:00${offset}`,
  endAt: `${date}T10:00:00${offset}`,
});
const quick = (clinic: AClinic, change: object = {}) => ({
  professionalId: clinic.professionalId,
  weekStart: "2027-03-08",
  slots: [{ ...morning("2027-03-08"), ...complete(clinic) }, morning("2027-03-09")],
  ...change,
});
const copy = ({ professionalId }: { professionalId: string }, change: object = {}) => ({
  professionalId,
  sourceWeek: "2027-03-10",
  weeks: 1,
  interval: 1,
  ...change,
});

const slotsOf = async (clinic: AClinic): Promise<Slot[]> => {
  const path = `/v1/slots?professionalId=${clinic.professionalId}&limit=1000`;
  return (await expected(200, hub.request<{ items: Slot[] }>("GET", path, { as: clinic.admin.token }))).items;
};
const create = (clinic: AClinic, fields: object = {}, as = clinic.admin.token): Promise<Slot> => {
  const body = { professionalId: clinic.professionalId, ...morning("2027-03-08"), ...complete(clinic), ...fields };
  return expected(201, hub.request<Slot>("POST", "/v1/slots", { as, body }));
};
const bare = { placeId: null, serviceIds: null, visibility: null };
const announcedOf = async ({ establishmentId }: AClinic) =>
  hub.write([establishmentId], async (tx) => [
    ...(await tx.sql<{ operation: string; object_id: string }[]>`
      SELECT operation, object_id FROM change WHERE object_type = 'slot' AND establishment_id = ${establishmentId} ORDER BY seq`),
  ]);

describe("who may", () => {
  test("SCHED-01 SCHED-10 SCHED-30 local administrators, super users and the professional", async () => {
    const clinic = await aClinic(hub);
    const superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
    const mondays = ["2027-04-05", "2027-05-03", "2027-06-07", "2027-07-05"];
    const allowed = [clinic.admin, superUser, clinic.professional, clinic.machine];
    for (const [n, { token }] of allowed.entries()) {
      const monday = mondays[n] ?? "";
      const slots = [morning(monday, "-04:00")];
      await expected(201, post("quick-create", token, quick(clinic, { weekStart: monday, slots })));
      const copied = await expected(201, post<WeekCopied>("copy", token, copy(clinic, { sourceWeek: monday })));
      expect(copied.created).toBe(1);
      const deleted = await expected(
        200,
        post<WeekDeleted>("delete", token, { professionalId: clinic.professionalId, week: monday }),
      );
      expect(deleted.deleted).toBe(1);
    }
  });

  test("SCHED-01 SCHED-02 SCHED-10 SCHED-30 a grant is not enough", async () => {
    const clinic = await aClinic(hub);
    const { professionalId, placeId } = clinic;
    const writer = await anEmployee(hub, clinic, { places: [clinic.place] });
    await aGrant(hub, writer, { placeId, professionalId, access: "write" });
    const colleague = await aProfessional(hub, [clinic.place]);
    const week = { professionalId, week: "2027-03-08" };
    expect(await refused("quick-create", writer.token, quick(clinic))).toEqual([403, "SCHED-02 FORBIDDEN "]);
    expect(await refused("quick-create", colleague.token, quick(clinic))).toEqual([403, "SCHED-01 FORBIDDEN "]);
    for (const { token } of [writer, colleague]) {
      expect(await refused("copy", token, copy(clinic))).toEqual([403, "SCHED-10 FORBIDDEN "]);
      expect(await refused("delete", token, week)).toEqual([403, "SCHED-30 FORBIDDEN "]);
    }
    expect(await slotsOf(clinic)).toEqual([]);
  });

  test("LCGA-02 LCGA-03 a machine needs a link with every place of the professional, kept ones included", async () => {
    const clinic = await aClinic(hub);
    const other = await aPlace(hub, clinic);
    const both = await aProfessional(hub, [clinic.place, other]);
    const { token } = clinic.machine;
    const notLinked = [403, "LCGA-02 MACHINE_NOT_LINKED "];
    const week = { professionalId: both.professionalId, week: "2027-03-08" };
    const { professionalId } = both;
    expect(await refused("quick-create", token, quick(clinic, { professionalId }))).toEqual(notLinked);
    expect(await refused("copy", token, copy(both))).toEqual(notLinked);
    expect(await refused("delete", token, week)).toEqual(notLinked);

    // EMP-16: a slot that has kept a place where the professional works no more.
    await create(clinic, {});
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`UPDATE slot SET place_id = ${other.placeId} WHERE professional_id = ${clinic.professionalId}`;
    });
    expect(await refused("delete", token, { ...week, professionalId: clinic.professionalId })).toEqual(notLinked);
    expect(await refused("copy", token, copy(clinic))).toEqual(notLinked);
    expect(await slotsOf(clinic)).toHaveLength(1);
  });

  test("the professional of another clinic is none", async () => {
    const [clinic, other] = [await aClinic(hub), await aClinic(hub)];
    const nobody = [404, "CONTRACT NOT_FOUND /professionalId"];
    for (const { token } of [clinic.admin, clinic.machine]) {
      expect(await refused("quick-create", token, quick(other))).toEqual(nobody);
      expect(await refused("copy", token, copy(other))).toEqual(nobody);
      expect(await refused("delete", token, { professionalId: other.professionalId, week: "2027-03-08" })).toEqual(
        nobody,
      );
    }
  });
});

describe("quick creation", () => {
  test("SCHED-07 SCHED-08 fills an empty week, with openings for what is complete", async () => {
    const clinic = await aClinic(hub);
    const answer = await post<QuickCreated>("quick-create", clinic.admin.token, quick(clinic));
    expect(answer.status).toBe(201);
    const { created, slots, warnings } = answer.body;
    expect(created).toBe(2);
    expect(slots).toEqual(await slotsOf(clinic));
    expect(slots.map(({ status, visibility }) => [status, visibility])).toEqual([
      ["complete", "public"],
      ["incomplete", null],
    ]);
    expect(warnings.map(({ rule, code }) => `${rule} ${code}`)).toEqual(["SCHED-07 SLOTS_INCOMPLETE"]);
    expect(warnings[0]?.detail).toBe("Plages incomplètes : 1. Les citoyens ne les verront qu'une fois complétées.");
    const citizen = await aCitizen(hub);
    const found = await expected(200, searchAsCitizen(hub, citizen, { cascade: "3", placeId: clinic.placeId }));
    expect(new Set(found.items.map(({ slotId }) => slotId))).toEqual(new Set([slots[0]?.slotId]));
    expect((await announcedOf(clinic)).map((change) => change.object_id)).toEqual(slots.map(({ slotId }) => slotId));
  });

  test("SCHED-04 a week that holds a slot at any place is not empty, and nothing is created", async () => {
    const clinic = await aClinic(hub);
    await create(clinic, { ...morning("2027-03-14", "-04:00"), ...bare });
    expect(await refused("quick-create", clinic.admin.token, quick(clinic))).toEqual([
      409,
      "SCHED-04 WEEK_NOT_EMPTY /weekStart",
    ]);
    expect(await slotsOf(clinic)).toHaveLength(1);
  });

  test("SCHED-05 appointments in the week do not count, stay, and take their openings", async () => {
    const clinic = await aClinic(hub);
    const before = await anAppointment(hub, clinic);
    const { slots } = await expected(201, post<QuickCreated>("quick-create", clinic.admin.token, quick(clinic)));
    const read = await hub.request("GET", `/v1/appointments/${before.appointmentId}`, { as: clinic.machine.token });
    expect(read.body).toMatchObject({ version: 1, status: "active", startAt: before.startAt });
    expect((await openingsOf(hub, clinic.establishmentId, slots[0]?.slotId ?? ""))[0]).toBe("14:00 busy");
  });

  test("SCHED-03 SCHED-06 SLOT-07 everything that speaks against it is told, and nothing is kept", async () => {
    const clinic = await aClinic(hub);
    const slots = [
      morning("2027-03-04"),
      { startAt: "2027-03-01T06:00:00-05:00", endAt: "2027-03-01T06:30:00-05:00" },
      { startAt: "2027-03-01T06:00:00-05:00", endAt: "2027-03-01T08:00:00-05:00", placeId: clinic.placeId },
      morning("2027-03-08"),
    ];
    expect(
      await refused("quick-create", clinic.admin.token, quick(clinic, { weekStart: "2027-03-01", slots })),
    ).toEqual([
      422,
      "SCHED-06 SLOT_IN_PAST /slots/1/startAt",
      "SCHED-06 SLOT_IN_PAST /slots/1/endAt",
      "SCHED-06 SLOT_IN_PAST /slots/2/startAt",
      "SCHED-03 OUT_OF_RANGE /slots/3/startAt",
      "SLOT-07 SLOT_PARTIALLY_FILLED /slots/2/serviceIds",
      "SLOT-07 SLOT_PARTIALLY_FILLED /slots/2/visibility",
    ]);
    expect(await refused("quick-create", clinic.admin.token, quick(clinic, { weekStart: "2027-03-07" }))).toEqual([
      422,
      "SCHED-03 OUT_OF_RANGE /weekStart",
    ]);
    expect(await slotsOf(clinic)).toEqual([]);
  });

  test("SLOT-18 SCHED-08 a service group names its services", async () => {
    const clinic = await aClinic(hub);
    const { professionalId, placeId } = clinic;
    const services = [
      await aService(hub, clinic.professional, { consultationReason: "regular" }),
      await aService(hub, clinic.professional, { consultationReason: "periodic" }),
    ];
    const serviceIds = services.map(({ serviceId }) => serviceId).sort();
    const as = clinic.admin.token;
    const body = { professionalId, name: "Suivis", serviceIds };
    const group = await expected(201, hub.request<ServiceGroup>("POST", "/v1/service-groups", { as, body }));
    const of = (id: string) => ({ ...morning("2027-03-08"), placeId, visibility: "public", serviceGroupIds: [id] });
    const nobodys = [of(group.serviceGroupId), of("grp_01m8qk5v0e7kqv8f0a3n6c9d2h")];
    expect(await refused("quick-create", as, quick(clinic, { slots: nobodys }))).toEqual([
      422,
      "SLOT-14 SERVICE_NOT_OFFERED /slots/1/serviceGroupIds/0",
    ]);
    const slots = [of(group.serviceGroupId)];
    const filled = await expected(201, post<QuickCreated>("quick-create", as, quick(clinic, { slots })));
    expect(filled.slots).toMatchObject([{ status: "complete", serviceIds }]);
  });

  test("SCHED-04 of ten at once, one fills the week and nine find it filled", async () => {
    const clinic = await aClinic(hub);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post<ProblemBody>("quick-create", clinic.admin.token, quick(clinic))),
    );
    const outcomes = answers.map(({ status, body }) => `${String(status)} ${body.code ?? ""}`).sort();
    expect(outcomes).toEqual(["201 ", ...Array.from({ length: 9 }, () => "409 WEEK_NOT_EMPTY")]);
    expect(await slotsOf(clinic)).toHaveLength(2);
  });

  test("SCHED-04 the same key again answers the same, without a second week", async () => {
    const clinic = await aClinic(hub);
    const send = () =>
      hub.request<QuickCreated>("POST", "/v1/weeks/quick-create", {
        as: clinic.admin.token,
        body: quick(clinic),
        key: `quick-${clinic.professionalId}`,
      });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
  });
});

describe("copying", () => {
  test("SCHED-14 SCHED-15 SCHED-17 SCHED-20 onto every third week of eight, with what its caller should know", async () => {
    const clinic = await aClinic(hub);
    const opened = await create(clinic, { openFrom: "2027-03-06T07:00:00-05:00" });
    const shut = await create(clinic, { ...morning("2027-03-12"), visibility: "private" });
    const left = await create(clinic, { ...morning("2027-03-10"), ...bare });
    const answer = await post<WeekCopied>("copy", clinic.admin.token, copy(clinic, { weeks: 8, interval: 3 }));
    expect(answer.status).toBe(201);
    const { created, weeks, slots, warnings } = answer.body;
    expect([created, weeks]).toEqual([
      6,
      [
        { weekStart: "2027-03-28", created: 3 },
        { weekStart: "2027-04-18", created: 3 },
      ],
    ]);
    expect(slots.map(({ sourceSlotId, startAt }) => [sourceSlotId, startAt])).toEqual([
      [opened.slotId, "2027-03-29T09:00:00-04:00"],
      [left.slotId, "2027-03-31T09:00:00-04:00"],
      [shut.slotId, "2027-04-02T09:00:00-04:00"],
      [opened.slotId, "2027-04-19T09:00:00-04:00"],
      [left.slotId, "2027-04-21T09:00:00-04:00"],
      [shut.slotId, "2027-04-23T09:00:00-04:00"],
    ]);
    expect(warnings.map(({ rule, code, detail }) => `${rule} ${code} ${detail}`)).toEqual([
      "SCHED-20 SLOTS_INCOMPLETE Plages incomplètes : 2. Les citoyens ne les verront qu'une fois complétées.",
      "SCHED-17 OPEN_FROM_SHIFTED Plages dont la date d'ouverture suit la nouvelle semaine : 2.",
    ]);
    const [, , , first] = await slotsOf(clinic);
    expect(first).toEqual({
      ...opened,
      slotId: slots[0]?.slotId,
      startAt: "2027-03-29T09:00:00-04:00",
      endAt: "2027-03-29T10:00:00-04:00",
      openFrom: "2027-03-27T07:00:00-04:00",
    });
    expect(await openingsOf(hub, clinic.establishmentId, first?.slotId ?? "")).toHaveLength(4);
    expect(await announcedOf(clinic)).toHaveLength(9);
  });

  test("SCHED-11 SCHED-12 SCHED-13 the horizon and the interval", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.admin;
    expect(await refused("copy", token, copy(clinic, { weeks: 53, interval: 9 }))).toEqual([
      422,
      "SCHED-11 OUT_OF_RANGE /weeks",
      "SCHED-12 OUT_OF_RANGE /interval",
    ]);
    expect(await refused("copy", token, copy(clinic, { weeks: 2, interval: 3 }))).toEqual([
      422,
      "SCHED-13 WEEKS_BELOW_INTERVAL /weeks",
    ]);
    const empty = await expected(201, post<WeekCopied>("copy", token, copy(clinic, { weeks: 3, interval: 3 })));
    expect(empty).toEqual({
      created: 0,
      weeks: [{ weekStart: "2027-03-28", created: 0 }],
      slots: [],
      warnings: [],
    });
  });

  test("SCHED-16 SCHED-23 a past week onto the current one: not once its Monday is over, and then nothing of it", async () => {
    const own = await createTestHub({ now: "2027-03-01T07:00:00-05:00" });
    try {
      const clinic = await aClinic(own);
      const body = { professionalId: clinic.professionalId, ...morning("2027-03-01"), ...complete(clinic) };
      const monday = await own.request<Slot>("POST", "/v1/slots", { as: clinic.admin.token, body });
      await own.request("POST", "/v1/slots", { as: clinic.admin.token, body: { ...body, ...morning("2027-03-04") } });
      const again = () =>
        own.request<WeekCopied & ProblemBody>("POST", "/v1/weeks/copy", {
          as: clinic.admin.token,
          body: copy(clinic, { sourceWeek: "2027-02-28" }),
        });
      own.clock.moveTo("2027-03-09T07:00:00-05:00");
      const late = await again();
      expect([late.status, ...refusalsOf(late)]).toEqual([422, "SCHED-16 SLOT_IN_PAST /sourceWeek"]);
      expect(late.body.violations[0]?.objectId).toBe(monday.body.slotId);
      own.clock.moveTo("2027-03-08T09:30:00-05:00");
      expect((await again()).body).toMatchObject({ created: 2 });
    } finally {
      await own.close();
    }
  });

  test("SCHED-18 SCHED-19 a service that nothing new may have refuses the whole copy and is named", async () => {
    const clinic = await aClinic(hub, { service: { consultationReason: "pregnancy" } });
    const { serviceId } = await aService(hub, clinic.professional, { consultationReason: "regular", active: true });
    await create(clinic);
    await create(clinic, { serviceIds: [serviceId] });
    const setActive = (active: boolean) =>
      hub.write([], (tx) => putReasonState(tx, { code: "pregnancy", active, version: 1, changedAt: hub.clock.now() }));
    await setActive(false);
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`UPDATE service SET active = false WHERE service_id = ${serviceId}`;
    });
    const answer = await post<ProblemBody>("copy", clinic.admin.token, copy(clinic));
    await setActive(true);
    expect(answer.status).toBe(422);
    expect(answer.body.violations.map(({ rule, code, objectId }) => [rule, code, objectId]).sort()).toEqual([
      ["SCHED-18", "INACTIVE_REASON", clinic.service.serviceId],
      ["SCHED-19", "INACTIVE_REASON", serviceId],
    ]);
    expect(await slotsOf(clinic)).toHaveLength(2);
  });

  test("SCHED-21 SCHED-22 what a target week holds stays: appointments off-slot, even elsewhere, and slots", async () => {
    const clinic = await aClinic(hub);
    const other = await aPlace(hub, clinic);
    const both = await aProfessional(hub, [clinic.place, other]);
    const { serviceId } = await aService(hub, both);
    const agenda = { ...clinic, professionalId: both.professionalId, service: { serviceId, durationMinutes: 15 } };
    await create(agenda, { endAt: "2027-03-08T09:30:00-05:00" });
    const there = await create(agenda, morning("2027-03-15", "-04:00"));
    const appointment = await anAppointment(
      hub,
      agenda,
      { placeId: other.placeId, startAt: "2027-03-22T09:15:00-04:00" },
      clinic.admin.token,
    );
    const { slots } = await expected(201, post<WeekCopied>("copy", clinic.admin.token, copy(agenda, { weeks: 2 })));
    expect(slots).toHaveLength(2);
    expect((await slotsOf(agenda)).filter(({ slotId }) => slotId === there.slotId)).toEqual([there]);
    const path = `/v1/appointments/${appointment.appointmentId}`;
    const read = await hub.request("GET", path, { as: clinic.admin.token });
    expect(read.body).toMatchObject({ version: 1, placeId: other.placeId, startAt: appointment.startAt });
    // The professional is not free while seeing somebody elsewhere.
    expect(await openingsOf(hub, clinic.establishmentId, slots[1]?.slotId ?? "")).toEqual(["13:00 free", "13:15 busy"]);
  });

  test("SLOT-13 EMP-16 a place that is no more a work place refuses the copy and names the slot", async () => {
    const clinic = await aClinic(hub);
    const slot = await create(clinic);
    await hub.write([clinic.establishmentId], async (tx) => {
      await tx.sql`DELETE FROM professional_place WHERE professional_id = ${clinic.professionalId}`;
    });
    const answer = await post<ProblemBody>("copy", clinic.admin.token, copy(clinic));
    expect(answer.body.violations).toMatchObject([
      { rule: "SLOT-13", code: "PLACE_NOT_WORK_PLACE", pointer: "/sourceWeek", objectId: slot.slotId },
    ]);
  });
});

test("EMP-19 the agenda of who has left takes no new slots; what it holds may still go", async () => {
  const clinic = await aClinic(hub);
  await create(clinic);
  await hub.write([clinic.establishmentId], async ({ sql }) => {
    await sql`UPDATE professional SET departure_date = '2027-02-28' WHERE professional_id = ${clinic.professionalId}`;
  });
  const notThere = [404, "EMP-19 NOT_FOUND /professionalId"];
  const as = clinic.admin.token;
  expect(
    await refused("quick-create", as, quick(clinic, { weekStart: "2027-03-15", slots: [morning("2027-03-16")] })),
  ).toEqual(notThere);
  expect(await refused("copy", as, copy(clinic))).toEqual(notThere);
  const slot = { professionalId: clinic.professionalId, ...morning("2027-03-09") };
  const created = await hub.request<ProblemBody>("POST", "/v1/slots", { as, body: slot });
  expect([created.status, ...refusalsOf(created)]).toEqual(notThere);
  const left = await expected(
    200,
    post<WeekDeleted>("delete", as, { professionalId: clinic.professionalId, week: "2027-03-10" }),
  );
  expect(left.deleted).toBe(1);
});

describe("deleting", () => {
  const wholeWeek = (clinic: AClinic, week = "2027-03-10") => ({ professionalId: clinic.professionalId, week });

  test("SCHED-31 SCHED-33 incomplete and coming slots go, complete past ones stay, both are counted", async () => {
    const own = await createTestHub();
    try {
      const clinic = await aClinic(own);
      const add = async (fields: object) => {
        const body = { professionalId: clinic.professionalId, ...complete(clinic), ...fields };
        return (await own.request<Slot>("POST", "/v1/slots", { as: clinic.admin.token, body })).body;
      };
      const past = await add(morning("2027-03-08"));
      const incomplete = await add({ ...morning("2027-03-08"), ...bare });
      const coming = await add(morning("2027-03-10"));
      const after = await add(morning("2027-03-14", "-04:00"));
      own.clock.moveTo("2027-03-10T09:30:00-05:00");
      const as = clinic.admin.token;
      const answer = await own.request<WeekDeleted>("POST", "/v1/weeks/delete", { as, body: wholeWeek(clinic) });
      expect([answer.status, answer.body]).toMatchObject([
        200,
        {
          performed: true,
          weekStart: "2027-03-07",
          deleted: 2,
          kept: 1,
          slots: [
            { slotId: incomplete.slotId, externalId: null, startAt: "2027-03-08T09:00:00-05:00" },
            { slotId: coming.slotId, externalId: null, startAt: "2027-03-10T09:00:00-05:00" },
          ],
          warnings: [{ rule: "SCHED-33", code: "PAST_SLOTS_KEPT" }],
        },
      ]);
      const path = `/v1/slots?professionalId=${clinic.professionalId}`;
      const left = await own.request<{ items: Slot[] }>("GET", path, { as });
      expect(left.body.items.map(({ slotId }) => slotId)).toEqual([past.slotId, after.slotId]);

      const again = await own.request<WeekDeleted>("POST", "/v1/weeks/delete", { as, body: wholeWeek(clinic) });
      expect([again.status, again.body]).toMatchObject([
        200,
        { performed: false, deleted: 0, kept: 1, warnings: [{ rule: "SCHED-32", code: "NOTHING_TO_DELETE" }] },
      ]);
    } finally {
      await own.close();
    }
  });

  test("SCHED-34 appointments keep all their information, stay active and become off-slot", async () => {
    const clinic = await aClinic(hub);
    const slot = await create(clinic);
    const { appointmentId } = await anAppointment(hub, clinic, { slotId: slot.slotId });
    const read = async () =>
      (
        await hub.request<Record<string, unknown>>("GET", `/v1/appointments/${appointmentId}`, {
          as: clinic.machine.token,
        })
      ).body;
    const before = await read();
    await expected(200, post("delete", clinic.admin.token, wholeWeek(clinic)));
    expect(await read()).toEqual({ ...before, slotId: null });
    expect((await announcedOf(clinic)).map(({ operation }) => operation)).toEqual(["created", "deleted"]);
  });

  test("a machine's own names of the slots are released, as by slots.delete; those of others stay bound", async () => {
    const clinic = await aClinic(hub);
    const { token } = clinic.machine;
    const name = `plage-${String(hub.count())}`;
    const path = `/v1/slots/by-external-id/${name}`;
    const body = { professionalId: clinic.professionalId, ...morning("2027-03-08"), ...complete(clinic) };
    const first = (await expected(200, hub.request<{ slot: Slot }>("PUT", path, { as: token, body }))).slot;
    const gone = await expected(200, post<WeekDeleted>("delete", token, wholeWeek(clinic)));
    expect(gone.slots.map(({ externalId }) => externalId)).toEqual([name]);
    expect((await hub.request("GET", path, { as: token })).status).toBe(404);
    const second = (await expected(200, hub.request<{ slot: Slot }>("PUT", path, { as: token, body }))).slot;
    expect(second.slotId).not.toBe(first.slotId);

    // Deleted by staff: the machine must learn of it before its push makes the slot anew.
    await expected(200, post("delete", clinic.admin.token, wholeWeek(clinic)));
    expect((await hub.request("PUT", path, { as: token, body })).status).toBe(412);
  });

  test("SCHED-31 of a slot created meanwhile nothing is lost: it is in the week or after it", async () => {
    const clinic = await aClinic(hub);
    await create(clinic);
    const [deleted] = await Promise.all([
      expected(200, post<WeekDeleted>("delete", clinic.admin.token, wholeWeek(clinic))),
      create(clinic),
      create(clinic),
    ]);
    expect((await slotsOf(clinic)).length + deleted.deleted).toBe(3);
  });
});
