import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChangePage } from "../src/features/changes/schema.ts";
import { aCitizen, aClinic, aGrant, aMachine, anEmployee, aPlace, aProfessional, aService } from "./factories.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";

/** One establishment, two places, two vendors: what one of them learns of the other's place. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

async function twoVendors() {
  const clinic = await aClinic(hub);
  const second = await aPlace(hub, clinic);
  const other = await aMachine(hub, { places: [second] });
  const both = await aProfessional(hub, [clinic.place, second]);
  const { serviceId } = await aService(hub, both);
  const slot = {
    professionalId: both.professionalId,
    startAt: "2027-03-08T09:00:00-05:00",
    endAt: "2027-03-08T10:00:00-05:00",
    placeId: clinic.placeId,
    serviceIds: [serviceId],
    visibility: "public",
  };
  return { clinic, second, other, both, slot };
}

async function changesOf(as: string): Promise<ChangePage["items"]> {
  return (await hub.request<ChangePage>("GET", "/v1/changes?limit=1000", { as })).body.items;
}

describe("a slot that staff move to another vendor's place", () => {
  test("LCGA-02 is neither shown to the first machine nor changed by what it pushes, and is gone in its feed", async () => {
    const { clinic, second, other, slot } = await twoVendors();
    const as = clinic.machine.token;
    const path = "/v1/slots/by-external-id/moved";
    const pushed = await hub.request<{ slot: { slotId: string; version: number } }>("PUT", path, { as, body: slot });
    const { slotId, version } = pushed.body.slot;
    const moved = { as: clinic.admin.token, version, body: { placeId: second.placeId } };
    expect((await hub.request("PATCH", `/v1/slots/${slotId}`, moved)).status).toBe(200);
    for (const body of [slot, { ...slot, endAt: "2027-03-08T11:00:00-05:00" }]) {
      const refused = await hub.request("PUT", path, { as, body });
      expect([refused.status, refused.body["code"], refused.body["current"]]).toEqual([
        403,
        "MACHINE_NOT_LINKED",
        undefined,
      ]);
    }
    const [last] = (await changesOf(as)).filter(({ objectId }) => objectId === slotId).slice(-1);
    expect(last).toMatchObject({
      operation: "deleted",
      professionalId: null,
      startAt: null,
      placeIds: [clinic.placeId],
    });
    const [seen] = (await changesOf(other.token)).filter(({ objectId }) => objectId === slotId).slice(-1);
    expect(seen).toMatchObject({ operation: "updated", startAt: slot.startAt, placeIds: [second.placeId] });
  });
});

describe("the feed of an employee", () => {
  test("PERM-16 a user sees the agendas they may read, and no other", async () => {
    const { clinic, slot, both } = await twoVendors();
    const as = clinic.machine.token;
    expect((await hub.request("PUT", "/v1/slots/by-external-id/seen", { as, body: slot })).status).toBe(200);
    const slotsSeenBy = async (token: string) =>
      (await changesOf(token)).filter(({ objectType }) => objectType === "slot").length;
    const user = await anEmployee(hub, clinic, { places: [clinic.place] });
    expect(await slotsSeenBy(user.token)).toBe(0);
    await aGrant(hub, user, { placeId: clinic.placeId, professionalId: both.professionalId, access: "read" });
    expect(await slotsSeenBy(user.token)).toBe(1);
    expect(await slotsSeenBy(both.token)).toBe(1);
    expect(await slotsSeenBy(clinic.professional.token)).toBe(0);
    expect(await slotsSeenBy(clinic.admin.token)).toBe(1);
  });
});

describe("a push that says cancelled", () => {
  test("CANCEL-14 of an appointment that the citizen has cancelled is unchanged", async () => {
    const { clinic, slot } = await twoVendors();
    const as = clinic.machine.token;
    const { nam, token } = await aCitizen(hub);
    const pushed = await hub.request<{ slot: { slotId: string } }>("PUT", "/v1/slots/by-external-id/c", {
      as,
      body: slot,
    });
    const made = pushed.body.slot;
    const booking = {
      slotId: made.slotId,
      startAt: slot.startAt,
      consultationReason: "minorEmergency",
      mobilePhone: "418-555-0142",
      communicationModes: ["sms"],
    };
    const booked = await hub.request<{ appointmentId: string; referenceNumber: string }>(
      "POST",
      "/v1/citizen/appointments",
      { as: token, body: booking },
    );
    const { appointmentId, referenceNumber } = booked.body;
    const bindings = [{ objectType: "appointment", objectId: appointmentId, externalId: "apt-1" }];
    expect((await hub.request("POST", "/v1/adoptions", { as, body: { bindings } })).status).toBe(200);
    const cancelled = await hub.request("POST", "/v1/citizen/appointments/cancel", {
      as: token,
      body: { referenceNumber, nam },
    });
    expect(cancelled.status).toBe(200);
    const again = await hub.request("PUT", "/v1/appointments/by-external-id/apt-1", {
      as,
      body: { status: "cancelled" },
    });
    expect([again.status, again.body["outcome"]]).toEqual([200, "unchanged"]);
  });
});
