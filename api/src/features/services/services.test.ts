import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  aClinic,
  aGrant,
  anEmployee,
  aPlace,
  aProfessional,
  aService,
  anEstablishment,
  aMachine,
} from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { untilHeldUp } from "../../../test/held-up.ts";
import type { Slot } from "../slots/schema.ts";
import type { Service } from "./schema.ts";
import { insertService } from "./store.ts";

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub, { establishment: { isGmf: true, gmfNumber: "03-117" } });
});
afterAll(() => hub.close());

interface Problem {
  code: string;
  violations: { rule: string; code: string; pointer: string }[];
  current?: Service;
}

const wanted = (change: object = {}) => ({
  professionalId: clinic.professionalId,
  type: "GEN",
  consultationReason: "regular",
  durationMinutes: 20,
  ...change,
});
const create = <T = Service>(as: string, change: object = {}) =>
  hub.request<T>("POST", "/v1/services", { as, body: wanted(change) });
const refusalOf = ({ status, body }: { status: number; body: Problem }) => [
  status,
  body.violations[0]?.rule,
  body.code,
];

describe("creating", () => {
  test("SVC-01 a local administrator offers a service; it can be read and listed", async () => {
    const created = await create(clinic.admin.token, { durationMinutes: 25 });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      serviceId: created.body.serviceId,
      version: 1,
      ...wanted({ durationMinutes: 25 }),
      active: true,
    });
    expect(created.headers.get("etag")).toBe('"v1"');
    const read = await hub.request("GET", `/v1/services/${created.body.serviceId}`, { as: clinic.machine.token });
    expect(read.body).toEqual(created.body);
  });

  test("SVC-02 a super user may, a user may not, not even for their own services", async () => {
    const superUser = await anEmployee(hub, clinic, { profile: "superUser", places: [clinic.place] });
    expect((await create(superUser.token, { durationMinutes: 30 })).status).toBe(201);
    expect(refusalOf(await create<Problem>(clinic.professional.token, { durationMinutes: 35 }))).toEqual([
      403,
      "SVC-02",
      "FORBIDDEN",
    ]);
  });

  test("SVC-02 the operator manages no services", async () => {
    expect((await create(await hub.tokens.operator())).status).toBe(403);
  });

  test.each([
    ["SVC-01 no duration", { durationMinutes: undefined }, "/durationMinutes"],
    ["SVC-01 no reason", { consultationReason: undefined }, "/consultationReason"],
    ["SVC-03 a type that does not exist", { type: "CLSC" }, "/type"],
    ["REASON-01 a reason that does not exist", { consultationReason: "other" }, "/consultationReason"],
  ])("%s", async (_title, change, pointer) => {
    const refused = await create<Problem>(clinic.admin.token, change);
    expect([refused.status, refused.body.violations[0]?.pointer]).toEqual([400, pointer]);
  });

  test("SVC-04 type GMF is for a GMF", async () => {
    expect((await create(clinic.admin.token, { type: "GMF" })).status).toBe(201);
    const outside = await aClinic(hub);
    const refused = await create<Problem>(outside.admin.token, { professionalId: outside.professionalId, type: "GMF" });
    expect(refusalOf(refused)).toEqual([422, "SVC-04", "NOT_A_GMF"]);
  });

  test("SVC-23 a duplicate is answered with the service that is there", async () => {
    const first = await create(clinic.admin.token, { durationMinutes: 45 });
    const second = await create<Problem>(clinic.machine.token, { durationMinutes: 45 });
    expect(refusalOf(second)).toEqual([409, "SVC-23", "SERVICE_DUPLICATE"]);
    expect(second.body.current).toEqual(first.body);
  });

  test("SVC-23 of ten at once, one is made", async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => create(clinic.admin.token, { durationMinutes: 50 })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
  });

  test("SVC-23 nor is one made beside one that is only being written", async () => {
    const { establishmentId, professionalId } = clinic;
    const triple = { type: "GEN", consultationReason: "regular", durationMinutes: 52 } as const;
    const now = hub.clock.now();
    const { asked } = await hub.write([establishmentId], async (tx) => {
      const serviceId = hub.deps.ids.next("svc", now);
      await insertService(tx, {
        ...{ establishmentId, serviceId, professionalId },
        ...triple,
        ...{ active: true, version: 1, createdAt: now },
      });
      const answer = create<Problem>(clinic.admin.token, triple);
      await untilHeldUp(tx, answer);
      return { asked: answer };
    });
    expect(refusalOf(await asked)).toEqual([409, "SVC-23", "SERVICE_DUPLICATE"]);
  });

  test("EMP-20 an employee who is not a professional has no services", async () => {
    const refused = await create<Problem>(clinic.admin.token, { professionalId: clinic.admin.employeeId });
    expect(refusalOf(refused)).toEqual([422, "EMP-20", "NOT_A_PROFESSIONAL"]);
    const list = `/v1/services?professionalId=${clinic.admin.employeeId}`;
    expect(refusalOf(await hub.request<Problem>("GET", list, { as: clinic.admin.token }))).toEqual([
      422,
      "EMP-20",
      "NOT_A_PROFESSIONAL",
    ]);
    const named = await create(clinic.admin.token, {
      professionalId: clinic.professional.employeeId,
      durationMinutes: 55,
    });
    expect([named.status, named.body.professionalId]).toEqual([201, clinic.professionalId]);
  });

  test("the same Idempotency-Key makes one service", async () => {
    const request = { as: clinic.admin.token, body: wanted({ durationMinutes: 60 }), key: "service-60-once" };
    const first = await hub.request("POST", "/v1/services", request);
    const again = await hub.request("POST", "/v1/services", request);
    expect([again.status, again.body, again.headers.get("idempotency-replayed")]).toEqual([201, first.body, "true"]);
  });

  test("the log tells readers of the professional's places", async () => {
    const { body } = await create(clinic.admin.token, { durationMinutes: 65 });
    const changes = await hub.write([clinic.establishmentId], async (tx) => [
      ...(await tx.sql`SELECT operation, version, place_ids, professional_id FROM change WHERE object_id = ${body.serviceId}`),
    ]);
    expect(changes).toEqual([
      { operation: "created", version: 1, place_ids: [clinic.placeId], professional_id: clinic.professionalId },
    ]);
  });
});

describe("a machine", () => {
  test("LCGA-04 creates services where its link says so", async () => {
    expect((await create(clinic.machine.token, { durationMinutes: 70 })).status).toBe(201);
    const staffKeep = await aClinic(hub, { machine: { servicesManagedBy: "staff" } });
    const refused = await create<Problem>(staffKeep.machine.token, { professionalId: staffKeep.professionalId });
    expect(refusalOf(refused)).toEqual([403, "LCGA-04", "MANAGED_IN_RVSQ"]);
  });

  test("LCGA-02 writes nothing where it is not linked, and does not see it", async () => {
    const other = await aPlace(hub, clinic);
    const elsewhere = await aProfessional(hub, [other]);
    const service = await aService(hub, elsewhere);
    const refused = await create<Problem>(clinic.machine.token, { professionalId: elsewhere.professionalId });
    expect(refusalOf(refused)).toEqual([403, "LCGA-02", "MACHINE_NOT_LINKED"]);
    const read = await hub.request("GET", `/v1/services/${service.serviceId}`, { as: clinic.machine.token });
    expect(read.status).toBe(404);
    const list = await hub.request<{ items: Service[] }>(
      "GET",
      `/v1/services?professionalId=${elsewhere.professionalId}`,
      {
        as: clinic.machine.token,
      },
    );
    expect(list.body.items).toEqual([]);
  });

  test("without the scope it is told which one it lacks", async () => {
    const reader = await aMachine(hub, { scopes: ["services.read"] });
    expect((await create<Problem>(reader.token)).body.code).toBe("INSUFFICIENT_SCOPE");
  });
});

describe("reading", () => {
  test("lists page by page, one professional, active or deleted", async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const made = [];
    for (const durationMinutes of [10, 15, 20]) made.push(await aService(hub, professional, { durationMinutes }));
    await aService(hub, professional, { durationMinutes: 25, active: false });
    const base = `/v1/services?professionalId=${professional.professionalId}`;
    const read = (query: string) =>
      hub.request<{ items: Service[]; nextCursor: string | null }>("GET", `${base}${query}`, {
        as: clinic.admin.token,
      });
    const first = await read("&active=true&limit=2");
    const second = await read(`&active=true&limit=2&cursor=${String(first.body.nextCursor)}`);
    expect([...first.body.items, ...second.body.items].map(({ serviceId }) => serviceId)).toEqual(
      made.map(({ serviceId }) => serviceId),
    );
    expect(second.body.nextCursor).toBeNull();
    expect((await read("&active=false")).body.items.map(({ active }) => active)).toEqual([false]);
    expect((await read("")).body.items).toHaveLength(4);
  });

  test("PERM-16 a user reads the services of those whose agenda they may read", async () => {
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    const path = `/v1/services/${clinic.service.serviceId}`;
    expect(refusalOf(await hub.request<Problem>("GET", path, { as: user.token }))).toEqual([
      403,
      "PERM-16",
      "FORBIDDEN",
    ]);
    const list = () =>
      hub.request<{ items: Service[] }>("GET", `/v1/services?professionalId=${clinic.professionalId}`, {
        as: user.token,
      });
    expect((await list()).body.items).toEqual([]);
    await aGrant(hub, user, { ...clinic, access: "read" });
    expect((await hub.request("GET", path, { as: user.token })).status).toBe(200);
    expect((await list()).body.items.length).toBeGreaterThan(0);
  });
});

describe("changing and deleting", () => {
  const remove = (as: string, serviceId: string, version = 1) =>
    hub.request<Problem>("DELETE", `/v1/services/${serviceId}`, { as, version });
  const slotOn = (serviceId: string, startAt: string, endAt: string) =>
    hub.request<Slot>("POST", "/v1/slots", {
      as: clinic.admin.token,
      body: {
        ...{ professionalId: clinic.professionalId, startAt, endAt, placeId: clinic.placeId },
        ...{ serviceIds: [serviceId], visibility: "public" },
      },
    });

  test("SVC-17 a service cannot be edited", async () => {
    const path = `/v1/services/${clinic.service.serviceId}`;
    const refused = await hub.request<Problem>("PATCH", path, {
      as: clinic.admin.token,
      body: { durationMinutes: 30 },
    });
    expect(refusalOf(refused)).toEqual([422, "SVC-17", "SERVICE_IMMUTABLE"]);
  });

  test("SVC-02 to a user it is not theirs to edit", async () => {
    const path = `/v1/services/${clinic.service.serviceId}`;
    const user = await hub.request<Problem>("PATCH", path, { as: clinic.professional.token, body: {} });
    expect(refusalOf(user)).toEqual([403, "SVC-02", "FORBIDDEN"]);
  });

  test("SVC-18 not while a slot that has not ended carries it; SVC-19 then", async () => {
    const { body: service } = await create(clinic.admin.token, { durationMinutes: 75 });
    await slotOn(service.serviceId, "2027-03-01T06:00:00-05:00", "2027-03-01T08:00:00-05:00");
    expect(refusalOf(await remove(clinic.admin.token, service.serviceId))).toEqual([409, "SVC-18", "SERVICE_IN_USE"]);
    hub.clock.moveTo("2027-03-01T08:00:01-05:00");
    expect((await remove(clinic.admin.token, service.serviceId)).status).toBe(204);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
    const gone = await hub.request<Service>("GET", `/v1/services/${service.serviceId}`, { as: clinic.admin.token });
    expect([gone.body.active, gone.body.version]).toEqual([false, 2]);
    expect((await create(clinic.admin.token, { durationMinutes: 75 })).status).toBe(201);
  });

  test("SVC-19 one on no slot at all", async () => {
    const { body: service } = await create(clinic.admin.token, { durationMinutes: 76 });
    expect((await remove(clinic.admin.token, service.serviceId)).status).toBe(204);
  });

  test("SVC-20 a past slot goes on listing a service that has been deleted since, as inactive", async () => {
    const { body: service } = await create(clinic.admin.token, { durationMinutes: 77 });
    const slot = await slotOn(service.serviceId, "2027-03-01T06:00:00-05:00", "2027-03-01T08:00:00-05:00");
    const listed = async () => {
      const path = `/v1/slots/${slot.body.slotId}`;
      const { body } = await hub.request<Slot>("GET", path, { as: clinic.admin.token });
      return [body.serviceIds, body.inactiveServiceIds];
    };
    expect(await listed()).toEqual([[service.serviceId], []]);
    hub.clock.moveTo("2027-03-01T08:00:01-05:00");
    expect((await remove(clinic.admin.token, service.serviceId)).status).toBe(204);
    expect(await listed()).toEqual([[service.serviceId], [service.serviceId]]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });

  test("SVC-02 a user deletes nothing; LCGA-04 a machine where it manages them", async () => {
    const { body: service } = await create(clinic.admin.token, { durationMinutes: 80 });
    expect(refusalOf(await remove(clinic.professional.token, service.serviceId))).toEqual([403, "SVC-02", "FORBIDDEN"]);
    expect((await remove(clinic.machine.token, service.serviceId)).status).toBe(204);
  });

  test("the version deleted must be named and be the last; a second delete changes nothing", async () => {
    const { body: service } = await create(clinic.admin.token, { durationMinutes: 85 });
    const path = `/v1/services/${service.serviceId}`;
    expect((await hub.request("DELETE", path, { as: clinic.admin.token })).status).toBe(428);
    const stale = await remove(clinic.admin.token, service.serviceId, 7);
    expect([stale.status, stale.body.current]).toEqual([412, service]);
    expect((await remove(clinic.admin.token, service.serviceId)).status).toBe(204);
    expect((await remove(clinic.admin.token, service.serviceId, 2)).status).toBe(204);
  });
});

describe("isolation", () => {
  test("another establishment's service is not found, whoever asks", async () => {
    const other = await aClinic(hub);
    const path = `/v1/services/${clinic.service.serviceId}`;
    for (const as of [other.admin.token, other.machine.token]) {
      expect((await hub.request("GET", path, { as })).status).toBe(404);
      expect((await hub.request("DELETE", path, { as, version: 1 })).status).toBe(404);
      expect((await hub.request("PATCH", path, { as, body: {} })).status).toBe(404);
      expect((await create(as)).status).toBe(404);
      const list = await hub.request<{ items: Service[] }>(
        "GET",
        `/v1/services?professionalId=${clinic.professionalId}`,
        { as },
      );
      expect(list.body.items).toEqual([]);
    }
    const lonely = await anEstablishment(hub);
    const admin = await anEmployee(hub, lonely, { profile: "localAdmin" });
    const named = await hub.request("GET", `/v1/services?professionalId=${clinic.admin.employeeId}`, {
      as: admin.token,
    });
    expect(named.status).toBe(404);
  });
});
