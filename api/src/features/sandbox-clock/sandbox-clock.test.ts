import { afterAll, beforeAll, expect, test } from "vitest";
import { aSlot } from "../../../test/a-slot.ts";
import { changesOf } from "../../../test/an-appointment.ts";
import { aCitizen, aClinic } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
});
afterAll(() => hub.close());

test("clock.advance answers when everything due has run", async () => {
  const startAt = "2027-03-08T09:00:00-05:00";
  const { slotId } = await aSlot(hub, clinic, { startAt, endAt: "2027-03-08T10:00:00-05:00" });
  const { token } = await aCitizen(hub);
  const body = { slotId, startAt, consultationReason: "minorEmergency" };
  expect((await hub.request("POST", "/v1/citizen/holds", { as: token, body })).status).toBe(201);
  const advance = async (seconds: number) =>
    (
      await hub.request<{ now: string; ran: { job: string; count: number }[] }>("POST", "/sandbox/clock/advance", {
        body: { seconds },
      })
    ).body;
  const before = hub.clock.now();
  const early = await advance(299);
  expect(early.ran.find(({ job }) => job === "removeExpiredHolds")?.count).toBe(0);
  const late = await advance(1);
  expect(late.ran.find(({ job }) => job === "removeExpiredHolds")?.count).toBe(1);
  expect(Date.parse(late.now) - before).toBe(300_000);
  const holds = (await changesOf(hub, clinic.establishmentId)).filter(({ objectType }) => objectType === "hold");
  expect(holds.at(-1)?.operation).toBe("deleted");
  for (const seconds of [-1, 0.5]) expect(await advance(seconds)).toMatchObject({ code: "INVALID_REQUEST" });
});
