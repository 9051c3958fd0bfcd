import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../../test/an-appointment.ts";
import { aClinic, aGrant, anEmployee, aPlace, aProfessional, aService, aMachine } from "../../../test/factories.ts";
import type { AClinic, AProfessional } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import type { Service } from "../services/schema.ts";
import type { Slot } from "../slots/schema.ts";
import type { ServiceGroup } from "./schema.ts";
import { insertServiceGroup } from "./store.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

interface Offer {
  professional: AProfessional;
  /** Of one type and one duration, sorted. */
  regular: string;
  periodic: string;
  longer: string;
  all: string;
}

/** Somebody new at the clinic's place, who offers four services. */
async function anOffer(): Promise<Offer> {
  const professional = await aProfessional(hub, [clinic.place]);
  const offer = async (consultationReason: string, durationMinutes: number) =>
    (await aService(hub, professional, { consultationReason, durationMinutes })).serviceId;
  const [regular, periodic, longer, all] = [
    await offer("regular", 20),
    await offer("periodic", 20),
    await offer("regular", 40),
    await offer("allReasons", 20),
  ];
  return { professional, regular, periodic, longer, all };
}

const create = <T = ServiceGroup>(
  { professional: { professionalId } }: Pick<Offer, "professional">,
  name: string,
  serviceIds: readonly string[],
  as = clinic.admin.token,
) => hub.request<T>("POST", "/v1/service-groups", { as, body: { professionalId, name, serviceIds } });
const created = async (...args: Parameters<typeof create>): Promise<ServiceGroup> => {
  const answer = await create(...args);
  expect(answer.status).toBe(201);
  return answer.body;
};
const pathOf = ({ serviceGroupId }: ServiceGroup) => `/v1/service-groups/${serviceGroupId}`;
const read = <T = ServiceGroup>(group: ServiceGroup, as = clinic.admin.token) =>
  hub.request<T>("GET", pathOf(group), { as });
const edit = <T = ServiceGroup>(group: ServiceGroup, body: object, as = clinic.admin.token, version = group.version) =>
  hub.request<T>("PATCH", pathOf(group), { as, version, body });
const remove = <T = ProblemBody>(group: ServiceGroup, as = clinic.admin.token, version = group.version) =>
  hub.request<T>("DELETE", pathOf(group), { as, version });
const removeService = (serviceId: string, as = clinic.admin.token) =>
  hub.request("DELETE", `/v1/services/${serviceId}`, { as, version: 1 });
const told = (answer: TestAnswer<ProblemBody>) => [answer.status, ...refusalsOf(answer)];
const changed = async ({ serviceGroupId }: ServiceGroup) =>
  (await changesOf(hub, clinic.establishmentId))
    .filter(({ objectId }) => objectId === serviceGroupId)
    .map(({ objectType, operation, version, changed: fields }) =>
      [objectType, operation, version, ...fields].join(" "),
    );

describe("creating", () => {
  test("GRP-01 a local administrator groups services; the group can be read, and is told to the place's readers", async () => {
    const offer = await anOffer();
    const answer = await create(offer, "  Suivis ", [offer.periodic, offer.regular, offer.periodic]);
    expect([answer.status, answer.headers.get("etag")]).toEqual([201, '"v1"']);
    expect(answer.body).toEqual({
      serviceGroupId: answer.body.serviceGroupId,
      version: 1,
      professionalId: offer.professional.professionalId,
      name: "Suivis",
      serviceIds: [offer.regular, offer.periodic],
    });
    expect((await read(answer.body, clinic.machine.token)).body).toEqual(answer.body);
    expect(await changed(answer.body)).toEqual(["serviceGroup created 1"]);
    const { body } = await hub.request<Page<{ objectId: string }>>("GET", "/v1/changes?limit=1000", {
      as: clinic.machine.token,
    });
    expect(body.items.map(({ objectId }) => objectId)).toContain(answer.body.serviceGroupId);
  });

  test("GRP-01 a super user may, a user may not, not even the professional concerned", async () => {
    const offer = await anOffer();
    const superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
    const group = await created(offer, "Suivis", [offer.regular], superUser.token);
    const { token } = offer.professional;
    expect(told(await create<ProblemBody>(offer, "Autre", [offer.regular], token))).toEqual([403, "GRP-01 FORBIDDEN "]);
    expect(told(await edit<ProblemBody>(group, { name: "Autre" }, token))).toEqual([403, "GRP-01 FORBIDDEN "]);
    expect(told(await remove(group, token))).toEqual([403, "GRP-01 FORBIDDEN "]);
    expect((await read(group, token)).body).toEqual(group);
  });

  test("GRP-02 a name is unique for a professional, GRP-03 not for two", async () => {
    const [one, two] = [await anOffer(), await anOffer()];
    await created(one, "Suivis", [one.regular]);
    const refused = await create<ProblemBody>(one, "Suivis ", [one.periodic]);
    expect(told(refused)).toEqual([409, "GRP-02 GROUP_NAME_TAKEN /name"]);
    await created(two, "Suivis", [two.regular]);
  });

  test("GRP-02 of ten at once under one name, one is made", async () => {
    const offer = await anOffer();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create<ProblemBody>(offer, "Suivis", [offer.regular])),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost && told(lost)).toEqual([409, "GRP-02 GROUP_NAME_TAKEN /name"]);
  });

  test("GRP-02 nor is one made beside a name that is only being written", async () => {
    const offer = await anOffer();
    const { establishmentId } = clinic;
    const now = hub.clock.now();
    const { asked } = await hub.write([establishmentId], async (tx) => {
      await insertServiceGroup(tx, {
        ...{ establishmentId, serviceGroupId: hub.deps.ids.next("grp", now) },
        ...{ professionalId: offer.professional.professionalId, name: "Suivis", serviceIds: [offer.regular] },
        ...{ version: 1, createdAt: now },
      });
      const answer = create<ProblemBody>(offer, "Suivis", [offer.periodic]);
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(told(await asked)).toEqual([409, "GRP-02 GROUP_NAME_TAKEN /name"]);
  });

  test("GRP-04 GRP-05 GRP-06 GRP-07 everything that is wrong is told at once, each at its service", async () => {
    const [offer, other] = [await anOffer(), await anOffer()];
    const gmf = await aService(hub, offer.professional, {
      type: "GMF",
      consultationReason: "regular",
      durationMinutes: 20,
    });
    const refused = await create<ProblemBody>(offer, "Suivis", [
      ...[offer.regular, other.regular, gmf.serviceId, offer.longer, offer.all],
    ]);
    expect(told(refused)).toEqual([
      422,
      "GRP-04 SERVICE_NOT_OFFERED /serviceIds/1",
      "GRP-05 MIXED_SERVICE_TYPE /serviceIds/2",
      "GRP-06 MIXED_SERVICE_DURATION /serviceIds/3",
      "GRP-07 ALL_REASONS_NOT_GROUPABLE /serviceIds/4",
    ]);
  });

  test("GRP-08 a service may be in several groups", async () => {
    const offer = await anOffer();
    await created(offer, "Matin", [offer.regular]);
    const evening = await created(offer, "Soir", [offer.regular, offer.periodic]);
    expect(evening.serviceIds).toEqual([offer.regular, offer.periodic]);
  });

  test.each([
    ["GRP-04 no service", { serviceIds: [] }, "/serviceIds"],
    ["GRP-02 no name", { name: " " }, "/name"],
    ["GRP-04 an id of something else", { serviceIds: ["slt_01m8qk5v0e7kqv8f0a3n6c9d2h"] }, "/serviceIds/0"],
  ])("%s", async (_title, change, pointer) => {
    const body = {
      professionalId: clinic.professionalId,
      name: "A",
      serviceIds: [clinic.service.serviceId],
      ...change,
    };
    const refused = await hub.request<ProblemBody>("POST", "/v1/service-groups", { as: clinic.admin.token, body });
    expect([refused.status, refused.body.violations.map((found) => found.pointer)]).toEqual([400, [pointer]]);
  });

  test("EMP-20 an employee who is not a professional has no groups; one who is may be named by their record", async () => {
    const offer = await anOffer();
    const body = { professionalId: clinic.admin.employeeId, name: "A", serviceIds: [offer.regular] };
    const as = clinic.admin.token;
    expect(told(await hub.request<ProblemBody>("POST", "/v1/service-groups", { as, body }))).toEqual([
      422,
      "EMP-20 NOT_A_PROFESSIONAL /professionalId",
    ]);
    const list = (reference: string) =>
      hub.request<ProblemBody>("GET", `/v1/service-groups?professionalId=${reference}`, { as });
    expect(told(await list(clinic.admin.employeeId))).toEqual([422, "EMP-20 NOT_A_PROFESSIONAL /query/professionalId"]);
    const professionalId = offer.professional.employeeId;
    const named = await hub.request("POST", "/v1/service-groups", { as, body: { ...body, professionalId } });
    expect(named.body).toMatchObject({ professionalId: offer.professional.professionalId });
    expect((await list(professionalId)).body).toMatchObject({ items: [named.body] });
  });

  test("the same Idempotency-Key makes one group", async () => {
    const offer = await anOffer();
    const { professionalId } = offer.professional;
    const body = { professionalId, name: "Suivis", serviceIds: [offer.regular] };
    const request = { as: clinic.admin.token, key: "group-once-1", body };
    const first = await hub.request("POST", "/v1/service-groups", request);
    const again = await hub.request("POST", "/v1/service-groups", request);
    expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([201, first.body, "true"]);
  });
});

describe("changing", () => {
  test("GRP-09 its name and its services; it keeps its id", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Matin", [offer.regular]);
    const renamed = (await edit(group, { name: "Soir" })).body;
    expect(renamed).toEqual({ ...group, version: 2, name: "Soir" });
    const more = (await edit(renamed, { serviceIds: [offer.periodic, offer.regular] })).body;
    expect(more).toEqual({ ...renamed, version: 3, serviceIds: [offer.regular, offer.periodic] });
    const fewer = (await edit(more, { name: "Nuit", serviceIds: [offer.periodic] })).body;
    expect(fewer).toEqual({ ...more, version: 4, name: "Nuit", serviceIds: [offer.periodic] });
    expect((await read(group)).body).toEqual(fewer);
    expect(await changed(group)).toEqual([
      "serviceGroup created 1",
      "serviceGroup updated 2 name",
      "serviceGroup updated 3 serviceIds",
      "serviceGroup updated 4 name serviceIds",
    ]);
  });

  test("GRP-09 a change that says what is moves no version and is not told", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Matin", [offer.regular, offer.periodic]);
    const same = await edit(group, { name: "Matin", serviceIds: [offer.periodic, offer.regular] });
    expect([same.status, same.body]).toEqual([200, group]);
    expect((await edit(group, {})).body).toEqual(group);
    expect(await changed(group)).toEqual(["serviceGroup created 1"]);
  });

  test("GRP-02 GRP-04 GRP-05 GRP-06 GRP-07 hold for changes too; its own name is free for it", async () => {
    const offer = await anOffer();
    const [other, group] = [
      await created(offer, "Matin", [offer.regular]),
      await created(offer, "Soir", [offer.regular]),
    ];
    const refused = await edit<ProblemBody>(group, { name: other.name, serviceIds: [offer.regular, offer.longer] });
    expect(told(refused)).toEqual([
      409,
      "GRP-02 GROUP_NAME_TAKEN /name",
      "GRP-06 MIXED_SERVICE_DURATION /serviceIds/1",
    ]);
    const all = await edit<ProblemBody>(group, { serviceIds: [offer.all] });
    expect(told(all)).toEqual([422, "GRP-07 ALL_REASONS_NOT_GROUPABLE /serviceIds/0"]);
    expect((await edit(group, { name: "Soir", serviceIds: [offer.longer] })).status).toBe(200);
  });

  test("the version must be named and be the last one", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Matin", [offer.regular]);
    const current = (await edit(group, { name: "Soir" })).body;
    for (const stale of [await edit<ProblemBody>(group, { name: "Nuit" }), await remove(group)])
      expect([stale.status, stale.body.current]).toEqual([412, current]);
    expect((await hub.request("DELETE", pathOf(group), { as: clinic.admin.token })).status).toBe(428);
    expect((await read(group)).body).toEqual(current);
  });

  test("of ten changes of one version, one is made", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Matin", [offer.regular]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => edit(group, { name: `Nom ${String(index)}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect((await read(group)).body).toEqual(answers.find(({ status }) => status === 200)?.body);
  });
});

describe("slots and groups", () => {
  const slotBody = ({ professional }: Offer, fields: object) => ({
    professionalId: professional.professionalId,
    startAt: "2027-03-08T08:00:00-05:00",
    endAt: "2027-03-08T12:00:00-05:00",
    placeId: clinic.placeId,
    visibility: "public",
    ...fields,
  });
  const slotOf = async (offer: Offer, fields: object): Promise<Slot> => {
    const answer = await hub.request<Slot>("POST", "/v1/slots", {
      as: clinic.admin.token,
      body: slotBody(offer, fields),
    });
    expect(answer.status).toBe(201);
    return answer.body;
  };

  test("GRP-10 changing or deleting a group changes neither its services nor the slots made with it", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Matin", [offer.regular, offer.periodic]);
    const slot = await slotOf(offer, { serviceGroupIds: [group.serviceGroupId] });
    expect(slot.serviceIds).toEqual([offer.regular, offer.periodic]);
    const service = () => hub.request<Service>("GET", `/v1/services/${offer.periodic}`, { as: clinic.admin.token });
    const before = (await service()).body;
    const fewer = (await edit(group, { serviceIds: [offer.regular] })).body;
    expect((await remove(fewer)).status).toBe(204);
    expect((await read(fewer)).status).toBe(404);
    const kept = await hub.request("GET", `/v1/slots/${slot.slotId}`, { as: clinic.admin.token });
    expect(kept.body).toEqual(slot);
    expect((await service()).body).toEqual(before);
    expect(await changed(group)).toEqual([
      "serviceGroup created 1",
      "serviceGroup updated 2 serviceIds",
      "serviceGroup deleted 3",
    ]);
  });

  test("SVC-21 a deleted service leaves every group in the same operation, which may leave one empty and unusable", async () => {
    const offer = await anOffer();
    const [both, alone, others] = [
      await created(offer, "Les deux", [offer.regular, offer.periodic]),
      await created(offer, "Seul", [offer.regular]),
      await created(offer, "Sans", [offer.periodic]),
    ];
    expect((await removeService(offer.regular)).status).toBe(204);
    expect((await read(both)).body).toEqual({ ...both, version: 2, serviceIds: [offer.periodic] });
    const empty = (await read(alone)).body;
    expect(empty).toEqual({ ...alone, version: 2, serviceIds: [] });
    expect((await read(others)).body).toEqual(others);
    expect(await changed(both)).toEqual(["serviceGroup created 1", "serviceGroup updated 2 serviceIds"]);
    const order = (await changesOf(hub, clinic.establishmentId)).slice(-3).map(({ objectType }) => objectType);
    expect(order).toEqual(["service", "serviceGroup", "serviceGroup"]);
    const refused = await hub.request<ProblemBody>("POST", "/v1/slots", {
      as: clinic.admin.token,
      body: slotBody(offer, { serviceGroupIds: [both.serviceGroupId, empty.serviceGroupId] }),
    });
    expect(told(refused)).toEqual([422, "SLOT-14 SERVICE_NOT_OFFERED /serviceGroupIds/1"]);
    // Filled again, it is of use again.
    const filled = (await edit((await edit(empty, { name: "Vide" })).body, { serviceIds: [offer.periodic] })).body;
    const slot = await slotOf(offer, { serviceGroupIds: [filled.serviceGroupId] });
    expect(slot.serviceIds).toEqual([offer.periodic]);
  });

  test("SVC-21 no service enters a group while it is deleted", async () => {
    for (let round = 0; round < 5; round++) {
      const offer = await anOffer();
      const group = await created(offer, "Matin", [offer.periodic]);
      const [, edited] = await Promise.all([
        removeService(offer.regular),
        edit<ProblemBody>(group, { serviceIds: [offer.regular, offer.periodic] }),
        create(offer, "Soir", [offer.regular]),
      ]);
      expect([200, 412, 422]).toContain(edited.status);
      const { body } = await hub.request<Page<ServiceGroup>>(
        "GET",
        `/v1/service-groups?professionalId=${offer.professional.professionalId}`,
        { as: clinic.admin.token },
      );
      expect(body.items.flatMap(({ serviceIds }) => serviceIds)).not.toContain(offer.regular);
    }
  });
});

describe("machines", () => {
  test("LCGA-04 write groups where they manage the services", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Suivis", [offer.regular], clinic.machine.token);
    expect((await edit(group, { name: "Autre" }, clinic.machine.token)).status).toBe(200);
    expect((await remove(group, clinic.machine.token, 2)).status).toBe(204);
    const staffKeep = await aClinic(hub, { machine: { servicesManagedBy: "staff" } });
    const refused = await create<ProblemBody>(staffKeep, "A", [staffKeep.service.serviceId], staffKeep.machine.token);
    expect(told(refused)).toEqual([403, "LCGA-04 MANAGED_IN_RVSQ "]);
  });

  test("LCGA-02 write and see nothing where they are not linked", async () => {
    const professional = await aProfessional(hub, [await aPlace(hub, clinic)]);
    const service = await aService(hub, professional, { consultationReason: "regular" });
    const refused = await create<ProblemBody>({ professional }, "A", [service.serviceId], clinic.machine.token);
    expect(told(refused)).toEqual([403, "LCGA-02 MACHINE_NOT_LINKED "]);
    const group = await created({ professional }, "A", [service.serviceId]);
    expect((await read(group, clinic.machine.token)).status).toBe(404);
    const { body } = await hub.request<Page<ServiceGroup>>("GET", "/v1/service-groups", { as: clinic.machine.token });
    expect(body.items.map(({ serviceGroupId }) => serviceGroupId)).not.toContain(group.serviceGroupId);
    const reader = await aMachine(hub, { scopes: ["services.read"] });
    expect((await create<ProblemBody>(clinic, "A", [clinic.service.serviceId], reader.token)).body.code).toBe(
      "INSUFFICIENT_SCOPE",
    );
  });
});

describe("reading", () => {
  test("lists page by page, of one professional or of all", async () => {
    const offer = await anOffer();
    const groups = [];
    for (const name of ["A", "B", "C"]) groups.push(await created(offer, name, [offer.regular]));
    const list = (query: string) =>
      hub.request<Page<ServiceGroup>>("GET", `/v1/service-groups?${query}`, { as: clinic.admin.token });
    const one = `professionalId=${offer.professional.professionalId}`;
    const first = (await list(`${one}&limit=2`)).body;
    const second = (await list(`${one}&limit=2&cursor=${String(first.nextCursor)}`)).body;
    expect([...first.items, ...second.items]).toEqual(groups);
    expect(second.nextCursor).toBeNull();
    const all = (await list("limit=1000")).body.items;
    expect(all).toEqual(expect.arrayContaining(groups));
    expect(all.length).toBeGreaterThan(3);
  });

  test("PERM-16 a user sees the groups of those whose agenda they may read", async () => {
    const offer = await anOffer();
    const group = await created(offer, "Suivis", [offer.regular]);
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect(told(await read<ProblemBody>(group, user.token))).toEqual([403, "PERM-16 FORBIDDEN "]);
    const list = () => hub.request<Page<ServiceGroup>>("GET", "/v1/service-groups", { as: user.token });
    expect((await list()).body.items).toEqual([]);
    await aGrant(hub, user, { ...clinic, professionalId: offer.professional.professionalId, access: "read" });
    expect((await read(group, user.token)).body).toEqual(group);
    expect((await list()).body.items).toEqual([group]);
  });
});

describe("isolation", () => {
  test("another establishment's group is not found, and its services cannot be grouped", async () => {
    const [offer, other] = [await anOffer(), await aClinic(hub)];
    const group = await created(offer, "Suivis", [offer.regular]);
    for (const as of [other.admin.token, other.machine.token]) {
      expect((await read(group, as)).status).toBe(404);
      expect((await edit(group, { name: "A" }, as)).status).toBe(404);
      expect((await remove(group, as)).status).toBe(404);
      expect((await create(offer, "A", [offer.regular], as)).status).toBe(404);
      const { body } = await hub.request<Page<ServiceGroup>>("GET", "/v1/service-groups", { as });
      expect(body.items).toEqual([]);
    }
    const foreign = await create<ProblemBody>(other, "A", [offer.regular], other.admin.token);
    expect(told(foreign)).toEqual([422, "GRP-04 SERVICE_NOT_OFFERED /serviceIds/0"]);
  });
});
