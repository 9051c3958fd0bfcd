import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startControl } from "./control.ts";
import type { Control } from "./control.ts";
import { startHubs } from "./hubs-over-http.ts";
import type { HubsOverHttp } from "./hubs-over-http.ts";
import { expectSound } from "./invariants.ts";
import { countBy } from "./race.ts";
import { clinicAndCitizens, differentDurations, oneTeam } from "./race-of-agendas.ts";
import type { Raced, Servers } from "./race-of-agendas.ts";
import { expectAnsweredTruly, expectSeatsInOrder } from "./race-of-seats.ts";

/**
 * R1, R3: everybody at once for the time of one professional, over HTTP against two hub processes over one database. The
 * naive control (naive-booking.ts) runs the same races and must fail the same assertion.
 */

let hubs: HubsOverHttp;
let control: Control;
let theHubs: Servers;
let theControl: Servers;
beforeAll(async () => {
  hubs = await startHubs(2);
  control = await startControl(hubs.options);
  const urls = hubs.processes.map(({ url }) => url);
  theHubs = { what: "booking", urls: [urls[0] ?? "", urls[1] ?? ""] };
  theControl = { what: "naiveBooking", urls: [control.urls[0] ?? "", control.urls[1] ?? ""] };
});
afterAll(async () => {
  await control.stop();
  await hubs.close();
});
// Nothing unexpected happened in either process: no failed request, no failed job.
afterEach(() => {
  for (const hub of hubs.processes) expect(hub.readLog().slice(0, 2000)).toBe("");
});

/** The one assertion of these races. */
function expectInOrder({ rows, asked }: Raced, capacity: number): void {
  expectSeatsInOrder(rows, capacity);
  expectAnsweredTruly(asked, rows, capacity);
}

function statusesOf(answers: readonly { status: number }[]): Record<string, number> {
  return countBy(answers.map(({ status }) => String(status)));
}

describe("the clinic and citizens at the same instant, for overlapping times", () => {
  const pairs = 216;

  test(`APPT-08, APPT-09 ${String(pairs)} pairs: a citizen never beside anybody, the clinic always on the next seat`, async () => {
    const raced = await clinicAndCitizens(hubs, theHubs, pairs);
    expectInOrder(raced, 1);
    const { establishmentId, rows, asked, clinic } = raced;
    // The clinic may always. By hand and by software for a third of the pairs each, both for the last third.
    expect(statusesOf(clinic)).toEqual({ 201: 144, 200: 144 });
    expect(rows).toHaveLength(288 + asked.filter(({ answer }) => answer.status === 201).length);
    await expectSound(hubs.owner, establishmentId);
  });

  test("the control does not", async () => {
    const raced = await clinicAndCitizens(hubs, theControl, pairs);
    expect(statusesOf(raced.clinic)).toEqual({ 201: pairs });
    expect(() => {
      expectInOrder(raced, 1);
    }).toThrow();
  });
});

describe("citizens at once for openings of 15, 20, 30 and 45 minutes of one professional at two places", () => {
  const count = 200;

  test("APPT-09 no two appointments overlap, and whoever was refused wanted what another has", async () => {
    const raced = await differentDurations(hubs, theHubs, count);
    expectInOrder(raced, 1);
    expect(raced.rows.length).toBeGreaterThan(1);
    await expectSound(hubs.owner, raced.establishmentId);
  });

  test("the control's do", async () => {
    const raced = await differentDurations(hubs, theControl, count);
    expect(raced.rows.length).toBeGreaterThan(1);
    expect(() => {
      expectInOrder(raced, 1);
    }).toThrow();
  });
});

describe("sixty citizens at once for one opening of a team of three", () => {
  const team = { capacity: 3, count: 60 };

  function expectThree(raced: Raced): void {
    expectInOrder(raced, team.capacity);
    expect(raced.rows.map(({ seat }) => seat)).toEqual([1, 2, 3]);
    expect(statusesOf(raced.asked.map(({ answer }) => answer))).toEqual({ 201: 3, 409: 57 });
  }

  test("APPT-09 three are booked, on seats 1 to 3", async () => {
    const raced = await oneTeam(hubs, theHubs, team);
    expectThree(raced);
    await expectSound(hubs.owner, raced.establishmentId);
  });

  test("the control books more, or two on one seat", async () => {
    const raced = await oneTeam(hubs, theControl, team);
    expect(() => {
      expectThree(raced);
    }).toThrow();
  });
});
