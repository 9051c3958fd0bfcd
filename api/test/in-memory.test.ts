import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reachable } from "./an-appointment.ts";
import { dice } from "./dice.ts";
import { operationsAsked, someSteps } from "./in-memory/requests.ts";
import { stories } from "./in-memory/stories.ts";
import { twoHubs } from "./in-memory/two-hubs.ts";
import type { RawAnswer, TwoHubs } from "./in-memory/two-hubs.ts";

/** The hub of @arrimage/sdk/msw, as it is bundled, answers what the hub answers: the same requests, through the SDK. */

let hubs: TwoHubs;
beforeAll(async () => {
  hubs = await twoHubs();
});
afterAll(() => hubs.close());

// With these dice each operation succeeds at least once.
const seed = 20_270_307;
const requests = 600;

describe("the hub in memory", () => {
  test("has the same digest of an agenda in which everything bears the vendor's names", async () => {
    const [expected, answered] = await Promise.all(
      [hubs.postgres, hubs.memory].map(async ({ clients: { otherMachine }, world, answers }) => {
        const [placeId, professionalId, serviceId] = [world.placeIds[2], world.professionalIds[3], world.serviceIds[5]];
        const [startAt, endAt] = ["2027-03-24T09:00:00-04:00", "2027-03-24T12:00:00-04:00"];
        const slot = {
          professionalId,
          placeId,
          serviceIds: [serviceId],
          visibility: "public" as const,
          startAt,
          endAt,
        };
        const appointment = { professionalId, placeId, startAt, durationMinutes: 15, patient: reachable };
        await otherMachine.slots.upsertByExternalId({ externalId: "slot-1", body: slot });
        await otherMachine.appointments.upsertByExternalId({ externalId: "appointment-1", body: appointment });
        const { days } = await otherMachine.digest.get({ placeId, from: "2027-03-24", to: "2027-03-25" });
        answers();
        return days.map(({ digest, appointments, slots }) => ({ digest, appointments, slots }));
      }),
    );
    expect(expected).toHaveLength(1);
    expect(answered).toEqual(expected);
  });

  test.each(stories)("$title", async ({ tell }) => {
    const [expected, answered] = [hubs.postgres, hubs.memory];
    await tell(expected);
    await tell(answered);
    expect(answered.answers()).toEqual(expected.answers());
  });

  const seen = new Map<string, Set<number>>();
  const codes = new Set<string>();

  test(`answers ${String(requests)} requests as PostgreSQL's does`, async () => {
    const { postgres, memory } = hubs;
    for (const { title, send } of someSteps(dice(seed), requests)) {
      // What is refused is compared like what is not.
      await send(postgres).catch(refused);
      await send(memory).catch(refused);
      const [expected, answered] = [postgres.answers(), memory.answers()];
      expect(answered, title).toEqual(expected);
      for (const answer of expected) note(title.split(" ")[1] ?? "", answer);
    }
  }, 120_000);

  test("has been asked for everything that is drawn, and has refused in many ways", () => {
    expect(operationsAsked.filter((name) => !seen.has(name))).toEqual([]);
    const never = operationsAsked.filter((name) => ![...(seen.get(name) ?? [])].some((status) => status < 300));
    expect(never).toEqual([]);
    expect([...codes].length).toBeGreaterThan(25);
    process.stdout.write(`in memory: ${String(requests)} requests, ${String(codes.size)} codes of refusals\n`);
  });

  function note(operation: string, { status, body }: RawAnswer): void {
    seen.set(operation, (seen.get(operation) ?? new Set()).add(status));
    for (const [, code = ""] of JSON.stringify(body).matchAll(/"code":"([A-Z_]+)"/g)) codes.add(code);
  }
});

function refused(error: unknown): void {
  if (error instanceof Error && /has no parameter|TypeError/.test(`${error.name} ${error.message}`)) throw error;
}
