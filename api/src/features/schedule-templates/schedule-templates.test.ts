import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional, aService, aTeam } from "../../../test/factories.ts";
import type { AClinic, APlace, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { NewScheduleTemplate, ScheduleTemplate, TemplatePlace } from "./schema.ts";
import { insertTemplate } from "./store.ts";

let hub: TestHub;
let clinic: AClinic;
let second: APlace;
/** Works at the second place only. */
let away: AProfessional;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub, { place: { name: "Clinique du Faubourg", abbreviation: "Faubourg" } });
  second = await aPlace(hub, clinic, { name: "Deuxième lieu" });
  away = await aProfessional(hub, [second]);
  await aService(hub, away, { consultationReason: "pregnancy" });
});
afterAll(() => hub.close());

/** What the clinic's physician offers. */
const offered = { type: "GEN", consultationReason: "allReasons", durationMinutes: 15 } as const;
const morning = { weekday: "monday", startTime: "08:00", endTime: "12:00", services: [offered] } as const;

const wanted = (change: object = {}): NewScheduleTemplate => ({
  placeId: clinic.placeId,
  name: `Modèle ${String(hub.count())}`,
  professions: ["physician"],
  professionalIds: [clinic.professionalId],
  slots: [{ ...morning, services: [...morning.services] }],
  ...change,
});
const create = <T = ScheduleTemplate>(change: object = {}, as = clinic.admin.token) =>
  hub.request<T>("POST", "/v1/schedule-templates", { as, body: wanted(change) });
const created = async (change: object = {}): Promise<ScheduleTemplate> => {
  const answer = await create(change);
  expect([answer.status, answer.status === 201 ? "" : JSON.stringify(answer.body)]).toEqual([201, ""]);
  return answer.body;
};
const pathOf = ({ templateId }: ScheduleTemplate) => `/v1/schedule-templates/${templateId}`;
const read = <T = ScheduleTemplate>(template: ScheduleTemplate, as = clinic.admin.token) =>
  hub.request<T>("GET", pathOf(template), { as });
const edit = <T = ScheduleTemplate>(template: ScheduleTemplate, body: object, as = clinic.admin.token) =>
  hub.request<T>("PATCH", pathOf(template), { as, body, version: template.version });
const remove = (template: ScheduleTemplate, as = clinic.admin.token) =>
  hub.request<ProblemBody>("DELETE", pathOf(template), { as, version: template.version });
const list = async (query: string, as = clinic.admin.token): Promise<string[]> => {
  const answer = await hub.request<Page<ScheduleTemplate>>("GET", `/v1/schedule-templates?limit=1000${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body.items.map(({ templateId }) => templateId);
};
const refusals = async (asked: Promise<TestAnswer<ProblemBody>>): Promise<(string | number)[]> => {
  const answer = await asked;
  return [answer.status, ...refusalsOf(answer)];
};

/** A plain user of the clinic's place, with a grant. */
async function aUser(access?: "read" | "write", at: object = {}): Promise<string> {
  const person = await anEmployee(hub, clinic, { places: [clinic.place, second] });
  const { placeId, professionalId } = clinic;
  if (access !== undefined) await aGrant(hub, person, { placeId, professionalId, access, ...at });
  return person.token;
}

describe("making one", () => {
  test("TPL-21 TPL-22 TPL-26 TPL-30 a week of slots at a place, by weekday and local time", async () => {
    const slots = [
      { ...morning, visibility: "public", openDaysBefore: 14, openTime: "07:30" },
      { weekday: "sunday", startTime: "20:00", services: [offered, offered] },
    ];
    const answer = await create({ name: " Été ", slots });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("etag")).toBe('"v1"');
    expect(answer.body).toEqual({
      templateId: answer.body.templateId,
      version: 1,
      placeId: clinic.placeId,
      name: "Été",
      professions: ["physician"],
      professionalIds: [clinic.professionalId],
      slots: [
        slots[0],
        {
          weekday: "sunday",
          startTime: "20:00",
          endTime: "00:00",
          services: [offered],
          visibility: "private",
          openDaysBefore: null,
          openTime: null,
        },
      ],
    });
    expect((await read(answer.body)).body).toEqual(answer.body);
    const changes = await changesOf(hub, clinic.establishmentId);
    expect(changes.at(-1)).toMatchObject({
      objectType: "scheduleTemplate",
      objectId: answer.body.templateId,
      operation: "created",
      version: 1,
    });
  });

  test("TPL-22 the same key makes one", async () => {
    const body = wanted();
    const send = () =>
      hub.request<ScheduleTemplate>("POST", "/v1/schedule-templates", {
        as: clinic.admin.token,
        body,
        key: "template-once-0001",
      });
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  test.each<[string, () => object, string[]]>([
    ["TPL-34 without a name", () => ({ name: "  " }), ["TPL-34 REQUIRED_FIELD /name"]],
    [
      "TPL-36 without a profession",
      () => ({ professions: [] }),
      ["TPL-36 REQUIRED_FIELD /professions", "TPL-37 NOT_A_PROFESSIONAL /professionalIds/0"],
    ],
    [
      "TPL-39 without slot or professional",
      () => ({ professionalIds: [], slots: [] }),
      ["TPL-39 REQUIRED_FIELD /professionalIds", "TPL-39 REQUIRED_FIELD /slots"],
    ],
    [
      "TPL-25 a slot at another place",
      () => ({ slots: [{ ...morning, placeId: second.placeId }] }),
      ["TPL-25 FIELD_NOT_EDITABLE /slots/0/placeId"],
    ],
    [
      "TPL-28 a service that only somebody of another place offers",
      () => ({ slots: [morning, { ...morning, services: [{ ...offered, consultationReason: "pregnancy" }] }] }),
      ["TPL-28 SERVICE_NOT_OFFERED /slots/1/services/0"],
    ],
    [
      "TPL-31 an opening of a private slot",
      () => ({ slots: [{ ...morning, openDaysBefore: 7, openTime: "08:00" }] }),
      [
        "TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/0/openDaysBefore",
        "TPL-31 OPEN_FROM_REQUIRES_PUBLIC /slots/0/openTime",
      ],
    ],
    [
      "TPL-32 days without a time",
      () => ({ slots: [{ ...morning, visibility: "public", openDaysBefore: 7 }] }),
      ["TPL-32 REQUIRED_FIELD /slots/0/openTime"],
    ],
    [
      "TPL-38 somebody who works elsewhere",
      () => ({ professionalIds: [away.professionalId] }),
      ["TPL-38 PLACE_NOT_WORK_PLACE /professionalIds/0"],
    ],
    [
      "TPL-45 a slot without services",
      () => ({ slots: [{ ...morning, services: [] }] }),
      ["TPL-45 SLOT_PARTIALLY_FILLED /slots/0/services"],
    ],
    [
      "TPL-27 a slot that ends before it starts",
      () => ({ slots: [{ ...morning, endTime: "07:00" }] }),
      ["TPL-27 INVALID_INTERVAL /slots/0/endTime"],
    ],
  ])("%s is refused", async (_title, change, expected) => {
    expect(await refusals(create<ProblemBody>(change()))).toEqual([422, ...expected]);
  });

  test("TPL-29 a service group is refused", async () => {
    expect(await refusals(create<ProblemBody>({ slots: [{ ...morning, serviceGroupIds: ["grp"] }] }))).toEqual([
      400,
      "TPL-29 UNKNOWN_FIELD /slots/0/serviceGroupIds",
    ]);
  });

  test("TPL-28 the refusal names the service, in the caller's language", async () => {
    const body = wanted({ slots: [{ ...morning, services: [{ ...offered, type: "MF" }] }] });
    const refused = await hub.request<ProblemBody>("POST", "/v1/schedule-templates", {
      as: clinic.admin.token,
      body,
      headers: { "accept-language": "en" },
    });
    expect(refused.body.violations[0]?.detail).toBe("Service not offered: MF allReasons 15 min.");
  });

  test("TPL-28 EMP-19 what somebody offers who has left is not offered there, nor is a deleted service", async () => {
    const left = await aProfessional(hub, [clinic.place], { departureDate: "2027-02-28" });
    await aService(hub, left, { durationMinutes: 45 });
    await aService(hub, clinic.professional, { durationMinutes: 50, active: false });
    const lastDay = await aProfessional(hub, [clinic.place], { departureDate: "2027-03-01" });
    await aService(hub, lastDay, { durationMinutes: 55 });
    const slots = [45, 50, 55].map((durationMinutes) => ({ ...morning, services: [{ ...offered, durationMinutes }] }));
    expect(await refusals(create<ProblemBody>({ slots }))).toEqual([
      422,
      "TPL-28 SERVICE_NOT_OFFERED /slots/0/services/0",
      "TPL-28 SERVICE_NOT_OFFERED /slots/1/services/0",
    ]);
  });

  test("TPL-37 a nurse in a template for physicians is refused; a team is of no profession", async () => {
    const nurse = await aProfessional(hub, [clinic.place], { profession: "nurse" });
    const team = await aTeam(hub, [clinic.place], 3);
    const professionalIds = [clinic.professionalId, nurse.professionalId, team.professionalId];
    expect(await refusals(create<ProblemBody>({ professionalIds }))).toEqual([
      422,
      "TPL-37 NOT_A_PROFESSIONAL /professionalIds/1",
      "TPL-37 NOT_A_PROFESSIONAL /professionalIds/2",
    ]);
    const both = await created({
      professions: ["nurse", "physician"],
      professionalIds: [clinic.professionalId, nurse.professionalId],
    });
    expect(both.professions).toEqual(["physician", "nurse"]);
  });

  test("TPL-35 a name is taken once at a place; at another place the same name is accepted", async () => {
    const { name } = await created();
    expect(await refusals(create<ProblemBody>({ name: ` ${name} ` }))).toEqual([
      409,
      "TPL-35 TEMPLATE_NAME_TAKEN /name",
    ]);
    const pregnancy = { ...offered, consultationReason: "pregnancy" };
    const elsewhere = await created({
      name,
      placeId: second.placeId,
      professionalIds: [away.professionalId],
      slots: [{ ...morning, services: [pregnancy] }],
    });
    expect(elsewhere.name).toBe(name);
  });

  test("TPL-35 of ten at once under one name, one is made", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create<ProblemBody>({ name: "Course" })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused && refusalsOf(refused)).toEqual(["TPL-35 TEMPLATE_NAME_TAKEN /name"]);
  });

  test("TPL-35 nor is one made beside a name that is only being written", async () => {
    const { establishmentId, placeId, professionalId } = clinic;
    const name = "En même temps";
    const now = hub.clock.now();
    const { asked } = await hub.write([establishmentId], async (tx) => {
      await insertTemplate(tx, {
        ...{ establishmentId, templateId: hub.deps.ids.next("tpl", now), placeId, name },
        ...{ professions: ["physician"], professionalIds: [professionalId] },
        slots: [{ ...morning, services: [offered], visibility: "private", openDaysBefore: null, openTime: null }],
        ...{ version: 1, createdAt: now },
      });
      const answer = create<ProblemBody>({ name });
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(refusalsOf(await asked)).toEqual(["TPL-35 TEMPLATE_NAME_TAKEN /name"]);
  });

  test("PLACE-07 none at a place that has ended", async () => {
    const ended = await aPlace(hub, clinic, { endDate: "2027-02-28" });
    const there = await aProfessional(hub, [ended]);
    await aService(hub, there);
    const asked = create<ProblemBody>({ placeId: ended.placeId, professionalIds: [there.professionalId] });
    expect(await refusals(asked)).toEqual([422, "PLACE-07 PLACE_ENDED /placeId"]);
  });
});

describe("who may", () => {
  test("TPL-20 PERM-21 a professional at their own place, PERM-22 somebody with WRITE there", async () => {
    expect((await create({}, clinic.professional.token)).status).toBe(201);
    expect((await create({}, await aUser("write"))).status).toBe(201);
    expect((await create({}, await aUser("write", { placeId: "all" }))).status).toBe(201);
  });

  test("TPL-20 nobody who writes no agenda", async () => {
    const template = await created();
    for (const token of [await aUser(), await aUser("read")]) {
      const forbidden = [403, "TPL-20 FORBIDDEN "];
      expect(await refusals(create<ProblemBody>({}, token))).toEqual(forbidden);
      expect(await refusals(read<ProblemBody>(template, token))).toEqual(forbidden);
      expect(await refusals(edit<ProblemBody>(template, { name: "Autre" }, token))).toEqual(forbidden);
      expect(await refusals(remove(template, token))).toEqual(forbidden);
    }
    expect((await read(template)).body).toEqual(template);
  });

  test("TPL-23 TPL-43 PERM-21 nor at a place where one writes none", async () => {
    const template = await created();
    for (const token of [away.token, await aUser("write", { placeId: second.placeId })]) {
      expect(await refusals(create<ProblemBody>({}, token))).toEqual([403, "TPL-23 FORBIDDEN "]);
      const forbidden = [403, "TPL-43 FORBIDDEN "];
      expect(await refusals(read<ProblemBody>(template, token))).toEqual(forbidden);
      expect(await refusals(edit<ProblemBody>(template, { name: "Autre" }, token))).toEqual(forbidden);
      expect(await refusals(remove(template, token))).toEqual(forbidden);
    }
  });

  test("TPL-38 one adds only those whose agenda one writes, and keeps the others", async () => {
    const colleague = await aProfessional(hub, [clinic.place]);
    const token = await aUser("write");
    const both = [clinic.professionalId, colleague.professionalId];
    expect(await refusals(create<ProblemBody>({ professionalIds: both }, token))).toEqual([
      403,
      "TPL-38 FORBIDDEN /professionalIds/1",
    ]);
    const template = await created({ professionalIds: both });
    const edited = await edit(template, { name: "À deux", professionalIds: both }, token);
    expect([edited.status, edited.body.name, edited.body.professionalIds]).toEqual([200, "À deux", [...both].sort()]);
  });
});

describe("listing", () => {
  test("TPL-04 TPL-40 TPL-43 PERM-21 by place and by professional, of the places where one writes", async () => {
    const house = await aClinic(hub);
    const other = await aPlace(hub, house);
    const there = await aProfessional(hub, [other, house.place]);
    await aService(hub, there);
    const make = async (placeId: string, ...professionalIds: string[]) => {
      const body = wanted({ placeId, professionalIds });
      const answer = await hub.request<ScheduleTemplate>("POST", "/v1/schedule-templates", {
        as: house.admin.token,
        body,
      });
      expect(answer.status).toBe(201);
      return answer.body.templateId;
    };
    const first = await make(house.placeId, house.professionalId);
    const both = await make(house.placeId, house.professionalId, there.professionalId);
    const elsewhere = await make(other.placeId, there.professionalId);
    const admin = house.admin.token;
    expect(await list("", admin)).toEqual([first, both, elsewhere]);
    expect(await list(`&placeId=${house.placeId}`, admin)).toEqual([first, both]);
    expect(await list(`&professionalId=${there.professionalId}`, admin)).toEqual([both, elsewhere]);
    expect(await list(`&placeId=${other.placeId}&professionalId=${house.professionalId}`, admin)).toEqual([]);
    expect(await list("", house.professional.token)).toEqual([first, both]);
    expect(await list(`&placeId=${other.placeId}`, house.professional.token)).toEqual([]);
    expect(await list("", there.token)).toEqual([first, both, elsewhere]);
    const secretary = await anEmployee(hub, house, { places: [house.place] });
    expect(await list("", secretary.token)).toEqual([]);
    await aGrant(hub, secretary, { placeId: "all", professionalId: there.professionalId, access: "write" });
    expect(await list("", secretary.token)).toEqual([first, both]);
    expect(await list("")).not.toContain(first);
  });

  test("TPL-43 page by page", async () => {
    const house = await aClinic(hub);
    for (const name of ["A", "B", "C"]) {
      const body = wanted({ name, placeId: house.placeId, professionalIds: [house.professionalId] });
      await hub.request("POST", "/v1/schedule-templates", { as: house.admin.token, body });
    }
    const names: string[] = [];
    for (let cursor = ""; ;) {
      const query = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const path = `/v1/schedule-templates?limit=2${query}`;
      const { body } = await hub.request<Page<ScheduleTemplate>>("GET", path, { as: house.admin.token });
      names.push(...body.items.map(({ name }) => name));
      if (body.nextCursor === null) break;
      cursor = body.nextCursor;
    }
    expect(names).toEqual(["A", "B", "C"]);
  });
});

describe("changing", () => {
  test("TPL-41 name, professions, professionals and slots; what is absent stays", async () => {
    const resident = await aProfessional(hub, [clinic.place], { profession: "resident" });
    const template = await created();
    const afternoon = { ...morning, startTime: "13:00", endTime: "16:00" };
    const change = {
      name: "Après-midi",
      professions: ["resident"],
      professionalIds: [resident.professionalId],
      slots: [afternoon],
    };
    const edited = await edit(template, change);
    const expected = {
      ...template,
      ...change,
      version: 2,
      slots: [{ ...afternoon, visibility: "private", openDaysBefore: null, openTime: null }],
    };
    expect([edited.status, edited.body]).toEqual([200, expected]);
    expect((await read(template)).body).toEqual(expected);
    const renamed = await edit(edited.body, { name: "Soir" });
    expect(renamed.body).toEqual({ ...expected, name: "Soir", version: 3 });
    const changes = (await changesOf(hub, clinic.establishmentId)).filter(
      ({ objectId }) => objectId === template.templateId,
    );
    expect(changes.map(({ operation, version, changed }) => [operation, version, changed])).toEqual([
      ["created", 1, []],
      ["updated", 2, ["name", "professions", "professionalIds", "slots"]],
      ["updated", 3, ["name"]],
    ]);
  });

  test("TPL-41 what says the same changes and announces nothing", async () => {
    const template = await created({
      slots: [{ ...morning, visibility: "public", openDaysBefore: 1, openTime: "08:00" }],
    });
    const before = (await changesOf(hub, clinic.establishmentId)).length;
    const { placeId, name, professions, professionalIds, slots } = template;
    const same = await edit(template, { placeId, name: ` ${name}`, professions, professionalIds, slots });
    expect([same.status, same.body]).toEqual([200, template]);
    expect((await changesOf(hub, clinic.establishmentId)).length).toBe(before);
  });

  test("TPL-41 EMP-18 who is away while it is renamed is in it again on coming back, unless the list was changed", async () => {
    const colleague = await aProfessional(hub, [clinic.place]);
    const departs = (date: string | null) =>
      hub.write(
        [clinic.establishmentId],
        (tx) =>
          tx.sql`UPDATE professional SET departure_date = ${date} WHERE professional_id = ${colleague.professionalId}`,
      );
    const professionalIds = [clinic.professionalId, colleague.professionalId].sort();
    const template = await created({ professionalIds });
    await departs("2027-02-28");
    const renamed = await edit(template, { name: `${template.name} d'hiver` });
    expect([renamed.status, renamed.body.professionalIds]).toEqual([200, [clinic.professionalId]]);
    await departs(null);
    expect((await read(template)).body.professionalIds).toEqual(professionalIds);
    const third = await aProfessional(hub, [clinic.place]);
    await departs("2027-02-28");
    const listed = [clinic.professionalId, third.professionalId].sort();
    expect((await edit(renamed.body, { professionalIds: listed })).status).toBe(200);
    await departs(null);
    expect((await read(template)).body.professionalIds).toEqual(listed);
  });

  test("TPL-24 the place never changes", async () => {
    const template = await created();
    expect(await refusals(edit<ProblemBody>(template, { placeId: second.placeId }))).toEqual([
      422,
      "TPL-24 FIELD_NOT_EDITABLE /placeId",
    ]);
  });

  test("TPL-42 TPL-25 TPL-35 TPL-37 the rules of making one hold when it is changed", async () => {
    const { name } = await created();
    const template = await created();
    expect(await refusals(edit<ProblemBody>(template, { professionalIds: [], slots: [], name: "" }))).toEqual([
      422,
      "TPL-34 REQUIRED_FIELD /name",
      "TPL-42 REQUIRED_FIELD /professionalIds",
      "TPL-42 REQUIRED_FIELD /slots",
    ]);
    expect(await refusals(edit<ProblemBody>(template, { name }))).toEqual([409, "TPL-35 TEMPLATE_NAME_TAKEN /name"]);
    expect(await refusals(edit<ProblemBody>(template, { professions: ["nurse"] }))).toEqual([
      422,
      "TPL-37 NOT_A_PROFESSIONAL /professions",
    ]);
    const misplaced = { slots: [{ ...morning, placeId: second.placeId }] };
    expect(await refusals(edit<ProblemBody>(template, misplaced))).toEqual([
      422,
      "TPL-25 FIELD_NOT_EDITABLE /slots/0/placeId",
    ]);
  });

  test("TPL-41 of a version that is not the last, the template as it is is answered", async () => {
    const template = await created();
    const edited = await edit(template, { name: "D'abord" });
    const stale = await edit<ProblemBody>(template, { name: "Ensuite" });
    expect([stale.status, stale.body.current]).toEqual([412, edited.body]);
    expect((await remove(template)).status).toBe(412);
  });

  test("TPL-28 a service that nobody offers any more stays in the template that has it", async () => {
    const physician = await aProfessional(hub, [clinic.place]);
    const { serviceId } = await aService(hub, physician, { durationMinutes: 35 });
    const services = [{ ...offered, durationMinutes: 35 }];
    const template = await created({ slots: [{ ...morning, services }] });
    const gone = await hub.request("DELETE", `/v1/services/${serviceId}`, { as: clinic.admin.token, version: 1 });
    expect(gone.status).toBe(204);
    const evening = { ...morning, startTime: "18:00", endTime: "20:00", services };
    expect((await edit(template, { slots: [evening] })).status).toBe(200);
    expect((await create({ slots: [evening] })).status).toBe(422);
  });

  test("EMP-19 TPL-40 who has left or moved is no longer told of; without anybody left somebody is named anew", async () => {
    const house = await aClinic(hub);
    const leaving = await aProfessional(hub, [house.place], { departureDate: "2027-03-02" });
    const body = wanted({ placeId: house.placeId, professionalIds: [leaving.professionalId] });
    const as = house.admin.token;
    const { body: template } = await hub.request<ScheduleTemplate>("POST", "/v1/schedule-templates", { as, body });
    const stands = hub.clock.now();
    try {
      hub.clock.moveTo("2027-03-02T23:59:00-05:00");
      expect((await read(template, as)).body.professionalIds).toEqual([leaving.professionalId]);
      hub.clock.moveTo("2027-03-03T00:00:00-05:00");
      expect((await read(template, as)).body).toEqual({ ...template, professionalIds: [] });
      expect(await list(`&professionalId=${leaving.professionalId}`, as)).toEqual([]);
      expect(await refusals(edit<ProblemBody>(template, { name: "Reprise" }, as))).toEqual([
        422,
        "TPL-42 REQUIRED_FIELD /professionalIds",
      ]);
      const change = { name: "Reprise", professionalIds: [house.professionalId] };
      expect((await edit(template, change, as)).body).toMatchObject({ ...change, version: 2 });
    } finally {
      hub.clock.moveTo(stands);
    }
  });
});

describe("deleting", () => {
  test("TPL-43 it is gone, and its name is free", async () => {
    const template = await created();
    expect((await remove(template)).status).toBe(204);
    expect((await read(template)).status).toBe(404);
    expect((await remove(template)).status).toBe(404);
    expect((await changesOf(hub, clinic.establishmentId)).at(-1)).toMatchObject({
      objectType: "scheduleTemplate",
      objectId: template.templateId,
      operation: "deleted",
      version: 2,
    });
    expect((await create({ name: template.name })).status).toBe(201);
  });
});

describe("places where a template may be applied", () => {
  const placesOf = async (professionalId: string, as: string, query = "") => {
    const path = `/v1/professionals/${professionalId}/template-places${query}`;
    const { status, body } = await hub.request<Page<TemplatePlace>>("GET", path, { as });
    expect(status).toBe(200);
    return body;
  };

  test("TPL-03 those where the caller has WRITE on the professional", async () => {
    const ended = await aPlace(hub, clinic, { endDate: "2027-02-28" });
    const { professionalId, token } = await aProfessional(hub, [clinic.place, second, ended]);
    const here = { placeId: clinic.placeId, name: "Clinique du Faubourg", placeLabel: "Faubourg" };
    const there = { placeId: second.placeId, name: "Deuxième lieu", placeLabel: "Deuxième lieu" };
    const both = { items: [here, there], nextCursor: null };
    expect(await placesOf(professionalId, clinic.admin.token)).toEqual(both);
    expect(await placesOf(professionalId, token)).toEqual(both);
    const granted = await aUser("write", { professionalId, placeId: second.placeId });
    expect(await placesOf(professionalId, granted)).toEqual({ items: [there], nextCursor: null });
    for (const none of [await aUser("read", { professionalId }), clinic.professional.token])
      expect(await placesOf(professionalId, none)).toEqual({ items: [], nextCursor: null });
    const gone = await aProfessional(hub, [clinic.place], { departureDate: "2027-02-28" });
    expect(await placesOf(gone.professionalId, clinic.admin.token)).toEqual({ items: [], nextCursor: null });
    const first = await placesOf(professionalId, token, "?limit=1");
    expect(first.items).toEqual([here]);
    const next = `?limit=1&cursor=${encodeURIComponent(first.nextCursor ?? "")}`;
    expect(await placesOf(professionalId, token, next)).toEqual({ items: [there], nextCursor: null });
  });
});
