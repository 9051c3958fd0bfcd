import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, aLink, aMachine, aPlace, aProfessional, aService, anEstablishment } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import type { ServiceGroup } from "../service-groups/schema.ts";
import type { Slot, SlotLineResult } from "./schema.ts";
import { connect } from "../../db/connection.ts";

/** The owner of the tables, who may add a trigger. */
const ownerOf = (of: TestHub) => connect(of.database.url, { max: 1 });

let hub: TestHub;
let clinic: AClinic;

beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

interface Problem {
  code: string;
  violations: { rule: string; code: string; pointer: string }[];
  current?: Slot | null;
}

const full = (change: object = {}) => ({
  professionalId: clinic.professionalId,
  startAt: "2027-03-08T08:00:00-05:00",
  endAt: "2027-03-08T12:00:00-05:00",
  placeId: clinic.placeId,
  serviceIds: [clinic.service.serviceId],
  visibility: "public",
  ...change,
});

let names = 0;
const aName = () => `101-${String((names += 1))}`;
const pathOf = (externalId: string, query = "") => `/v1/slots/by-external-id/${externalId}${query}`;
/** The slot that the answer holds, or the problem. */
const push = async <T = Slot>(
  externalId: string,
  body: object,
  options: { as?: string; version?: number; query?: string } = {},
) => {
  const { as = clinic.machine.token, query = "", version } = options;
  const request = { as, body, ...(version === undefined ? {} : { version }) };
  const answer = await hub.request<T & { slot?: T }>("PUT", pathOf(externalId, query), request);
  return { ...answer, body: answer.body.slot ?? answer.body };
};
const batch = async (lines: unknown[], as = clinic.machine.token): Promise<SlotLineResult[]> => {
  const answer = await hub.request<SlotLineResult[]>("POST", "/v1/slots/batch", { as, ndjson: true, body: lines });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  return answer.body;
};
const rulesOf = ({ status, body }: { status: number; body: Problem }) => [
  status,
  ...body.violations.map(({ rule, code, pointer }) => `${rule} ${code} ${pointer}`),
];
const read = (slotId: string, as = clinic.admin.token) => hub.request<Slot>("GET", `/v1/slots/${slotId}`, { as });
const editByStaff = async (slot: { slotId: string; version: number }, body: object) => {
  const { slotId, version } = slot;
  const edited = await hub.request<Slot>("PATCH", `/v1/slots/${slotId}`, { as: clinic.admin.token, version, body });
  expect(edited.status).toBe(200);
  return edited.body;
};
const deleteByStaff = async ({ slotId, version }: { slotId: string; version: number }) => {
  const deleted = await hub.request("DELETE", `/v1/slots/${slotId}`, { as: clinic.admin.token, version });
  expect(deleted.status).toBe(204);
};
async function count(table: "change" | "slot" | "opening"): Promise<number> {
  return hub.write([clinic.establishmentId], async (tx) => {
    const [row] = await tx.sql<{ rows: number }[]>`
      SELECT count(*)::integer AS rows FROM ${tx.sql(table)} WHERE establishment_id = ${clinic.establishmentId}`;
    return row?.rows ?? -1;
  });
}

describe("under the vendor's own identifier", () => {
  test("design 6: created, read back, unchanged, changed", async () => {
    const name = aName();
    const first = await push(name, full());
    expect([first.status, first.body.externalId, first.body.version]).toEqual([200, name, 1]);
    const got = await hub.request<Slot>("GET", pathOf(name), { as: clinic.machine.token });
    expect([got.status, got.body]).toEqual([200, first.body]);
    const changes = await count("change");
    const again = await push(name, full());
    expect(again.body).toEqual(first.body);
    expect(await count("change")).toBe(changes);
    const changed = await push(name, full({ visibility: "private" }));
    expect(changed.body).toEqual({ ...first.body, version: 2, visibility: "private" });
    expect(await count("change")).toBe(changes + 1);
  });

  test("an externalId is the vendor's: staff do not see it, another vendor uses the same for its own", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    expect((await read(slot.slotId)).body.externalId).toBeNull();
    const other = await aClinic(hub);
    const own = {
      ...full(),
      ...{ professionalId: other.professionalId, placeId: other.placeId, serviceIds: [other.service.serviceId] },
    };
    const theirs = await push(name, own, { as: other.machine.token });
    expect([theirs.status, theirs.body.slotId === slot.slotId]).toEqual([200, false]);
  });

  test("it survives a change of machine identifier, since it is the vendor's", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    const successor = await aMachine(hub, { vendorId: clinic.machine.vendorId });
    const second = await aPlace(hub, clinic);
    await aLink(hub, successor, second);
    expect((await hub.request("GET", pathOf(name), { as: successor.token })).status).toBe(404);
    const foreign = await push<Problem>(name, full({ visibility: "private" }), { as: successor.token });
    expect(rulesOf(foreign)).toEqual([403, "LCGA-02 MACHINE_NOT_LINKED "]);
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
      UPDATE machine_link SET machine_id = ${successor.machineId} WHERE place_id = ${clinic.placeId}`,
    );
    const found = await hub.request<Slot>("GET", pathOf(name), { as: successor.token });
    expect(found.body.slotId).toBe(slot.slotId);
    await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`
      UPDATE machine_link SET machine_id = ${clinic.machine.machineId} WHERE place_id = ${clinic.placeId}`,
    );
  });

  test("the same times in another offset, services in another order: the same body", async () => {
    const name = aName();
    await push(name, full());
    const again = await push(name, full({ startAt: "2027-03-08T13:00:00Z", placeId: clinic.placeId, openFrom: null }));
    expect([again.status, again.body.version]).toEqual([200, 1]);
  });

  test("a body says the whole slot: what is absent is wanted empty; only SLOT-12 fills in", async () => {
    const name = aName();
    const { professionalId } = clinic;
    const { startAt, endAt, placeId, serviceIds } = full();
    const bare = await push(name, { professionalId, startAt, endAt });
    expect(bare.body.status).toBe("incomplete");
    const safe = await push(name, { professionalId, startAt, endAt, placeId, serviceIds });
    expect(safe.body).toMatchObject({ status: "complete", visibility: "private" });
    expect((await push(name, { professionalId, startAt, endAt })).body.status).toBe("incomplete");
    const noEnd = await push<Problem>(aName(), { professionalId, startAt });
    expect([noEnd.status, noEnd.body.violations[0]?.pointer]).toEqual([400, "/endAt"]);
  });

  test("SLOT-40 the professional of a slot does not change", async () => {
    const name = aName();
    await push(name, full());
    const other = await aProfessional(hub, [clinic.place]);
    const service = await aService(hub, other);
    const { professionalId } = other;
    const refused = await push<Problem>(name, full({ professionalId, serviceIds: [service.serviceId] }));
    expect(rulesOf(refused)).toEqual([422, "SLOT-40 FIELD_NOT_EDITABLE /professionalId"]);
  });

  test("LCGA-05 the rules of slots are the same as for staff", async () => {
    const refused = await push<Problem>(aName(), full({ endAt: "2027-03-08T07:00:00-05:00", openFrom: "2027-03-08" }));
    expect(rulesOf(refused)).toEqual([422, "SLOT-03 INVALID_INTERVAL /endAt", "SLOT-25 REQUIRED_FIELD /openFrom"]);
  });

  test("staff and other kinds of callers have no names of slots", async () => {
    expect((await push(aName(), full(), { as: clinic.admin.token })).status).toBe(403);
    expect((await hub.request("GET", pathOf("101-1"), { as: await hub.tokens.operator() })).status).toBe(403);
  });
});

describe("after somebody else has written", () => {
  test("design 6: the vendor's last body again is unchanged and undoes nothing", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    const edited = await editByStaff(slot, { visibility: "private" });
    const again = await push(name, full());
    expect([again.status, again.body.version, again.body.visibility]).toEqual([200, 2, "private"]);
    expect(edited.visibility).toBe("private");
  });

  test("the vendor's last body again undoes it when it names the version that they wrote, once", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    await editByStaff(slot, { visibility: "private" });
    expect((await push(name, full(), { version: 1 })).body).toMatchObject({ version: 2, visibility: "private" });
    const lines = await batch([{ externalId: name, baseVersion: 2, ...full() }]);
    expect(lines[0]).toMatchObject({ outcome: "updated", version: 3 });
    // The answer was lost: the repetition names what it was made from.
    expect((await push(name, full(), { version: 2 })).body).toMatchObject({ version: 3, visibility: "public" });
  });

  test("design 6: a different body needs the version it was made from", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    const edited = await editByStaff(slot, { endAt: "2027-03-08T11:00:00-05:00" });
    const wanted = full({ endAt: "2027-03-08T10:00:00-05:00" });
    const blind = await push<Problem>(name, wanted);
    expect(rulesOf(blind)).toEqual([412, "CONTRACT PRECONDITION_FAILED "]);
    expect(blind.body.current).toEqual({ ...edited, externalId: name });
    expect((await push<Problem>(name, wanted, { version: 1 })).status).toBe(412);
    const seen = await push(name, wanted, { version: 2 });
    expect([seen.status, seen.body.version]).toEqual([200, 3]);
    // The vendor was the last to write again: no version is needed.
    expect((await push(name, full())).body.version).toBe(4);
  });

  test("design 6: what staff deleted is not revived", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    await deleteByStaff(slot);
    for (const body of [full(), full({ visibility: "private" })]) {
      const refused = await push<Problem>(name, body);
      expect([refused.status, refused.body.current]).toEqual([412, null]);
    }
    expect((await hub.request("GET", pathOf(name), { as: clinic.machine.token })).status).toBe(404);
    expect((await batch([{ externalId: name, ...full() }]))[0]).toMatchObject({
      outcome: "unchanged",
      slotId: slot.slotId,
      version: null,
    });
    // The vendor lets its name go, and says anew what it wants.
    const released = await hub.request("DELETE", pathOf(name), { as: clinic.machine.token });
    expect(released.status).toBe(204);
    const anew = await push(name, full());
    expect([anew.status, anew.body.slotId === slot.slotId]).toEqual([200, false]);
  });

  test("the vendor's own edit by id counts as its last write", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    const as = clinic.machine.token;
    const edited = await hub.request<Slot>("PATCH", `/v1/slots/${slot.slotId}`, {
      ...{ as, version: 1 },
      body: { visibility: "private" },
    });
    expect([edited.status, edited.body.externalId]).toEqual([200, name]);
    const pushed = await push(name, full());
    expect([pushed.status, pushed.body.version, pushed.body.visibility]).toEqual([200, 3, "public"]);
  });

  test("a body that says what the slot is already writes nothing, and is the vendor's last from then on", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    await editByStaff(slot, { visibility: "private" });
    const changes = await count("change");
    const agreed = await push(name, full({ visibility: "private" }), { version: 2 });
    expect([agreed.status, agreed.body.version, await count("change")]).toEqual([200, 2, changes]);
    expect((await push(name, full())).body.version).toBe(3);
  });
});

describe("deleting by the vendor's identifier", () => {
  const remove = (name: string, version?: number) =>
    hub.request<Problem>("DELETE", pathOf(name), {
      as: clinic.machine.token,
      ...(version === undefined ? {} : { version }),
    });

  test("deletes the slot and releases the name", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    expect((await remove(name)).status).toBe(204);
    expect((await read(slot.slotId)).status).toBe(404);
    expect((await remove(name)).status).toBe(404);
    expect((await push(name, full())).status).toBe(200);
  });

  test("design 6: after somebody else has written, the version is needed", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    await editByStaff(slot, { visibility: "private" });
    expect((await remove(name)).status).toBe(412);
    expect((await remove(name, 2)).status).toBe(204);
  });

  test("SLOT-43 a complete slot that has ended stays", async () => {
    const name = aName();
    await push(name, full({ startAt: "2027-03-01T06:00:00-05:00", endAt: "2027-03-01T08:00:00-05:00" }));
    hub.clock.moveTo("2027-03-01T09:00:00-05:00");
    expect(rulesOf(await remove(name))).toEqual([422, "SLOT-43 SLOT_IN_PAST "]);
    hub.clock.moveTo("2027-03-01T07:00:00-05:00");
  });
});

describe("a machine in several establishments", () => {
  test("names the establishment, in the query or on the line", async () => {
    const second = await aClinic(hub, { machine: { vendorId: clinic.machine.vendorId } });
    const machine = await aMachine(hub, { vendorId: clinic.machine.vendorId });
    const [placeA, placeB] = [await aPlace(hub, clinic), await aPlace(hub, second)];
    await aLink(hub, machine, placeA);
    await aLink(hub, machine, placeB);
    const as = machine.token;
    const bodies = [];
    for (const at of [placeA, placeB]) {
      const professional = await aProfessional(hub, [at]);
      const service = await aService(hub, professional);
      const { professionalId } = professional;
      bodies.push(full({ professionalId, placeId: at.placeId, serviceIds: [service.serviceId] }));
    }
    const name = aName();
    const [bodyA = {}, bodyB = {}] = bodies;
    const unsaid = await push<Problem>(name, bodyA, { as });
    expect(rulesOf(unsaid)).toEqual([400, "CONTRACT ESTABLISHMENT_REQUIRED /query/establishmentId"]);
    const inA = await push(name, bodyA, { as, query: `?establishmentId=${clinic.establishmentId}` });
    const inB = await push(name, bodyB, { as, query: `?establishmentId=${second.establishmentId}` });
    expect([inA.status, inB.status, inA.body.slotId === inB.body.slotId]).toEqual([200, 200, false]);
    const results = await batch(
      [
        { externalId: name, establishmentId: second.establishmentId, ...bodyB },
        { externalId: name, ...bodyB },
        { externalId: name, establishmentId: clinic.establishmentId, ...bodyB },
        bodyA,
      ],
      as,
    );
    expect(results.map(({ outcome, problem }) => [outcome, problem?.code, problem?.violations[0]?.pointer])).toEqual([
      ["unchanged", undefined, undefined],
      ["refused", "ESTABLISHMENT_REQUIRED", "/establishmentId"],
      ["refused", "NOT_FOUND", "/professionalId"],
      ["created", undefined, undefined],
    ]);
    const got = (query: string) => hub.request<Slot & Problem>("GET", pathOf(name, query), { as });
    expect((await got(`?establishmentId=${second.establishmentId}`)).body.slotId).toBe(inB.body.slotId);
    expect(rulesOf(await got(""))).toEqual([400, "CONTRACT ESTABLISHMENT_REQUIRED /query/establishmentId"]);
    const foreign = await anEstablishment(hub);
    const query = `?establishmentId=${foreign.establishmentId}`;
    for (const answer of [await got(query), await push<Problem>(name, bodyA, { as, query })])
      expect(rulesOf(answer)).toEqual([404, "CONTRACT NOT_FOUND /query/establishmentId"]);
  });
});

describe("a batch", () => {
  test("answers one result a line, in order; each line stands alone", async () => {
    const [kept, changed, gone] = [aName(), aName(), aName()];
    await batch([kept, changed, gone].map((externalId) => ({ externalId, ...full() })));
    const fresh = aName();
    const results = await batch([
      { externalId: kept, ...full() },
      { externalId: fresh, ...full() },
      { externalId: changed, ...full({ visibility: "private" }) },
      { externalId: "bad", ...full({ serviceIds: ["svc_01m8qk5v0e7kqv8f0a3n6c9d2h"] }) },
      { externalId: gone, delete: true },
      { externalId: "never-seen", delete: true },
      { externalId: "worse" },
      full(),
      { externalId: changed, baseVersion: 1, ...full() },
    ]);
    expect(results.map(({ index, externalId, outcome, version }) => [index, externalId, outcome, version])).toEqual([
      [0, kept, "unchanged", 1],
      [1, fresh, "created", 1],
      [2, changed, "updated", 2],
      [3, "bad", "refused", null],
      [4, gone, "deleted", null],
      [5, "never-seen", "unchanged", null],
      [6, null, "refused", null],
      [7, null, "created", 1],
      [8, changed, "refused", 2],
    ]);
    expect(results[3]?.problem).toEqual({
      code: "SERVICE_NOT_OFFERED",
      violations: [
        {
          rule: "SLOT-14",
          href: `${hub.deps.config.baseUrl}/docs/rules/SLOT-14`,
          code: "SERVICE_NOT_OFFERED",
          pointer: "/serviceIds",
          detail: "Ce professionnel n'offre pas ce service, ou ce regroupement n'en contient aucun.",
        },
      ],
    });
    expect(results[6]?.problem?.violations.map(({ pointer }) => pointer)).toEqual([
      "/professionalId",
      "/startAt",
      "/endAt",
    ]);
    expect(results[8]?.problem?.code).toBe("PRECONDITION_FAILED");
  });

  test("one name twice: the second line sees what the first did", async () => {
    const name = aName();
    const results = await batch([
      { externalId: name, ...full() },
      { externalId: name, ...full() },
      { externalId: name, ...full({ visibility: "private" }) },
      { externalId: name, delete: true },
      { externalId: name, ...full() },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual(["created", "unchanged", "updated", "deleted", "created"]);
  });

  test("a line that is not JSON, an empty line, a line without end", async () => {
    const text = ['{"externalId":', "", JSON.stringify({ externalId: aName(), ...full() })].join("\n");
    const answer = await hub.request<SlotLineResult[]>("POST", "/v1/slots/batch", {
      ...{ as: clinic.machine.token, body: text },
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(answer.body.map(({ index, outcome, problem }) => [index, outcome, problem?.code])).toEqual([
      [0, "refused", "MALFORMED_BODY"],
      [1, "created", undefined],
    ]);
  });

  test("2,500 lines: created, then every one unchanged with nothing written or announced", async () => {
    const clinicOfMany = await aClinic(hub);
    const { machine, professionalId, placeId, service } = clinicOfMany;
    const lines = Array.from({ length: 2500 }, (_, i) => {
      const start = Date.parse("2027-03-08T13:00:00Z") + (i % 250) * 86_400_000 + Math.floor(i / 250) * 1_800_000;
      const times = { startAt: new Date(start).toISOString(), endAt: new Date(start + 1_800_000).toISOString() };
      return {
        ...{ externalId: `many-${String(i)}`, professionalId, placeId, visibility: "public", ...times },
        serviceIds: [service.serviceId],
      };
    });
    const first = await batch(lines, machine.token);
    expect(new Set(first.map(({ outcome }) => outcome))).toEqual(new Set(["created"]));
    expect(first.map(({ index }) => index)).toEqual(lines.map((_, i) => i));
    const state = () =>
      hub.write([clinicOfMany.establishmentId], async (tx) => [
        ...(await tx.sql`
          SELECT (SELECT count(*)::integer FROM slot WHERE professional_id = ${professionalId}) AS slots,
            (SELECT count(*)::integer FROM opening WHERE professional_id = ${professionalId}) AS openings,
            (SELECT last_seq FROM change_counter WHERE establishment_id = ${clinicOfMany.establishmentId}) AS seq`),
      ]);
    const before = await state();
    expect(before).toEqual([{ slots: 2500, openings: 5000, seq: 2500 }]);
    const again = await batch(lines, machine.token);
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(["unchanged"]));
    expect(again.map(({ slotId, version }) => [slotId, version])).toEqual(
      first.map(({ slotId, version }) => [slotId, version]),
    );
    expect(await state()).toEqual(before);
  });

  test("what the database refuses to a chunk is tried line by line", async () => {
    // A trigger stands for any constraint that only the database can see.
    const owner = ownerOf(hub);
    await owner`
      CREATE FUNCTION refuse_odd_slot() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NEW.end_at - NEW.start_at = interval '7 minutes' THEN RAISE EXCEPTION 'odd' USING ERRCODE = '23514'; END IF;
          RETURN NEW;
        END $$`;
    await owner`CREATE TRIGGER refuse_odd BEFORE INSERT ON slot FOR EACH ROW EXECUTE FUNCTION refuse_odd_slot()`;
    const before = await count("slot");
    const results = await batch([
      { externalId: aName(), ...full() },
      { externalId: aName(), ...full({ endAt: "2027-03-08T08:07:00-05:00" }) },
      { externalId: aName(), ...full() },
    ]);
    await owner`DROP TRIGGER refuse_odd ON slot`;
    await owner.end();
    expect(results.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ["created", undefined],
      ["refused", "INTERNAL"],
      ["created", undefined],
    ]);
    expect(await count("slot")).toBe(before + 2);
    expect(hub.logs.filter((line) => line.includes("batch line failed") && line.includes("23514"))).toHaveLength(1);
  });

  test("two pushes of the same agenda at once make each slot once", async () => {
    const lines = Array.from({ length: 40 }, () => ({ externalId: aName(), ...full() }));
    const before = await count("slot");
    const both = await Promise.all([batch(lines), batch([...lines].reverse())]);
    expect(await count("slot")).toBe(before + 40);
    const outcomes = both.flat().map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === "created")).toHaveLength(40);
    expect(outcomes.filter((outcome) => outcome === "unchanged")).toHaveLength(40);
  });

  test("LCGA-02 lines for a place that is not linked are refused, the others pass", async () => {
    const second = await aPlace(hub, clinic);
    const professional = await aProfessional(hub, [second]);
    const service = await aService(hub, professional);
    const { professionalId } = professional;
    const results = await batch([
      { externalId: aName(), ...full({ professionalId, placeId: second.placeId, serviceIds: [service.serviceId] }) },
      { externalId: aName(), ...full() },
    ]);
    expect(results.map(({ problem }) => problem?.code)).toEqual(["MACHINE_NOT_LINKED", undefined]);
  });

  test("isolation: another vendor's names and agendas do not exist", async () => {
    const name = aName();
    const { body: slot } = await push(name, full());
    const other = await aClinic(hub);
    const as = other.machine.token;
    expect((await hub.request("GET", pathOf(name), { as })).status).toBe(404);
    expect((await hub.request("DELETE", pathOf(name), { as })).status).toBe(404);
    const results = await batch(
      [
        { externalId: name, ...full() },
        { externalId: name, delete: true },
      ],
      as,
    );
    expect(results.map(({ outcome, problem }) => [outcome, problem?.code])).toEqual([
      ["refused", "NOT_FOUND"],
      ["unchanged", undefined],
    ]);
    expect((await read(slot.slotId)).status).toBe(200);
  });

  test("a body of another type is refused as a whole", async () => {
    const answer = await hub.request<Problem>("POST", "/v1/slots/batch", { as: clinic.machine.token, body: [] });
    expect([answer.status, answer.body.code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"]);
  });
});

describe("service groups", () => {
  test("SLOT-18 GRP-10 a push names groups: its body stays its own whatever they come to hold", async () => {
    const professional = await aProfessional(hub, [clinic.place]);
    const { professionalId } = professional;
    const regular = (await aService(hub, professional, { consultationReason: "regular" })).serviceId;
    const periodic = (await aService(hub, professional, { consultationReason: "periodic" })).serviceId;
    const as = clinic.machine.token;
    const make = (name: string, serviceIds: string[]) =>
      hub.request<ServiceGroup>("POST", "/v1/service-groups", { as, body: { professionalId, name, serviceIds } });
    const [both, one] = [(await make("Les deux", [regular, periodic])).body, (await make("Un", [periodic])).body];
    const groups = (...serviceGroupIds: string[]) => full({ professionalId, serviceIds: [], serviceGroupIds });
    const name = aName();
    const slot = (await push(name, groups(both.serviceGroupId))).body;
    expect(slot).toMatchObject({ version: 1, serviceIds: [regular, periodic], status: "complete" });
    // The group changes, the slot does not; nor does the body sent again change it.
    const path = `/v1/service-groups/${both.serviceGroupId}`;
    expect((await hub.request("PATCH", path, { as, version: 1, body: { serviceIds: [regular] } })).status).toBe(200);
    expect((await push(name, groups(both.serviceGroupId))).body).toEqual(slot);
    const twice = await push(name, groups(both.serviceGroupId, both.serviceGroupId));
    expect(twice.body).toEqual(slot);
    // Another group is another body, and a body is the whole slot.
    const other = (await push(name, groups(one.serviceGroupId))).body;
    expect([other.version, other.serviceIds]).toEqual([2, [periodic]]);
    const [line, refused] = await batch([
      { externalId: name, ...groups(both.serviceGroupId) },
      { externalId: aName(), ...groups("grp_01m8qk5v0e7kqv8f0a3n6c9d2h") },
    ]);
    expect([line?.outcome, line?.version]).toEqual(["updated", 3]);
    expect((await read(slot.slotId)).body.serviceIds).toEqual([regular]);
    expect([refused?.outcome, refused?.problem?.violations.map(({ rule, pointer }) => `${rule} ${pointer}`)]).toEqual([
      "refused",
      ["SLOT-14 /serviceGroupIds/0"],
    ]);
  });
});
