import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  anAppointment,
  appointmentInput,
  changesOf,
  openingsOf,
  reachable,
  statusesOf,
} from "../../test/an-appointment.ts";
import { aSlot } from "../../test/a-slot.ts";
import { aCitizen, aClinic } from "../../test/factories.ts";
import type { ACitizen, AClinic } from "../../test/factories.ts";
import { asOwner } from "../../test/database.ts";
import { createTestHub } from "../../test/harness.ts";
import type { TestAnswer, TestHub } from "../../test/harness.ts";
import { refusalsOf } from "../../test/refusals.ts";
import { insertOutcome, tryLockOnce } from "../db/idempotency.ts";
import type { Once } from "../db/idempotency.ts";
import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { Refusal, violation } from "../domain/decision.ts";
import type { AppointmentBody } from "../features/appointments/schema.ts";
import type { Booked } from "../features/citizen-bookings/schema.ts";
import type { ProblemBody } from "../http/problem.ts";
import type { Command } from "./command.ts";
import { createLane } from "./lane.ts";
import { noReach } from "./reach.ts";

let hub: TestHub;
/** A second process over the same database, as far as one test process can be two: its own pool and its own lane. */
let other: TestHub;
let clinic: AClinic;
let days = 0;
const freshDay = () =>
  new Date(Date.parse("2027-03-16T00:00:00Z") + (days += 1) * 86_400_000).toISOString().slice(0, 10);
const at = (day: string, time = "09:00") => `${day}T${time}:00-04:00`;

beforeAll(async () => {
  hub = await createTestHub();
  other = await createTestHub({ database: hub.database, seed: "other" });
  clinic = await aClinic(hub);
});
afterAll(async () => {
  await other.close();
  await hub.close();
});

type Answer = TestAnswer<Booked & Omit<ProblemBody, "status">>;
const book = (
  on: TestHub,
  { token }: Pick<ACitizen, "token">,
  slotId: string,
  startAt: string,
  key?: string,
): Promise<Answer> =>
  on.request("POST", "/v1/citizen/appointments", {
    as: token,
    body: { slotId, startAt, consultationReason: "regular", homePhone: reachable.homePhone, email: reachable.email },
    ...(key === undefined ? {} : { key }),
  });
const citizens = (count: number) => Promise.all(Array.from({ length: count }, () => aCitizen(hub)));
const activeOf = (professionalId: string, day: string) =>
  hub.write(
    [clinic.establishmentId],
    (tx) => tx.sql`
      SELECT 1 FROM appointment WHERE professional_id = ${professionalId} AND status = 'active'
        AND start_at::date = ${day}`,
  );

describe("races", () => {
  test.each([
    ["one process", () => [hub]],
    ["two processes", () => [hub, other]],
  ])(
    "APPT-09 a hundred citizens for one opening, %s: one has it, the others are offered what they can book",
    async (_title, processes) => {
      const day = freshDay();
      const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "12:00") });
      const people = await citizens(100);
      const answers = await Promise.all(
        people.map((citizen, index) =>
          book(processes()[index % processes().length] ?? hub, citizen, slot.slotId, at(day)),
        ),
      );
      expect(statusesOf(answers)).toEqual({ 201: 1, 409: 99 });
      expect(await activeOf(clinic.professionalId, day)).toHaveLength(1);
      const losers = answers.flatMap((answer, index) =>
        answer.status === 409 ? [{ answer, citizen: people[index] }] : [],
      );
      for (const { answer } of losers) expect(answer.body.alternatives).toHaveLength(3);
      const [{ answer, citizen } = { answer: undefined, citizen: undefined }] = losers;
      const [next] = (answer?.body.alternatives ?? []) as { slotId: string; startAt: string }[];
      if (citizen === undefined || next === undefined) throw new Error("nobody lost");
      expect((await book(hub, citizen, next.slotId, next.startAt)).status).toBe(201);
    },
  );

  test("HOLD-11 a hundred citizens hold one opening on two processes: one holds it", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    const answers = await Promise.all(
      (await citizens(100)).map(({ token }, index) =>
        (index % 2 ? hub : other).request("POST", "/v1/citizen/holds", {
          as: token,
          body: { slotId: slot.slotId, startAt: at(day) },
        }),
      ),
    );
    expect(statusesOf(answers)).toEqual({ 201: 1, 409: 99 });
  });

  test("fifty identical requests under one key, on two processes: one appointment, fifty equal answers", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    const alice = await aCitizen(hub);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        book(index % 2 ? hub : other, alice, slot.slotId, at(day), "the-key-of-fifty"),
      ),
    );
    expect(statusesOf(answers)).toEqual({ 201: 50 });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    expect(await activeOf(clinic.professionalId, day)).toHaveLength(1);
  });

  test("APPT-11 one citizen asks for ten openings at once, at two clinics: one a day", async () => {
    const second = await aClinic(hub);
    const day = freshDay();
    const slots = [
      await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "12:00") }),
      await aSlot(hub, second, { startAt: at(day), endAt: at(day, "12:00") }),
    ];
    const alice = await aCitizen(hub);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        book(
          index % 3 ? hub : other,
          alice,
          slots[index % 2]?.slotId ?? "",
          at(day, `${String(9 + (index % 3)).padStart(2, "0")}:${index % 2 ? "15" : "30"}`),
        ),
      ),
    );
    expect(statusesOf(answers)).toEqual({ 201: 1, 409: 9 });
  });

  test("bookings and cancellations of many agendas on two processes: none fails, and the openings say the truth", async () => {
    const clinics = await Promise.all(Array.from({ length: 4 }, () => aClinic(hub)));
    const day = freshDay();
    const slots = await Promise.all(
      clinics.map((each) =>
        aSlot(hub, each, { startAt: at(day, "19:30"), endAt: at(day, "22:00"), durationMinutes: 25 }),
      ),
    );
    const work = (await citizens(40)).map(async (citizen, index) => {
      const on = index % 2 ? hub : other;
      const slot = slots[index % 4];
      const startAt = new Date((slot?.startAt ?? 0) + (index % 6) * 25 * 60_000).toISOString();
      const answer = await book(on, citizen, slot?.slotId ?? "", startAt);
      if (answer.status === 201 && index % 3 === 0)
        await on.request("POST", "/v1/citizen/appointments/cancel", {
          as: citizen.token,
          body: { referenceNumber: answer.body.referenceNumber, nam: citizen.nam },
        });
      return answer.status;
    });
    const machines = clinics.map((each, index) =>
      (index % 2 ? hub : other).request("POST", "/v1/appointments", {
        as: each.machine.token,
        body: appointmentInput(each, { startAt: at(day, "19:50"), durationMinutes: 20 }),
      }),
    );
    expect(new Set(await Promise.all(work))).toEqual(new Set([201, 409]));
    expect((await Promise.all(machines)).every(({ status }) => status === 201)).toBe(true);
    for (const [index, slot] of slots.entries()) {
      const establishmentId = clinics[index]?.establishmentId ?? "";
      const taken = await hub.write(
        [establishmentId],
        (tx) => tx.sql<{ startAt: number; endAt: number }[]>`
          SELECT start_at AS "startAt", end_at AS "endAt" FROM appointment
          WHERE establishment_id = ${establishmentId} AND status = 'active'`,
      );
      const expected = Array.from({ length: 6 }, (_, step) => {
        const startAt = slot.startAt + step * 25 * 60_000;
        const busy = taken.some((each) => each.startAt < startAt + 25 * 60_000 && startAt < each.endAt);
        return `${new Date(startAt).toISOString().slice(11, 16)} ${busy ? "busy" : "free"}`;
      });
      expect(await openingsOf(hub, establishmentId, slot.slotId)).toEqual(expected);
    }
  });

  test("a version is changed once: of ten moves from the same version one passes", async () => {
    const day = freshDay();
    const before = await anAppointment(hub, clinic, { startAt: at(day) });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 ? hub : other).request("POST", `/v1/appointments/${before.appointmentId}/move`, {
          as: clinic.machine.token,
          version: 1,
          body: { startAt: at(day, `1${String(index)}:00`) },
        }),
      ),
    );
    expect(statusesOf(answers)).toEqual({ 200: 1, 412: 9 });
  });
});

describe("a command", () => {
  test("that expected another reach than it has under the locks is looked at again, and then decided", async () => {
    const made = await anAppointment(hub, clinic, { startAt: at(freshDay()) });
    const decisions: string[] = [];
    const command: Command<string> = {
      dryRun: false,
      establishmentIds: [made.establishmentId],
      targets: { appointmentIds: [made.appointmentId] },
      expected: noReach,
      reach(book) {
        const found = book.appointment(made.appointmentId);
        return found === undefined ? noReach : { ...noReach, spans: [found] };
      },
      decide(book) {
        decisions.push(book.professional(made.professionalId)?.professionalId ?? "not read");
        return () => "decided";
      },
    };
    await expect(createLane(hub.deps).submit(command)).resolves.toEqual({ value: "decided", replayed: false });
    expect(decisions).toEqual([made.professionalId]);
  });

  test("whose reach never stays the same is given up, for its caller to come back", async () => {
    let turn = 0;
    const command: Command<null> = {
      dryRun: false,
      establishmentIds: [],
      targets: {},
      reach() {
        turn += 1;
        return { ...noReach, citizenDays: [{ namIndex: "v1:a", localDate: `2027-01-${String(10 + turn)}` }] };
      },
      decide: () => () => null,
    };
    await expect(createLane(hub.deps).submit(command)).rejects.toMatchObject({ violations: [{ code: "UNAVAILABLE" }] });
    // One look before the locks, and ten under them.
    expect(turn).toBe(11);
  });
});

describe("a key in flight in another process", () => {
  /** Another process at work under a key, until it is let go. */
  async function inFlight(once: Once): Promise<{ finish(): Promise<void> }> {
    const [locked, released] = [deferred(), deferred()];
    const work = withScope(other.deps.connection, { audience: "system", establishments: [] }, async (tx) => {
      expect(await tryLockOnce(tx, once)).toBe(true);
      locked.resolve(undefined);
      await released.promise;
      await insertOutcome(other.deps, tx, once, { kind: "value", value: "from elsewhere" });
    });
    await locked.promise;
    return {
      finish: async () => {
        released.resolve(undefined);
        await work;
      },
    };
  }
  let keys = 0;
  function keyed(): { command: Command<string>; once: Once; decisions: () => number } {
    const once = { caller: "machine:mch_test", key: `key-in-flight-${String((keys += 1))}`, fingerprint: "the same" };
    let count = 0;
    const command: Command<string> = {
      once,
      dryRun: false,
      establishmentIds: [],
      targets: {},
      reach: () => noReach,
      decide() {
        count += 1;
        return () => "from here";
      },
    };
    return { command, once, decisions: () => count };
  }

  test("is waited for, while the rest goes on; then its answer is given", async () => {
    const { command, once, decisions } = keyed();
    const elsewhere = await inFlight(once);
    const lane = createLane(hub.deps);
    const [waiting, rest] = [lane.submit(command), lane.submit(keyed().command)];
    await expect(rest).resolves.toEqual({ value: "from here", replayed: false });
    await elsewhere.finish();
    await expect(waiting).resolves.toEqual({ value: "from elsewhere", replayed: true });
    expect(decisions()).toBe(0);
  });

  test("is waited for up to five seconds; then the caller is asked to come back", async () => {
    const { command, once, decisions } = keyed();
    const elsewhere = await inFlight(once);
    const waiting = createLane(hub.deps).submit(command);
    hub.clock.advanceWall(5_000);
    await expect(waiting).rejects.toMatchObject({
      violations: [{ code: "IDEMPOTENCY_IN_PROGRESS" }],
      help: { retryAfterSeconds: 1 },
    });
    await elsewhere.finish();
    expect(decisions()).toBe(0);
  });
});

describe("a batch", () => {
  const submit = (deps: Deps, commands: readonly Command<unknown>[]) => {
    const lane = createLane(deps);
    return Promise.allSettled(commands.map((command) => lane.submit(command)));
  };
  const nothing = { dryRun: false, establishmentIds: [], targets: {}, reach: () => noReach };

  test("its members are decided in the order in which they came, in one transaction", async () => {
    const seen: number[] = [];
    const books = new Set<unknown>();
    const commands = Array.from({ length: 5 }, (_, index): Command<number> => ({
      ...nothing,
      decide(book) {
        seen.push(index);
        books.add(book);
        return () => index;
      },
    }));
    // The first goes at once and alone; the four that come while it runs go together.
    const settled = await submit(hub.deps, commands);
    expect(settled.map((each) => (each.status === "fulfilled" ? each.value : "failed"))).toEqual(
      [0, 1, 2, 3, 4].map((value) => ({ value, replayed: false })),
    );
    expect([seen, books.size]).toEqual([[0, 1, 2, 3, 4], 2]);
  });

  test("a failure that nobody expected is its own command's; the others of its batch are settled", async () => {
    let failures = 0;
    const commands = ["first", "good", "bad", "refused", "good too"].map((name): Command<string> => ({
      ...nothing,
      decide() {
        if (name === "bad") {
          failures += 1;
          throw new Error("a mistake of ours");
        }
        if (name === "refused") throw new Refusal([violation("HOLD-06", "HOLD_NOT_EXTENDABLE")]);
        return () => name;
      },
    }));
    const settled = await submit(hub.deps, commands);
    expect(
      settled.map((each) => (each.status === "fulfilled" ? each.value.value : (each.reason as Error).message)),
    ).toEqual(["first", "good", "a mistake of ours", "HOLD-06 HOLD_NOT_EXTENDABLE", "good too"]);
    // Once in company, once alone.
    expect(failures).toBe(2);
  });

  test("a command that decides upon what it did not name fails, instead of deciding blindly", async () => {
    const blind: Command<number> = {
      ...nothing,
      decide(book) {
        const count = book.appointmentsOn("v1:nobody", "2027-03-08");
        return () => count;
      },
    };
    const [settled] = await submit(hub.deps, [blind]);
    expect(settled).toMatchObject({
      status: "rejected",
      reason: { message: "a command decided upon a citizen day that was not read" },
    });
  });

  test("APPT-09 the constraint is the second lock: its refusal is kept with the key, and writes nothing", async () => {
    const day = freshDay();
    const slot = await aSlot(hub, clinic, { startAt: at(day), endAt: at(day, "10:00") });
    // Somebody who forgets the lane, between its reading and its writing: a trigger, which puts another there first.
    const startAt = new Date(slot.startAt).toISOString();
    await asOwner(hub.database.url, async (sql) => {
      await sql.unsafe(`
        CREATE FUNCTION intrude() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.author_type = 'citizen' AND NEW.start_at = '${startAt}' THEN
            NEW.author_type := 'machine';
            INSERT INTO appointment SELECT (jsonb_populate_record(NEW, '{"appointment_id":"apt_intruder","reference_number":"0000000000"}')).*;
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER intrude BEFORE INSERT ON appointment FOR EACH ROW EXECUTE FUNCTION intrude();`);
    });
    const alice = await aCitizen(hub);
    const changes = (await changesOf(hub, clinic.establishmentId)).length;
    const refused = await book(hub, alice, slot.slotId, at(day), "key-of-the-second-lock");
    await asOwner(hub.database.url, async (sql) => {
      await sql.unsafe("DROP TRIGGER intrude ON appointment; DROP FUNCTION intrude();");
    });
    expect([refused.status, refusalsOf(refused)]).toEqual([409, ["APPT-09 OPENING_NOT_AVAILABLE /startAt"]]);
    expect(await activeOf(clinic.professionalId, day)).toHaveLength(0);
    expect(await changesOf(hub, clinic.establishmentId)).toHaveLength(changes);
    const again = await book(hub, alice, slot.slotId, at(day), "key-of-the-second-lock");
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([409, "true"]);
    expect((await book(hub, alice, slot.slotId, at(day))).status).toBe(201);
  });
});

test("a clinic's writes and its own reading of them agree, whatever came before in the batch", async () => {
  const day = freshDay();
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      hub.request<AppointmentBody>("POST", "/v1/appointments", {
        as: clinic.machine.token,
        body: appointmentInput(clinic, { startAt: at(day, `1${String(index % 5)}:00`), durationMinutes: 30 }),
      }),
    ),
  );
  for (const { body } of answers) {
    const read = await hub.request<AppointmentBody>("GET", `/v1/appointments/${body.appointmentId}`, {
      as: clinic.machine.token,
    });
    // `concurrent` is as it was when the answer was given; the others came beside it since.
    expect({ ...read.body, concurrent: body.concurrent }).toEqual(body);
  }
  expect(new Set(answers.map(({ body }) => body.referenceNumber)).size).toBe(30);
});

/** A promise that is kept from outside. */
function deferred(): { promise: Promise<undefined>; resolve: (value: undefined) => void } {
  let resolve: (value: undefined) => void = () => undefined;
  const promise = new Promise<undefined>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
