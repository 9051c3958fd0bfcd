import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aClinic, anEmployee, aProfessional } from "../../../test/factories.ts";
import type { AClinic } from "../../../test/factories.ts";
import { createTestHub, defaultNow } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { refusalsOf, withoutRequestId } from "../../../test/refusals.ts";
import { minuteMs } from "../../domain/time.ts";
import type { ProblemBody } from "../../http/problem.ts";
import { putStaffPersons } from "../staff-registry/actions.ts";
import type { Session } from "./schema.ts";

let hub: TestHub;
let clinic: AClinic;
beforeAll(async () => {
  hub = await createTestHub();
  clinic = await aClinic(hub);
  await register(clinic.admin.ramqIdentifier, { pseudonym: "admin@example.org" });
});
afterAll(() => hub.close());

const password = "bac-a-sable";
async function register(ramqIdentifier: string, fields: object = {}) {
  const person = { ramqIdentifier, firstName: "Camille", lastName: "Roy", password, ...fields };
  await putStaffPersons(hub.deps, { persons: [person] });
}
const signIn = <T = Session>(identifier: string, secret = password) =>
  hub.request<T>("POST", "/sandbox/sign-in", { body: { identifier, password: secret } });
const refresh = <T = Session>({ sessionId }: Session, activity: string) =>
  hub.request<T>("POST", "/sandbox/sessions/refresh", { body: { sessionId, activity } });
const whoAmI = (as: string) => hub.request<{ employeeId: string }>("GET", "/v1/caller", { as });
/** A session of somebody of their own, so that no other test keeps it alive. */
async function aSession(): Promise<Session> {
  const person = await anEmployee(hub, clinic);
  await register(person.ramqIdentifier);
  return (await signIn(person.ramqIdentifier)).body;
}

describe("sessions.signIn", () => {
  test("AUTH-01 one signs in with a RAMQ identifier or a pseudonym", async () => {
    const { ramqIdentifier, employeeId } = clinic.admin;
    for (const identifier of [ramqIdentifier, ramqIdentifier.toLowerCase(), "admin@example.org", "Admin@Example.org"]) {
      const { status, body } = await signIn(identifier);
      expect([status, body.tokenType, body.expiresIn]).toEqual([200, "Bearer", 3600]);
      expect((await whoAmI(body.accessToken)).body.employeeId).toBe(employeeId);
    }
  });

  test("AUTH-01 but not with a practice number", async () => {
    const person = await aProfessional(hub, [clinic.place]);
    await register(person.ramqIdentifier, { practiceNumber: person.practiceNumber });
    const refused = await signIn<ProblemBody>(person.practiceNumber);
    expect([refused.status, ...refusalsOf(refused)]).toEqual([422, "AUTH-01 INVALID_IDENTIFIER /identifier"]);
  });

  test("AUTH-02 an unknown identifier and a wrong password are answered alike, to the byte", async () => {
    const person = await anEmployee(hub, clinic);
    await register(person.ramqIdentifier, { password: undefined });
    const answers = await Promise.all([
      signIn<ProblemBody>(clinic.admin.ramqIdentifier, "wrong"),
      signIn<ProblemBody>(clinic.admin.ramqIdentifier, ""),
      signIn<ProblemBody>("IPN0B0DY"),
      signIn<ProblemBody>("nobody@example.org"),
      signIn<ProblemBody>(person.ramqIdentifier),
    ]);
    for (const refused of answers) {
      expect([refused.status, ...refusalsOf(refused)]).toEqual([401, "AUTH-02 INVALID_CREDENTIALS "]);
      expect(withoutRequestId(refused)).toEqual(withoutRequestId(answers[0]));
    }
  });

  test("AUTH-02 whose password is wrong is not told whether they are active either", async () => {
    await register("IPN0RECD");
    expect(refusalsOf(await signIn<ProblemBody>("IPN0RECD", "wrong"))).toEqual(["AUTH-02 INVALID_CREDENTIALS "]);
  });

  test("AUTH-03 who is known but has no active record is told whom to ask", async () => {
    await register("IPN0RECD");
    const left = await anEmployee(hub, clinic, { departureDate: "2027-02-28" });
    await register(left.ramqIdentifier);
    for (const identifier of ["IPN0RECD", left.ramqIdentifier]) {
      const refused = await signIn<ProblemBody>(identifier);
      expect([refused.status, ...refusalsOf(refused)]).toEqual([403, "AUTH-03 NOT_ACTIVE_IN_RVSQ "]);
      expect(refused.body.detail).toContain("administrateur de la clinique");
    }
  });

  test("AUTH-06 who works in several establishments signs in once, and names one with each call", async () => {
    const [here, there] = [await aClinic(hub), await aClinic(hub)];
    const { ramqIdentifier } = await anEmployee(hub, here);
    const { employeeId } = await anEmployee(hub, there, { ramqIdentifier });
    await register(ramqIdentifier);
    const { accessToken } = (await signIn(ramqIdentifier)).body;
    expect((await whoAmI(accessToken)).body).toMatchObject({ code: "ESTABLISHMENT_REQUIRED" });
    const headers = { "arrimage-establishment": there.establishmentId };
    const named = await hub.request("GET", "/v1/caller", { as: accessToken, headers });
    expect(named.body).toMatchObject({ employeeId });
  });

  test("nothing of who signs in is logged, and the session's secret is not kept", async () => {
    const { body } = await signIn("admin@example.org");
    expect(hub.logs.join()).not.toMatch(/admin@example|bac-a-sable/);
    const rows = await hub.write([], (tx) => tx.sql`SELECT session_hash FROM sandbox_session`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(body.sessionId);
  });
});

describe("sessions.refresh", () => {
  test.each(["configuration", "slotEditing"])(
    "AUTH-04 a session ends 200 minutes after its last activity in %s",
    async (activity) => {
      const session = await aSession();
      const goesOn = await refresh(session, activity);
      expect([goesOn.status, goesOn.body.sessionId]).toEqual([200, session.sessionId]);
      expect((await whoAmI(goesOn.body.accessToken)).status).toBe(200);
      try {
        hub.clock.advanceWall(200 * minuteMs - 1);
        expect((await refresh(session, activity)).status).toBe(200);
        // Each activity counts anew.
        hub.clock.advanceWall(200 * minuteMs - 1);
        expect((await refresh(session, activity)).status).toBe(200);
        hub.clock.advanceWall(200 * minuteMs);
        const ended = await refresh<ProblemBody>(session, "appointments");
        expect([ended.status, ...refusalsOf(ended)]).toEqual([401, "AUTH-04 INVALID_TOKEN /sessionId"]);
        expect((await refresh(session, "appointments")).status).toBe(401);
      } finally {
        hub.clock.moveWallTo(defaultNow);
      }
    },
  );

  test("AUTH-04 who has only signed in has 200 minutes", async () => {
    const session = await aSession();
    try {
      hub.clock.advanceWall(200 * minuteMs);
      expect((await refresh(session, "appointments")).status).toBe(401);
    } finally {
      hub.clock.moveWallTo(defaultNow);
    }
  });

  test("AUTH-05 a session whose last activity was on appointments never ends by itself, until it is elsewhere", async () => {
    const session = await aSession();
    await refresh(session, "appointments");
    try {
      hub.clock.advanceWall(30 * 24 * 60 * minuteMs);
      const goesOn = await refresh(session, "slotEditing");
      expect(goesOn.status).toBe(200);
      expect((await whoAmI(goesOn.body.accessToken)).status).toBe(200);
      hub.clock.advanceWall(200 * minuteMs);
      expect((await refresh(session, "appointments")).status).toBe(401);
    } finally {
      hub.clock.moveWallTo(defaultNow);
    }
  });

  test("AUTH-04 the sandbox's clock ends no session", async () => {
    const session = await aSession();
    try {
      hub.clock.advance(30 * 24 * 60 * minuteMs);
      expect((await refresh(session, "configuration")).status).toBe(200);
    } finally {
      hub.clock.moveTo(defaultNow);
    }
  });

  test("AUTH-03 a session does not outlive the record", async () => {
    const person = await anEmployee(hub, clinic, { departureDate: "2027-03-01" });
    await register(person.ramqIdentifier);
    const { body } = await signIn(person.ramqIdentifier);
    try {
      hub.clock.moveTo("2027-03-02T00:00:00-05:00");
      const refused = await refresh<ProblemBody>(body, "appointments");
      expect([refused.status, ...refusalsOf(refused)]).toEqual([403, "AUTH-03 NOT_ACTIVE_IN_RVSQ "]);
    } finally {
      hub.clock.moveTo(defaultNow);
    }
  });

  test("AUTH-04 a session that never was is answered like one that has ended", async () => {
    const session = await aSession();
    const never = await refresh<ProblemBody>({ ...session, sessionId: "A".repeat(43) }, "appointments");
    expect([never.status, ...refusalsOf(never)]).toEqual([401, "AUTH-04 INVALID_TOKEN /sessionId"]);
  });

  test("AUTH-04 signing in again leaves the sessions that go on, and forgets those that have ended", async () => {
    const { ramqIdentifier } = clinic.admin;
    const [kept, left] = [(await signIn(ramqIdentifier)).body, (await signIn(ramqIdentifier)).body];
    await refresh(kept, "appointments");
    const open = () =>
      hub.write([], (tx) => tx.sql`SELECT FROM sandbox_session WHERE ramq_identifier = ${ramqIdentifier}`);
    try {
      hub.clock.advanceWall(200 * minuteMs);
      await signIn(ramqIdentifier);
      expect(await open()).toHaveLength(2);
      expect([(await refresh(kept, "appointments")).status, (await refresh(left, "appointments")).status]).toEqual([
        200, 401,
      ]);
    } finally {
      hub.clock.moveWallTo(defaultNow);
    }
  });
});

describe("sessions.end", () => {
  test("AUTH-05 whoever signs out is signed out, and may say so twice", async () => {
    const session = await aSession();
    await refresh(session, "appointments");
    const body = { sessionId: session.sessionId };
    for (const time of ["once", "twice"])
      expect([time, (await hub.request("POST", "/sandbox/sessions/end", { body })).status]).toEqual([time, 204]);
    expect((await refresh(session, "appointments")).status).toBe(401);
  });
});

test("AUTH-01 none of it exists outside sandbox mode", async () => {
  const production = await createTestHub({
    config: { mode: "production" },
    database: hub.database,
    seed: "production",
  });
  try {
    for (const path of ["/sandbox/sign-in", "/sandbox/sessions/refresh", "/sandbox/sessions/end"])
      expect((await production.request("POST", path, { body: {} })).status).toBe(404);
  } finally {
    await production.close();
  }
});
