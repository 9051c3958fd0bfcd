import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProblemBody } from "../src/http/problem.ts";
import { takesDryRun } from "../src/http/operation.ts";
import type { Operation } from "../src/http/operation.ts";
import { anAppointment, appointmentInput, reachable } from "./an-appointment.ts";
import { aClinicWorld } from "./clinic-world.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { searchAsCitizen } from "./citizen-search.ts";
import { aCitizen, aClinic, aLink, aPlace } from "./factories.ts";
import type { AClinic } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";
import { refusalsOf } from "./refusals.ts";
import { filled, operations, sampleOf, urlOf } from "./samples.ts";

/** What agenda software linked with a clinic may do there (family LCGA), over every operation that names it. */

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(async () => hub.close());

describe("LCGA-04 what RVSQ keeps", () => {
  const configuration = operations.filter(
    (declared) => declared.tag === "configuration" && takesDryRun(declared) && declared.actors.includes("machine"),
  );
  let world: ClinicWorld;
  beforeAll(async () => {
    world = await aClinicWorld(hub, "machine");
    await hub.write(
      [world.establishmentId],
      (tx) => tx.sql`
        UPDATE machine_link SET services_managed_by = 'staff' WHERE establishment_id = ${world.establishmentId}`,
    );
  });

  const call = async (declared: Operation, query = {}) => {
    const sample = filled(sampleOf(declared), world.ids);
    return hub.request<ProblemBody>(
      declared.method.toUpperCase(),
      urlOf(declared, { ...sample, query: { ...sample.query, ...query } }),
      {
        as: world.tokens.machine,
        ...(sample.body === undefined ? {} : { body: sample.body }),
        ...(declared.condition === undefined ? {} : { version: 1 }),
      },
    );
  };

  test("LCGA-04 there are such operations", () => {
    expect(configuration.map(({ operationId }) => operationId)).toEqual(
      expect.arrayContaining([
        "establishments.update",
        "places.update",
        "places.replaceOptions",
        "employees.create",
        "employees.replacePermissions",
        "professionals.replaceOptions",
        "services.create",
        "services.delete",
      ]),
    );
  });

  test.each(configuration)("LCGA-04 $operationId is not the machine's to write", async (declared) => {
    for (const query of [{}, { dryRun: "true" }]) {
      const refused = await call(declared, query);
      expect([refused.status, refusalsOf(refused)]).toEqual([403, ["LCGA-04 MANAGED_IN_RVSQ "]]);
    }
  });
});

test("LCGA-01 a machine addresses a place by the identifier that the hub assigned, and by no other", async () => {
  const own = await aClinic(hub, { place: { name: "Clinique du Port", abbreviation: "Port", ramqNumber: "55231" } });
  const as = own.machine.token;
  const read = async (name: string) => (await hub.request("GET", `/v1/places/${name}`, { as })).status;
  expect(await read(own.placeId)).toBe(200);
  for (const name of ["Port", "55231", encodeURIComponent("Clinique du Port")]) expect(await read(name)).toBe(400);
  const slot = (placeId: string) =>
    hub.request<{ placeId: string }>("POST", "/v1/slots", { as, body: { ...slotBody(own, "2027-03-08"), placeId } });
  const made = await slot(own.placeId);
  expect([made.status, made.body.placeId]).toEqual([201, own.placeId]);
  for (const name of ["Port", "55231"]) expect((await slot(name)).status).toBe(400);
});

test("LCGA-02 the machine acts at a place while that place's machine identifier is its own", async () => {
  const own = await aClinic(hub);
  const operator = await hub.tokens.operator();
  const link = `/v1/places/${own.placeId}/machine-link`;
  let day = 8;
  const acts = async ({ token }: { token: string }) => {
    day += 1;
    const body = slotBody(own, `2027-03-${String(day).padStart(2, "0")}`);
    const answer = await hub.request<ProblemBody>("POST", "/v1/slots", { as: token, body });
    return answer.status === 201 ? "acts" : refusalsOf(answer).join();
  };
  expect([await acts(own.machine), await acts(clinic.machine)]).toEqual(["acts", "CONTRACT NOT_FOUND /professionalId"]);
  expect((await hub.request("DELETE", link, { as: operator, version: 1 })).status).toBe(204);
  expect(await acts(own.machine)).toBe("CONTRACT NOT_FOUND /professionalId");
  const elsewhere = await aPlace(hub, own);
  await aLink(hub, own.machine, elsewhere);
  hub.hub.authenticate.invalidate?.();
  expect(await acts(own.machine)).toBe("LCGA-02 MACHINE_NOT_LINKED ");
  const { machineId } = clinic.machine;
  expect((await hub.request("PUT", link, { as: operator, body: { machineId } })).status).toBe(200);
  expect([await acts(clinic.machine), await acts(own.machine)]).toEqual(["acts", "LCGA-02 MACHINE_NOT_LINKED "]);
});

test("LCGA-03 the main agenda functions: slots made, changed, shortened and removed, appointments made, moved and cancelled", async () => {
  const own = await aClinic(hub);
  const as = own.machine.token;
  const slots = await hub.request<{ slotId: string; version: number }>("POST", "/v1/slots", {
    as,
    body: slotBody(own, "2027-03-10"),
  });
  expect(slots.status).toBe(201);
  const slot = `/v1/slots/${slots.body.slotId}`;
  const changed = await hub.request("PATCH", slot, { as, version: 1, body: { visibility: "private" } });
  expect([changed.status, changed.body]).toMatchObject([200, { visibility: "private", version: 2 }]);
  const shortened = await hub.request("POST", `${slot}/remove-availability`, {
    as,
    version: 2,
    body: { from: "2027-03-10T09:45:00-05:00", to: "2027-03-10T10:00:00-05:00" },
  });
  expect(shortened.status).toBe(200);
  const made = await anAppointment(hub, own, { startAt: "2027-03-10T09:00:00-05:00" });
  const appointment = `/v1/appointments/${made.appointmentId}`;
  const moved = await hub.request("POST", `${appointment}/move`, {
    as,
    version: 1,
    body: { startAt: "2027-03-10T09:15:00-05:00" },
  });
  expect([moved.status, moved.body]).toMatchObject([200, { startAt: "2027-03-10T09:15:00-05:00" }]);
  const cancelled = await hub.request("POST", `${appointment}/cancel`, { as, version: 2, body: {} });
  expect([cancelled.status, cancelled.body]).toMatchObject([200, { status: "cancelled" }]);
  const other = await hub.request<{ slotId: string }>("POST", "/v1/slots", { as, body: slotBody(own, "2027-03-11") });
  const removed = await hub.request("DELETE", `/v1/slots/${other.body.slotId}`, { as, version: 1 });
  expect(removed.status).toBe(204);
});

describe("LCGA-05 options", () => {
  /** What a citizen is offered of a slot of the machine and of one of staff, on two days that are alike. */
  async function offeredOf(own: AClinic, days: readonly [string, string], citizen: { token: string }, cascade: string) {
    const makers = [own.machine.token, own.admin.token];
    for (const [index, as] of makers.entries()) {
      const made = await hub.request("POST", "/v1/slots", { as, body: slotBody(own, days[index] ?? "") });
      expect(made.status).toBe(201);
    }
    const { body } = await searchAsCitizen(hub, citizen, { cascade, placeId: own.placeId });
    return days.map((day) => body.items.filter(({ startAt }) => startAt.startsWith(day)));
  }
  const week = ["2027-03-08", "2027-03-09"] as const;

  test("LCGA-05 the place's mask hides the professional in slots of the machine as in those of staff", async () => {
    const own = await aClinic(hub, { place: { maskGen: true } });
    const offered = await offeredOf(own, week, await aCitizen(hub), "3");
    for (const items of offered) {
      expect(items).toHaveLength(4);
      expect(items.every(({ professionalId, professionalName }) => (professionalId ?? professionalName) === null)).toBe(
        true,
      );
    }
  });

  test("LCGA-05 so does the display mode", async () => {
    const count = async (displayMode: "byRelationship" | "byClientele") => {
      const own = await aClinic(hub, { place: { displayMode } });
      const patient = await aCitizen(hub, { registeredWith: own.professional });
      return (await offeredOf(own, week, patient, "1")).map((items) => items.length);
    };
    expect([await count("byRelationship"), await count("byClientele")]).toEqual([
      [4, 4],
      [0, 0],
    ]);
  });

  test("LCGA-05 so does the professional's limit in weeks", async () => {
    const own = await aClinic(hub, { professional: { limitFutureBooking: true, maxWeeks: 1 } });
    const citizen = await aCitizen(hub);
    const near = await offeredOf(own, ["2027-03-04", "2027-03-05"], citizen, "3");
    const far = await offeredOf(own, ["2027-04-08", "2027-04-09"], citizen, "3");
    expect([near, far].map((days) => days.map((items) => items.length))).toEqual([
      [4, 4],
      [0, 0],
    ]);
  });

  test("LCGA-05 the cancellation delay is the place's, whoever made the slot or the appointment", async () => {
    const own = await aClinic(hub, { place: { cancellationValue: 30, cancellationUnit: "minutes" } });
    for (const [index, as] of [own.machine.token, own.admin.token].entries()) {
      const day = week[index] ?? "";
      const made = await hub.request<{ slotId: string }>("POST", "/v1/slots", { as, body: slotBody(own, day) });
      const citizen = await aCitizen(hub);
      const booked = await hub.request("POST", "/v1/citizen/appointments", {
        as: citizen.token,
        body: {
          slotId: made.body.slotId,
          startAt: `${day}T09:00:00-05:00`,
          consultationReason: "regular",
          homePhone: reachable.homePhone,
          communicationModes: ["phone"],
        },
      });
      expect(booked.body).toMatchObject({ cancellationDelay: { value: 30, unit: "minutes" } });
      const ownTime = appointmentInput(own, { startAt: `${day}T11:00:00-05:00` });
      const byClinic = await hub.request("POST", "/v1/appointments", { as, body: ownTime });
      expect(byClinic.body).toMatchObject({ cancellationDelay: { value: 30, unit: "minutes" } });
    }
  });
});

/** A public hour; the offset is that of winter. */
function slotBody({ professionalId, placeId, service }: AClinic, day: string) {
  return {
    professionalId,
    placeId,
    startAt: `${day}T09:00:00-05:00`,
    endAt: `${day}T10:00:00-05:00`,
    serviceIds: [service.serviceId],
    visibility: "public",
  };
}
