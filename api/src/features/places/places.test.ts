import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { anAppointment } from "../../../test/an-appointment.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic, aMachine, anEmployee, anEstablishment, aPlace } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import type { ChangeObject } from "../../db/change-log.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { newPlaceExample, placeOptionsChangeExample } from "./schema.ts";
import type { Place, PlaceOptions } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
let operator: string;

beforeAll(async () => {
  hub = await createTestHub();
  operator = await hub.tokens.operator();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

/** Another clinic altogether, whose place nobody of `clinic` may know of. */
const foreign = async () => aClinic(hub);
const nowhere = "plc_00000000000000000000000000";

async function lastChange(establishmentId: string) {
  return hub.write([establishmentId], async (tx) => {
    const [row] = await tx.sql<{ objectType: ChangeObject; objectId: string; operation: string; changed: string[] }[]>`
      SELECT object_type AS "objectType", object_id AS "objectId", operation, changed
      FROM change WHERE establishment_id = ${establishmentId} ORDER BY seq DESC LIMIT 1`;
    return row;
  });
}

describe("places.create", () => {
  const create = (body: object, as = operator) => hub.request<Place & ProblemBody>("POST", "/v1/places", { as, body });

  test("PLACE-01 the hub names the place", async () => {
    const { establishmentId } = await anEstablishment(hub);
    const created = await create({ ...newPlaceExample, establishmentId });
    expect(created.status).toBe(201);
    expect(created.headers.get("etag")).toBe('"v1"');
    expect(created.body).toMatchObject({ ...newPlaceExample, establishmentId, version: 1, machineIdentifier: null });
    expect(created.body.placeId).toMatch(/^plc_/);
    const read = await hub.request("GET", `/v1/places/${created.body.placeId}`, { as: operator });
    expect(read.body).toEqual(created.body);
    expect(await lastChange(establishmentId)).toEqual({
      objectType: "place",
      objectId: created.body.placeId,
      operation: "created",
      changed: [],
    });
  });

  test("PLACE-01 nobody chooses or changes a place's id", async () => {
    const refused = await create({
      ...newPlaceExample,
      establishmentId: clinic.establishmentId,
      placeId: clinic.placeId,
    });
    expect(refused.status).toBe(400);
    expect(refusalsOf(refused)).toEqual(["CONTRACT UNKNOWN_FIELD /placeId"]);
  });

  test("PLACE-20 its options start with their defaults", async () => {
    const { establishmentId } = await anEstablishment(hub);
    const { body: place } = await create({ ...newPlaceExample, establishmentId });
    const options = await hub.request<PlaceOptions>("GET", `/v1/places/${place.placeId}/options`, { as: operator });
    expect(options.body).toEqual({
      placeId: place.placeId,
      version: 1,
      displayMode: "byRelationship",
      maskProfessionalName: { gmf: false, gen: false },
      cancellationPolicy: { value: 24, unit: "hours" },
      noShowMessageEnabled: false,
    });
  });

  test("EST-01 nobody but the operator creates", async () => {
    const superUser = await anEmployee(hub, clinic, { profile: "superUser" });
    for (const { token } of [clinic.admin, superUser, clinic.professional, clinic.machine]) {
      const refused = await create({ ...newPlaceExample, establishmentId: clinic.establishmentId }, token);
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["EST-01 FORBIDDEN "]]);
    }
  });

  test("an unknown establishment is not found", async () => {
    const refused = await create({ ...newPlaceExample, establishmentId: "est_00000000000000000000000000" });
    expect(refused.status).toBe(404);
  });

  test("Place.endDate is not before startDate", async () => {
    const { establishmentId } = clinic;
    const refused = await create({
      ...newPlaceExample,
      establishmentId,
      startDate: "2027-03-08",
      endDate: "2027-03-07",
    });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual(["Place.endDate OUT_OF_RANGE /endDate"]);
  });

  test("coordinates are given as a pair, in Québec, or not at all", async () => {
    const { establishmentId } = clinic;
    const { latitude, longitude, ...without } = { ...newPlaceExample, establishmentId };
    expect((await create({ ...without, latitude, longitude })).body).toMatchObject({ latitude, longitude });
    expect((await create(without)).body).toMatchObject({ latitude: null, longitude: null });
    expect((await create({ ...without, latitude: null, longitude: null })).status).toBe(201);
    const told = async (coordinates: object) => refusalsOf(await create({ ...without, ...coordinates }));
    expect(await told({ latitude })).toEqual(["CONTRACT REQUIRED_FIELD /longitude"]);
    expect(await told({ latitude: null, longitude })).toEqual(["CONTRACT REQUIRED_FIELD /latitude"]);
    expect(await told({ latitude, endDate: "2027-03-07", startDate: "2027-03-08" })).toEqual([
      "Place.endDate OUT_OF_RANGE /endDate",
      "CONTRACT REQUIRED_FIELD /longitude",
    ]);
    for (const [elsewhere, pointers] of [
      [{ latitude: longitude, longitude: latitude }, ["/latitude", "/longitude"]],
      [{ latitude, longitude: -longitude }, ["/longitude"]],
      [{ latitude: 43.65, longitude: -79.38 }, ["/latitude"]],
      [{ latitude: "46.8118", longitude }, ["/latitude"]],
    ] as const)
      expect(await told(elsewhere)).toEqual(pointers.map((pointer) => `CONTRACT INVALID_REQUEST ${pointer}`));
  });

  test("a zone that is not Québec's, or a postal code that is not Canadian, does not follow the contract", async () => {
    const { establishmentId } = clinic;
    const refused = await create({
      ...newPlaceExample,
      establishmentId,
      timeZone: "Europe/Paris",
      postalCode: "75001",
    });
    expect(refused.status).toBe(400);
    expect(refusalsOf(refused)).toEqual(["CONTRACT INVALID_REQUEST /postalCode", "CONTRACT INVALID_REQUEST /timeZone"]);
  });

  test("the same key creates one place", async () => {
    const { establishmentId } = await anEstablishment(hub);
    const body = { ...newPlaceExample, establishmentId };
    const send = () => hub.request<Place>("POST", "/v1/places", { as: operator, body, key: "a-key-of-places" });
    const [first, second] = [await send(), await send()];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const list = await hub.request<Page<Place>>("GET", `/v1/places?establishmentId=${establishmentId}`, {
      as: operator,
    });
    expect(list.body.items).toHaveLength(1);
  });
});

describe("places.get", () => {
  test("PLACE-03 staff and the linked machine read it; PLACE-08 with its machine identifier; PLACE-04 with its label", async () => {
    const own = await aClinic(hub, { place: { name: "Clinique du Port", abbreviation: "Port" } });
    for (const as of [own.admin.token, own.professional.token, own.machine.token, operator]) {
      const read = await hub.request<Place>("GET", `/v1/places/${own.placeId}`, { as });
      expect(read.status).toBe(200);
      expect(read.body).toMatchObject({
        placeId: own.placeId,
        name: "Clinique du Port",
        label: "Port",
        machineIdentifier: own.machine.machineId,
      });
    }
  });

  test("PLACE-04 without an abbreviation the label is the name", async () => {
    const place = await aPlace(hub, clinic, { name: "Clinique de la Côte", abbreviation: null });
    const read = await hub.request<Place>("GET", `/v1/places/${place.placeId}`, { as: operator });
    expect(read.body.label).toBe("Clinique de la Côte");
  });

  test("LCGA-02 a place of the establishment that is not linked is not shown to the machine", async () => {
    const unlinked = await aPlace(hub, clinic);
    for (const path of [unlinked.placeId, `${unlinked.placeId}/options`]) {
      const read = await hub.request<ProblemBody>("GET", `/v1/places/${path}`, { as: clinic.machine.token });
      expect(read.status).toBe(404);
    }
  });

  test("another establishment's place answers like one that does not exist", async () => {
    const other = await foreign();
    for (const as of [clinic.admin.token, clinic.professional.token, clinic.machine.token]) {
      for (const suffix of ["", "/options"]) {
        const there = await hub.request<ProblemBody>("GET", `/v1/places/${other.placeId}${suffix}`, { as });
        const missing = await hub.request<ProblemBody>("GET", `/v1/places/${nowhere}${suffix}`, { as });
        expect(there.status).toBe(404);
        expect(withoutRequestId(there)).toEqual(withoutRequestId(missing));
      }
    }
  });
});

describe("places.list", () => {
  const list = async (as: string, query = "") => {
    const answer = await hub.request<Page<Place>>("GET", `/v1/places${query}`, { as });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const ids = ({ items }: Page<Place>) => items.map(({ placeId }) => placeId);

  test("staff see their establishment's, a machine the linked ones, the operator all", async () => {
    const own = await aClinic(hub);
    const second = await aPlace(hub, own);
    expect(ids(await list(own.admin.token))).toEqual([own.placeId, second.placeId]);
    expect(ids(await list(own.machine.token))).toEqual([own.placeId]);
    const all = ids(await list(operator, "?limit=1000"));
    expect(all).toEqual(expect.arrayContaining([own.placeId, second.placeId, clinic.placeId]));
  });

  test("establishmentId filters; of another establishment nothing is shown", async () => {
    const other = await foreign();
    expect(ids(await list(operator, `?establishmentId=${other.establishmentId}`))).toEqual([other.placeId]);
    expect(ids(await list(clinic.admin.token, `?establishmentId=${other.establishmentId}`))).toEqual([]);
    expect(ids(await list(clinic.machine.token, `?establishmentId=${other.establishmentId}`))).toEqual([]);
  });

  test("PLACE-08 one machine is linked with places of two establishments", async () => {
    const places = [await aPlace(hub, await foreign()), await aPlace(hub, await foreign())];
    const { token, machineId } = await aMachine(hub, { places });
    const page = await list(token);
    expect(ids(page)).toEqual(places.map(({ placeId }) => placeId));
    expect(page.items.map(({ machineIdentifier }) => machineIdentifier)).toEqual([machineId, machineId]);
  });

  test("pages follow one another, and a cursor is good for its own list only", async () => {
    const own = await anEstablishment(hub);
    const places = [await aPlace(hub, own), await aPlace(hub, own), await aPlace(hub, own)];
    const filter = `?establishmentId=${own.establishmentId}`;
    const first = await list(operator, `${filter}&limit=2`);
    const second = await list(operator, `${filter}&limit=2&cursor=${String(first.nextCursor)}`);
    expect([...ids(first), ...ids(second)]).toEqual(places.map(({ placeId }) => placeId));
    expect(second.nextCursor).toBeNull();
    const elsewhere = await hub.request<ProblemBody>("GET", `/v1/places?cursor=${String(first.nextCursor)}`, {
      as: operator,
    });
    expect(elsewhere.body.code).toBe("CURSOR_INVALID");
  });
});

describe("places.update", () => {
  const update = (
    placeId: string,
    as: string,
    body: object,
    version: number | null = 1,
  ): Promise<TestAnswer<Place & ProblemBody>> =>
    hub.request("PATCH", `/v1/places/${placeId}`, { as, body, ...(version === null ? {} : { version }) });
  const read = async (placeId: string) =>
    (await hub.request<Place>("GET", `/v1/places/${placeId}`, { as: operator })).body;

  test("PLACE-02 the operator writes every field, and the log tells which", async () => {
    const own = await aClinic(hub);
    const change = {
      name: "Clinique de la Baie",
      abbreviation: "Baie",
      ramqNumber: "55231",
      localityCode: "23027",
      startDate: "2024-09-03",
      endDate: "2030-12-31",
      civicNumber: "12",
      street: "rue du Quai",
      suite: "300",
      city: "Cap-aux-Meules",
      province: "Québec",
      postalCode: "G4T 1A1",
      phone: "418-555-0101",
      latitude: 47.3786,
      longitude: -61.8617,
      timeZone: "America/Halifax",
    };
    const before = await read(own.placeId);
    const updated = await update(own.placeId, operator, change);
    expect([updated.status, updated.headers.get("etag")]).toEqual([200, '"v2"']);
    expect(updated.body).toEqual({ ...before, ...change, label: "Baie", version: 2 });
    expect(await read(own.placeId)).toEqual(updated.body);
    expect(await lastChange(own.establishmentId)).toEqual({
      objectType: "place",
      objectId: own.placeId,
      operation: "updated",
      changed: Object.keys(change),
    });
  });

  test("PLACE-02 a local administrator writes abbreviation, suite and phone; any other field is refused, all at once", async () => {
    const own = await aClinic(hub);
    const { token } = own.admin;
    const refused = await update(own.placeId, token, {
      abbreviation: "Port",
      street: "rue du Quai",
      machineIdentifier: null,
      endDate: "2027-03-31",
    });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused).sort()).toEqual([
      "PLACE-02 FIELD_NOT_EDITABLE /endDate",
      "PLACE-02 FIELD_NOT_EDITABLE /machineIdentifier",
      "PLACE-02 FIELD_NOT_EDITABLE /street",
    ]);
    expect(await read(own.placeId)).toMatchObject({ version: 1, abbreviation: null });
    const updated = await update(own.placeId, token, { abbreviation: "Port", suite: null, phone: "418-555-0199" });
    expect(updated.body).toMatchObject({ version: 2, abbreviation: "Port", label: "Port", phone: "418-555-0199" });
  });

  test("PLACE-01 nobody changes the id; PLACE-08 the machine identifier is set by linking the place", async () => {
    const own = await aClinic(hub);
    const refused = await update(own.placeId, operator, { placeId: nowhere, machineIdentifier: "mch_x", label: "x" });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused).sort()).toEqual([
      "PLACE-01 FIELD_NOT_EDITABLE /placeId",
      "PLACE-04 FIELD_NOT_EDITABLE /label",
      "Place.machineIdentifier FIELD_NOT_EDITABLE /machineIdentifier",
    ]);
    expect(refusalsOf(await update(own.placeId, own.admin.token, { placeId: nowhere }))).toEqual([
      "PLACE-02 FIELD_NOT_EDITABLE /placeId",
    ]);
  });

  test("PLACE-03 super users and users are refused", async () => {
    const superUser = await anEmployee(hub, clinic, { profile: "superUser" });
    for (const { token } of [superUser, await anEmployee(hub, clinic), clinic.professional]) {
      const refused = await update(clinic.placeId, token, { phone: "418-555-0199" });
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["PLACE-03 FORBIDDEN "]]);
    }
  });

  test("LCGA-04 the linked machine is told that it is kept in RVSQ; LCGA-02 elsewhere that it is not linked", async () => {
    const unlinked = await aPlace(hub, clinic);
    const as = clinic.machine.token;
    const told = async (placeId: string) => refusalsOf(await update(placeId, as, { phone: "418-555-0199" }));
    expect(await told(clinic.placeId)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
    expect(await told(unlinked.placeId)).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
  });

  test("PLACE-04 the label follows the abbreviation, and the name where there is none", async () => {
    const own = await aClinic(hub, { place: { name: "Clinique du Port", abbreviation: "Port" } });
    expect((await update(own.placeId, own.admin.token, { abbreviation: "Quai" })).body.label).toBe("Quai");
    expect((await update(own.placeId, own.admin.token, { abbreviation: null }, 2)).body.label).toBe("Clinique du Port");
  });

  test("Place.endDate is not before startDate, whichever of them is sent", async () => {
    const own = await aClinic(hub, { place: { startDate: "2024-09-03", endDate: "2030-12-31" } });
    const told = async (body: object) => refusalsOf(await update(own.placeId, operator, body));
    expect(await told({ endDate: "2024-09-02" })).toEqual(["Place.endDate OUT_OF_RANGE /endDate"]);
    expect(await told({ startDate: "2031-01-01" })).toEqual(["Place.endDate OUT_OF_RANGE /startDate"]);
    expect((await update(own.placeId, operator, { endDate: "2024-09-03" })).status).toBe(200);
  });

  test("Place.postalCode is Canadian", async () => {
    for (const postalCode of ["75001", "G1R1R2", "D1R 1R2", "g1r 1r2"])
      expect(refusalsOf(await update(clinic.placeId, operator, { postalCode }))).toEqual([
        "CONTRACT INVALID_REQUEST /postalCode",
      ]);
  });

  test("Place.phone is a phone number, for patients read it", async () => {
    for (const phone of ["abcdefg", "       ", "555-0100"])
      expect(refusalsOf(await update(clinic.placeId, operator, { phone }))).toEqual([
        "CONTRACT INVALID_REQUEST /phone",
      ]);
    const own = await aClinic(hub);
    expect((await update(own.placeId, operator, { phone: " 418-555-0100 poste 2 " })).body.phone).toBe(
      "418-555-0100 poste 2",
    );
  });

  test("PLACE-02 coordinates are the operator's; both or none", async () => {
    const own = await aClinic(hub);
    const refused = await update(own.placeId, own.admin.token, { latitude: 46.8, longitude: -71.2 });
    expect(refusalsOf(refused)).toEqual([
      "PLACE-02 FIELD_NOT_EDITABLE /latitude",
      "PLACE-02 FIELD_NOT_EDITABLE /longitude",
    ]);
    expect(refusalsOf(await update(own.placeId, operator, { latitude: 46.8 }))).toEqual([
      "CONTRACT REQUIRED_FIELD /longitude",
    ]);
    const set = await update(own.placeId, operator, { latitude: 46.81234567, longitude: -71.2 });
    expect(set.body).toMatchObject({ latitude: 46.81234567, longitude: -71.2, version: 2 });
    expect(await read(own.placeId)).toEqual(set.body);
    expect(await lastChange(own.establishmentId)).toMatchObject({ changed: ["latitude", "longitude"] });
    const moved = await update(own.placeId, operator, { latitude: 46.9 }, 2);
    expect(moved.body).toMatchObject({ latitude: 46.9, longitude: -71.2, version: 3 });
    expect(refusalsOf(await update(own.placeId, operator, { longitude: null }, 3))).toEqual([
      "CONTRACT REQUIRED_FIELD /longitude",
    ]);
    const cleared = await update(own.placeId, operator, { latitude: null, longitude: null }, 3);
    expect(cleared.body).toMatchObject({ latitude: null, longitude: null, version: 4 });
  });

  test("the zone is fixed once there is a slot, a hold or an appointment, and free until then", async () => {
    const timeZone = "America/Halifax";
    const empty = await aClinic(hub);
    expect((await update(empty.placeId, operator, { timeZone })).body.timeZone).toBe(timeZone);
    const written = [
      async (own: AClinic) => {
        await aSlot(hub, own, { startAt: "2027-03-10T09:00:00-05:00", endAt: "2027-03-10T10:00:00-05:00" });
      },
      async (own: AClinic) => {
        await anAppointment(hub, own, { startAt: "2027-03-10T09:00:00-05:00" });
      },
      async (own: AClinic) => {
        const { placeId, professionalId } = own;
        const body = { placeId, professionalId, startAt: "2027-03-10T09:00:00-05:00", durationMinutes: 15 };
        expect((await hub.request("POST", "/v1/holds", { as: own.admin.token, body })).status).toBe(201);
      },
    ];
    for (const write of written) {
      const own = await aClinic(hub);
      await write(own);
      expect(refusalsOf(await update(own.placeId, operator, { timeZone }))).toEqual([
        "CONTRACT FIELD_NOT_EDITABLE /timeZone",
      ]);
      const other = await aPlace(hub, own);
      expect((await update(other.placeId, operator, { timeZone })).status).toBe(200);
    }
  });

  test("what changes nothing moves no version", async () => {
    const own = await aClinic(hub);
    const same = await update(own.placeId, operator, { phone: "418-555-0100", suite: null });
    expect([same.status, same.body.version]).toEqual([200, 1]);
    expect(await lastChange(own.establishmentId)).toBeUndefined();
  });

  test("If-Match is required, and a stale one is answered with the place as it is", async () => {
    const own = await aClinic(hub);
    expect((await update(own.placeId, operator, { name: "Autre" }, null)).status).toBe(428);
    await update(own.placeId, operator, { name: "Autre" });
    const stale = await update(own.placeId, operator, { name: "Encore" });
    expect([stale.status, stale.body.current]).toEqual([412, await read(own.placeId)]);
  });

  describe("PLACE-07 the end of a membership", () => {
    const zones = [
      ["America/Toronto", "-04:00"],
      ["America/Halifax", "-03:00"],
      ["America/Blanc-Sablon", "-04:00"],
    ] as const;
    test.each(zones)("PLACE-07 in %s: through the last day, in the place's zone", async (timeZone, offset) => {
      const own = await aClinic(hub, { place: { timeZone } });
      const at = (day: string, time: string) => `${day}T${time}:00${offset}`;
      const slotBody = (day: string) => ({
        professionalId: own.professionalId,
        startAt: at(day, "14:00"),
        endAt: at(day, "15:00"),
        placeId: own.placeId,
        serviceIds: [own.service.serviceId],
        visibility: "public",
      });
      const createSlot = async (day: string) => {
        const request = { as: own.admin.token, body: slotBody(day) };
        const answer = await hub.request<ProblemBody>("POST", "/v1/slots", request);
        return answer.status === 201 ? [] : refusalsOf(answer);
      };
      const citizen = await aCitizen(hub);
      const offered = async () => {
        const { body } = await searchAsCitizen(hub, citizen, { cascade: "3", placeId: own.placeId });
        return body.items.length;
      };
      const kept = await anAppointment(hub, own, { startAt: at("2027-03-20", "09:00") });
      await aSlot(hub, own, { startAt: at("2027-03-20", "10:00"), endAt: at("2027-03-20", "11:00") });
      await aSlot(hub, own, { startAt: at("2027-03-16", "10:00"), endAt: at("2027-03-16", "10:30") });
      expect(await offered()).toBe(6);
      expect((await update(own.placeId, operator, { endDate: "2027-03-16" })).status).toBe(200);
      // What starts after the last day is not offered from now on.
      expect(await offered()).toBe(2);

      hub.clock.moveTo(at("2027-03-16", "09:59"));
      expect(await offered()).toBe(2);
      hub.clock.moveTo(at("2027-03-16", "23:59"));
      expect(await createSlot("2027-03-21")).toEqual([]);
      hub.clock.moveTo(at("2027-03-17", "00:00"));
      expect(await offered()).toBe(0);
      expect(await createSlot("2027-03-22")).toEqual(["PLACE-07 PLACE_ENDED /placeId"]);

      // Design: ending a place keeps its appointments.
      const { body } = await hub.request("GET", `/v1/appointments/${kept.appointmentId}`, { as: own.admin.token });
      expect(body).toMatchObject({ status: "active", version: 1 });
      expect((await update(own.placeId, operator, { endDate: null }, 2)).status).toBe(200);
      expect(await offered()).toBe(8);
      expect(await createSlot("2027-03-22")).toEqual([]);
      hub.clock.moveTo(defaultNow);
    });
  });
});

test("a place of each of Québec's zones is read with its own zone", async () => {
  for (const timeZone of ["America/Toronto", "America/Halifax", "America/Blanc-Sablon"] as const) {
    const { placeId } = await aPlace(hub, clinic, { timeZone });
    const { body } = await hub.request<Place>("GET", `/v1/places/${placeId}`, { as: clinic.admin.token });
    expect(body.timeZone).toBe(timeZone);
  }
});

describe("places.replaceOptions", () => {
  const replace = (placeId: string, as: string, body: object = placeOptionsChangeExample, version: number | null = 1) =>
    hub.request<PlaceOptions & ProblemBody>("PUT", `/v1/places/${placeId}/options`, {
      as,
      body,
      ...(version === null ? {} : { version }),
    });

  test("PLACE-21 local administrators, super users and the operator write them", async () => {
    const own = await aClinic(hub);
    const superUser = await anEmployee(hub, own, { profile: "superUser" });
    let version = 1;
    for (const as of [own.admin.token, superUser.token, operator]) {
      const body = { ...placeOptionsChangeExample, noShowMessageEnabled: version % 2 === 1 };
      const replaced = await replace(own.placeId, as, body, version);
      version += 1;
      expect(replaced.status).toBe(200);
      expect(replaced.body).toEqual({ placeId: own.placeId, version, ...body });
      expect(replaced.headers.get("etag")).toBe(`"v${String(version)}"`);
    }
    expect(await lastChange(own.establishmentId)).toEqual({
      objectType: "place",
      objectId: own.placeId,
      operation: "updated",
      changed: ["noShowMessageEnabled"],
    });
  });

  test("PLACE-21 a user reads them and is refused to write them", async () => {
    const user = await anEmployee(hub, clinic);
    const read = await hub.request("GET", `/v1/places/${clinic.placeId}/options`, { as: user.token });
    expect(read.status).toBe(200);
    const refused = await replace(clinic.placeId, user.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["PLACE-21 FORBIDDEN "]);
  });

  test("LCGA-04 the linked machine is told that they are kept in RVSQ", async () => {
    const refused = await replace(clinic.placeId, clinic.machine.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["LCGA-04 MANAGED_IN_RVSQ "]);
  });

  test("LCGA-02 at a place that is not linked, that it is not linked", async () => {
    const unlinked = await aPlace(hub, clinic);
    const refused = await replace(unlinked.placeId, clinic.machine.token);
    expect(refused.status).toBe(403);
    expect(refusalsOf(refused)).toEqual(["LCGA-02 MACHINE_NOT_LINKED "]);
  });

  test("PLACE-22 another place of the establishment keeps its own", async () => {
    const own = await aClinic(hub);
    const second = await aPlace(hub, own);
    await replace(own.placeId, own.admin.token);
    const read = await hub.request<PlaceOptions>("GET", `/v1/places/${second.placeId}/options`, {
      as: own.admin.token,
    });
    expect(read.body).toMatchObject({ version: 1, displayMode: "byClientele", noShowMessageEnabled: false });
  });

  test("PLACE-23, PLACE-26, PLACE-29 every violation is answered at once, and nothing is changed", async () => {
    const refused = await replace(clinic.placeId, clinic.admin.token, {
      displayMode: null,
      maskProfessionalName: { mf: true, gmf: false, gen: false },
      cancellationPolicy: { value: 60, unit: "minutes" },
      noShowMessageEnabled: false,
    });
    expect(refused.status).toBe(422);
    expect(refusalsOf(refused)).toEqual([
      "PLACE-23 REQUIRED_FIELD /displayMode",
      "PLACE-26 UNKNOWN_FIELD /maskProfessionalName/mf",
      "PLACE-29 OUT_OF_RANGE /cancellationPolicy/value",
    ]);
    const read = await hub.request<PlaceOptions>("GET", `/v1/places/${clinic.placeId}/options`, { as: operator });
    expect(read.body.version).toBe(1);
  });

  test("PLACE-30 refuses 25 hours", async () => {
    const body = { ...placeOptionsChangeExample, cancellationPolicy: { value: 25, unit: "hours" } };
    expect(refusalsOf(await replace(clinic.placeId, clinic.admin.token, body))).toEqual([
      "PLACE-30 OUT_OF_RANGE /cancellationPolicy/value",
    ]);
  });

  test("If-Match is required, and a stale one is answered with the options as they are", async () => {
    const own = await aClinic(hub);
    expect((await replace(own.placeId, own.admin.token, placeOptionsChangeExample, null)).status).toBe(428);
    await replace(own.placeId, own.admin.token);
    const stale = await replace(own.placeId, operator);
    expect(stale.status).toBe(412);
    expect(stale.body.current).toMatchObject({ version: 2, displayMode: "byClientele" });
  });

  test("two writers of one version: one wins", async () => {
    const own = await aClinic(hub);
    const answers = await Promise.all([
      replace(own.placeId, own.admin.token),
      replace(own.placeId, own.admin.token),
      replace(own.placeId, operator),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });

  test("another establishment's place answers like one that does not exist", async () => {
    const other = await foreign();
    for (const as of [clinic.admin.token, clinic.professional.token, clinic.machine.token]) {
      const there = await replace(other.placeId, as);
      expect(there.status).toBe(404);
      expect(withoutRequestId(there)).toEqual(withoutRequestId(await replace(nowhere, as)));
    }
    expect((await replace(nowhere, operator)).status).toBe(404);
  });
});
