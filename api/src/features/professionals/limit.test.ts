import { afterAll, beforeAll, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { searchAsCitizen } from "../../../test/citizen-search.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { ACitizen, AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf } from "../../../test/refusals.ts";
import type { Page } from "../../http/page.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { newAppointmentExample } from "../appointments/schema.ts";

/** What a professional's limit does to citizens and does not do to the clinic, from the option to the booking. */

let hub: TestHub;
let clinic: AClinic;
let citizen: ACitizen;

// It is Wednesday 2027-03-03: two weeks end on Saturday 2027-03-13.
const week2 = { startAt: "2027-03-13T09:00:00-05:00", endAt: "2027-03-13T09:15:00-05:00" };
const week3 = { startAt: "2027-03-15T09:00:00-04:00", endAt: "2027-03-15T09:15:00-04:00" };
const announced = {
  startAt: "2027-03-16T09:00:00-04:00",
  endAt: "2027-03-16T09:15:00-04:00",
  openFrom: "2027-03-02T08:00:00-05:00",
};

beforeAll(async () => {
  hub = await createTestHub({ now: "2027-03-03T12:00:00-05:00" });
  clinic = await aClinic(hub);
  citizen = await aCitizen(hub);
});
afterAll(() => hub.close());

const startsOf = (page: Page<{ startAt: string }>) => page.items.map(({ startAt }) => startAt);

async function citizenSees(): Promise<string[]> {
  const found = await searchAsCitizen(hub, citizen, { cascade: "3", placeId: clinic.placeId });
  return startsOf(found.body);
}

async function clinicSees(): Promise<string[]> {
  const path = `/v1/openings?placeId=${clinic.placeId}`;
  return startsOf((await hub.request<Page<{ startAt: string }>>("GET", path, { as: clinic.admin.token })).body);
}

async function limitTo(maxWeeks: number | null, version: number): Promise<void> {
  const set = await hub.request("PUT", `/v1/professionals/${clinic.professionalId}/options`, {
    as: clinic.admin.token,
    body: { limitFutureBooking: maxWeeks !== null, maxWeeks },
    version,
  });
  expect(set.status).toBe(200);
}

test("OPT-01, OPT-03 to OPT-07 citizens see and book the first weeks, and what has an opening date; the clinic all", async () => {
  const slots = [await aSlot(hub, clinic, week2), await aSlot(hub, clinic, week3), await aSlot(hub, clinic, announced)];
  const all = [week2.startAt, week3.startAt, announced.startAt];
  // OPT-01
  expect(await citizenSees()).toEqual(all);
  // OPT-03, OPT-04, OPT-06
  await limitTo(2, 1);
  expect(await citizenSees()).toEqual([week2.startAt, announced.startAt]);
  // OPT-07
  const refused = await hub.request<ProblemBody>("POST", "/v1/citizen/appointments", {
    as: citizen.token,
    body: {
      slotId: slots[1]?.slotId,
      startAt: week3.startAt,
      consultationReason: "regular",
      mobilePhone: "418-555-0133",
      communicationModes: ["sms"],
    },
  });
  expect(refused.status).toBe(409);
  expect(refusalsOf(refused)[0]).toMatch(/^OPT-07 OPENING_NOT_AVAILABLE/);
  // OPT-05
  expect(await clinicSees()).toEqual(all);
  const booked = await hub.request("POST", "/v1/appointments", {
    as: clinic.admin.token,
    body: {
      ...newAppointmentExample,
      professionalId: clinic.professionalId,
      placeId: clinic.placeId,
      startAt: week3.startAt,
      patient: { ...newAppointmentExample.patient, nam: citizen.nam },
    },
  });
  expect(booked.status).toBe(201);
  // Without the limit again, what the clinic has left is offered.
  await limitTo(null, 2);
  expect(await citizenSees()).toEqual([week2.startAt, announced.startAt]);
});
