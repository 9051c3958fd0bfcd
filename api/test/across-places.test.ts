import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PushResult } from "../src/features/appointments/schema.ts";
import type { AttentionItem } from "../src/features/attention/schema.ts";
import type { ChangePage } from "../src/features/changes/schema.ts";
import type { ProblemBody } from "../src/http/problem.ts";
import { reachable } from "./an-appointment.ts";
import { searchAsCitizen } from "./citizen-search.ts";
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

describe("a professional at two places, each with its own vendor's software", () => {
  const [nine, half] = ["2027-03-08T09:00:00-05:00", "2027-03-08T09:30:00-05:00"];

  /** Public quarter hours from nine to ten at both places. */
  async function openAtBoth() {
    const { clinic, second, other, both, slot } = await twoVendors();
    const offer = async (machine: { token: string }, placeId: string) => {
      const put = { as: machine.token, body: { ...slot, placeId } };
      const path = `/v1/slots/by-external-id/of-${placeId}`;
      return (await hub.request<{ slot: { slotId: string } }>("PUT", path, put)).body.slot;
    };
    const here = { ...clinic.place, ...(await offer(clinic.machine, clinic.placeId)), machine: clinic.machine };
    const there = { ...second, ...(await offer(other, second.placeId)), machine: other };
    return { clinic, both, here, there };
  }
  type Side = Awaited<ReturnType<typeof openAtBoth>>["here"];

  async function shownTo(citizen: { token: string }, { placeId }: Side): Promise<string[]> {
    const asked = { cascade: "3", consultationReason: "minorEmergency", placeId };
    const { body } = await searchAsCitizen(hub, citizen, asked);
    return body.items.map(({ startAt }) => startAt);
  }

  const book = (citizen: { token: string }, { slotId }: Side, startAt: string) =>
    hub.request<ProblemBody & { appointmentId: string }>("POST", "/v1/citizen/appointments", {
      as: citizen.token,
      body: {
        ...{ slotId, startAt, consultationReason: "minorEmergency" },
        ...{ mobilePhone: "418-555-0142", communicationModes: ["sms"] },
      },
    });

  const push = ({ machine, placeId }: Side, professionalId: string, startAt: string) =>
    hub.request<PushResult>("PUT", `/v1/appointments/by-external-id/at-${startAt}`, {
      as: machine.token,
      body: {
        ...{ professionalId, placeId, startAt, durationMinutes: 15 },
        ...{ patient: reachable, communicationModes: ["phone"] },
      },
    });

  const attentionAt = async ({ placeId }: Side, as: string) =>
    (await hub.request<{ items: AttentionItem[] }>("GET", `/v1/places/${placeId}/attention`, { as })).body.items;

  test("SYNC-15 what a citizen takes at one place is taken at the other: neither shown nor booked there", async () => {
    const { here, there } = await openAtBoth();
    const [first, second] = [await aCitizen(hub), await aCitizen(hub)];
    expect([await shownTo(second, here), await shownTo(second, there)].map(({ length }) => length)).toEqual([4, 4]);
    expect((await book(first, here, nine)).status).toBe(201);
    for (const side of [here, there]) {
      const shown = await shownTo(second, side);
      expect([shown.length, shown.includes(nine)]).toEqual([3, false]);
    }
    const refused = await book(second, there, nine);
    expect([refused.status, refused.body.code]).toEqual([409, "OPENING_NOT_AVAILABLE"]);
    expect((await book(second, there, half)).status).toBe(201);
    expect(await shownTo(first, here)).not.toContain(half);
  });

  test("SYNC-15, SYNC-16 what the other software pushes there is concurrent, warned of, and on both places' lists", async () => {
    const { clinic, both, here, there } = await openAtBoth();
    const booked = await book(await aCitizen(hub), here, nine);
    const pushed = await push(there, both.professionalId, nine);
    expect([pushed.status, pushed.body.outcome, pushed.body.appointment.concurrent]).toEqual([200, "created", true]);
    expect(pushed.body.warnings.map(({ rule, code, pointer, objectId }) => [rule, code, pointer, objectId])).toEqual([
      ["SYNC-16", "OVERLAPS_APPOINTMENT", "/startAt", undefined],
    ]);
    const seats = await hub.write(
      [clinic.establishmentId],
      (tx) => tx.sql`SELECT seat FROM appointment WHERE professional_id = ${both.professionalId} ORDER BY seat`,
    );
    expect(seats).toEqual([{ seat: 1 }, { seat: 2 }]);
    const own = { kind: "doubleBooking", rule: "SYNC-18", overlaps: [], busyElsewhere: true };
    expect(await attentionAt(here, here.machine.token)).toMatchObject([
      { ...own, appointmentId: booked.body.appointmentId },
    ]);
    expect(await attentionAt(there, there.machine.token)).toMatchObject([
      { ...own, appointmentId: pushed.body.appointment.appointmentId },
    ]);
  });

  test("SYNC-15 of what is at the other place the other vendor learns nothing but that the time is taken", async () => {
    const { both, here, there } = await openAtBoth();
    const { appointmentId } = (await book(await aCitizen(hub), here, nine)).body;
    const pushed = await push(there, both.professionalId, nine);
    const as = there.machine.token;
    const answers: unknown[] = [pushed.body, await attentionAt(there, as), await changesOf(as)];
    for (const path of [
      `/v1/appointments?professionalId=${both.professionalId}`,
      `/v1/agendas/${both.professionalId}?date=2027-03-08`,
      `/v1/digest?placeId=${there.placeId}&from=2027-03-01&to=2027-04-05`,
      `/v1/openings?placeId=${there.placeId}`,
    ]) {
      const { status, body } = await hub.request("GET", path, { as });
      expect([path, status]).toEqual([path, 200]);
      answers.push(body);
    }
    const told = JSON.stringify(answers);
    expect(told).toContain(pushed.body.appointment.appointmentId);
    for (const ofTheOther of [appointmentId, here.placeId, here.slotId]) expect(told).not.toContain(ofTheOther);
    for (const path of [`/v1/appointments/${appointmentId}`, `/v1/places/${here.placeId}/attention`]) {
      const { status } = await hub.request("GET", path, { as });
      expect([path, [403, 404].includes(status)]).toEqual([path, true]);
    }
  });

  test("SYNC-15 it is not shared with another establishment, though it be the same person's", async () => {
    const { both, here } = await openAtBoth();
    const elsewhere = await aClinic(hub, { professional: { practiceNumber: both.practiceNumber } });
    const citizen = await aCitizen(hub);
    const { serviceId } = elsewhere.service;
    const slot = {
      ...{ professionalId: elsewhere.professionalId, placeId: elsewhere.placeId, serviceIds: [serviceId] },
      ...{ startAt: nine, endAt: "2027-03-08T10:00:00-05:00", visibility: "public" },
    };
    await hub.request("PUT", "/v1/slots/by-external-id/same", { as: elsewhere.machine.token, body: slot });
    expect((await book(citizen, here, nine)).status).toBe(201);
    const shown = await shownTo(await aCitizen(hub), { ...here, placeId: elsewhere.placeId });
    expect(shown).toContain(nine);
  });
});
