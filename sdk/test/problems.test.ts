import { expect, expectTypeOf, test } from "vitest";
import { ArrimageProblem, isArrimageProblem } from "../src/problems.ts";
import { failure, fakeHub, problem } from "./fake-hub.ts";

const get = (hub: ReturnType<typeof fakeHub>) => failure(hub.client().slots.get({ slotId: "slt_1" }));

test("a refusal is thrown with all that the hub said", async () => {
  const violations = [
    {
      rule: "SLOT-07",
      href: "http://hub.test/docs/rules/SLOT-07",
      code: "SLOT_PARTIALLY_FILLED",
      pointer: "/visibility",
      detail: "Lieu et visibilité vont ensemble.",
    },
    { rule: "SLOT-07", code: "OUT_OF_RANGE", pointer: "/endAt", detail: "Trop tard." },
    { rule: "APPT-12", code: "OUT_OF_RANGE", pointer: "", detail: "Trop tard." },
  ];
  const alternatives = [{ startAt: "2027-03-08T10:00:00-05:00" }];
  const error = await get(
    fakeHub(
      problem(409, "OPENING_TAKEN", {
        title: "Cette disponibilité n'est plus libre.",
        detail: "Choisissez-en une autre.",
        violations,
        alternatives,
        current: { id: "slt_1" },
        ofNextYear: true,
      }),
    ),
  );
  expect(error).toBeInstanceOf(ArrimageProblem);
  expect(error).toMatchObject({
    name: "ArrimageProblem",
    message:
      "OPENING_TAKEN (409): Cette disponibilité n'est plus libre. — Choisissez-en une autre. [rules SLOT-07, APPT-12; request req_1]",
    code: "OPENING_TAKEN",
    status: 409,
    requestId: "req_1",
    retryable: false,
    retryAfterSeconds: null,
    violations,
    alternatives,
    problem: { current: { id: "slt_1" }, ofNextYear: true },
  });
});

test("the status of the answer counts, whatever the body says", async () => {
  expect(await get(fakeHub(problem(404, "NOT_FOUND", { status: 200 })))).toMatchObject({ status: 404 });
});

test("a token endpoint's error becomes a problem", async () => {
  const body = { error: "invalid_client", error_description: "The assertion has expired." };
  const error = await get(fakeHub(Response.json(body, { status: 401 })));
  expect(String(error)).toBe("ArrimageProblem: INVALID_CLIENT (401): The assertion has expired.");
});

test.each([
  ["a proxy's page", "<h1>NAM TREM 8001 0101</h1>", 403],
  ["an empty answer", "", 500],
  ["JSON of another kind", '["TREM"]', 500],
  ["a redirect", "", 302],
])("%s says that the hub did not answer, and nothing of the content", async (_, text, status) => {
  const error = await get(fakeHub(new Response(text, { status })));
  expect(error).toMatchObject({ code: "UNEXPECTED_ANSWER", status, retryable: false, violations: [] });
  expect(String(error)).toContain("Is baseUrl right");
  expect(JSON.stringify(error) + String(error)).not.toContain("TREM");
});

test("a success that is not JSON says so", async () => {
  expect(await get(fakeHub(new Response("<h1>Welcome</h1>")))).toMatchObject({
    code: "UNEXPECTED_ANSWER",
    status: 200,
  });
});

test("isArrimageProblem narrows to the code, across builds of the SDK", () => {
  const error: unknown = new ArrimageProblem(
    { type: "about:blank", title: "Pris", status: 409, code: "OPENING_TAKEN" },
    null,
    null,
  );
  expect(isArrimageProblem(error)).toBe(true);
  expect(isArrimageProblem(error, "OPENING_TAKEN")).toBe(true);
  expect(isArrimageProblem(error, "NOT_FOUND", "OPENING_TAKEN")).toBe(true);
  expect(isArrimageProblem(error, "NOT_FOUND")).toBe(false);
  if (isArrimageProblem(error, "OPENING_TAKEN")) expectTypeOf(error.code).toEqualTypeOf<"OPENING_TAKEN">();

  const fromOtherBuild = Object.assign(new Error("Pris"), {
    [Symbol.for("arrimage.problem")]: true,
    code: "NOT_FOUND",
  });
  expect(isArrimageProblem(fromOtherBuild, "NOT_FOUND")).toBe(true);
  for (const other of [new Error("x"), { code: "NOT_FOUND" }, "NOT_FOUND", null, undefined]) {
    expect(isArrimageProblem(other)).toBe(false);
  }
});
