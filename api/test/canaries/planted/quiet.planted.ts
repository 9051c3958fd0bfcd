import { expect, test } from "vitest";
import { freePort } from "../../../src/hub.ts";
import { aSlot } from "../../a-slot.ts";
import { anAppointment } from "../../an-appointment.ts";
import { aCitizen, aClinic } from "../../factories.ts";
import { createTestHub } from "../../harness.ts";
import { startServerProcess } from "../../hub-process.ts";

/** A hub that keeps what it knows to itself, in every channel. */
test("keeps quiet", async () => {
  const hub = await createTestHub();
  try {
    const clinic = await aClinic(hub);
    const { nam } = await aCitizen(hub);
    await aSlot(hub, clinic, { startAt: "2027-03-08T09:00:00-05:00", endAt: "2027-03-08T10:00:00-05:00" });
    await anAppointment(hub, clinic, { patient: { nam, homePhone: "418-555-0192", email: "alice@example.org" } });
    // A stale condition shows its caller the appointment as it is, number and all.
    const { body } = await hub.request<{ items: { objectId: string }[] }>("GET", "/v1/changes", {
      as: clinic.machine.token,
    });
    const path = `/v1/appointments/${body.items[0]?.objectId ?? ""}`;
    const stale = { as: clinic.machine.token, version: 7, body: { clinicNote: "Rappeler." } };
    const { status, body: problem } = await hub.request("PATCH", path, stale);
    expect([status, JSON.stringify(problem).includes(nam)]).toEqual([412, true]);
    const server = await startServerProcess("canaries/planted/server.ts", await freePort(), { SAYS: "ready" });
    await server.kill();
  } finally {
    await hub.close();
  }
});
