import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aRegistration } from "../../../test/a-registration.ts";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { createHttpRegistry } from "./http-registry.ts";
import { RegistryUnavailable } from "./over-http.ts";
import { createSandboxRegistry } from "./sandbox-registry.ts";

const person = {
  nam: "TREI 8555 1204",
  firstName: "Isabelle",
  lastName: "Tremblay",
  sex: "F",
  birthDate: "1985-05-12",
  registration: aRegistration({ practiceNumber: "104217", gmfNumber: "03-117" }),
};

describe("the sandbox's registry", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await createTestHub();
  });
  afterAll(async () => hub.close());

  test("PAT-02 a number put there is known, however it was written", async () => {
    expect((await hub.request("PUT", "/sandbox/registry", { body: { persons: [person] } })).body).toEqual({
      persons: 1,
    });
    const found = await createSandboxRegistry(hub.deps).find("TREI85551204");
    expect(found).toMatchObject({
      firstName: "Isabelle",
      registration: { practiceNumber: "104217", gmfNumber: "03-117" },
    });
    expect(await createSandboxRegistry(hub.deps).find("TREI85551205")).toBeNull();
    const { body } = await hub.request<{ items: unknown[] }>("GET", "/sandbox/registry");
    expect(body.items).toEqual([{ ...person, nam: "TREI85551204", eligible: true }]);
  });

  test("PAT-16 a registration has only what is sent, and no end of what there is not", async () => {
    const put = (registration: object) =>
      hub.request("PUT", "/sandbox/registry", { body: { persons: [{ ...person, registration }] } });
    const whole = {
      ...{ practiceNumber: "104217", delegatedPracticeNumber: "810333", gmfNumber: "03-117", placeNumber: "55231" },
      ...{ endDate: "2027-06-30", gmfEndDate: "2027-05-31", placeEndDate: "2027-05-30" },
    };
    const found = async () => (await createSandboxRegistry(hub.deps).find("TREI85551204"))?.registration;
    expect((await put(whole)).status).toBe(200);
    expect(await found()).toEqual(whole);
    expect((await put({ practiceNumber: "104217" })).status).toBe(200);
    expect(await found()).toEqual(aRegistration({ practiceNumber: "104217" }));
    for (const end of ["gmfEndDate", "placeEndDate"])
      expect((await put({ practiceNumber: "104217", [end]: "2027-05-31" })).status).toBe(400);
    expect(await found()).toEqual(aRegistration({ practiceNumber: "104217" }));
  });

  test("PAT-02 a text that is no number refuses the whole list and names it", async () => {
    const answer = await hub.request("PUT", "/sandbox/registry", {
      body: {
        persons: [
          { ...person, nam: "TREI85551211" },
          { ...person, nam: "TREI85991211" },
        ],
      },
    });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      violations: [{ rule: "PAT-02", code: "INVALID_NAM", pointer: "/persons/1/nam" }],
    });
    expect(await createSandboxRegistry(hub.deps).find("TREI85551211")).toBeNull();
  });

  test("the stored number is encrypted", async () => {
    const rows = await hub.write(
      [],
      (tx) => tx.sql<{ nam_encrypted: Uint8Array }[]>`SELECT nam_encrypted FROM registry_person`,
    );
    for (const row of rows) expect(Buffer.from(row.nam_encrypted).toString("latin1")).not.toContain("TREI");
  });
});

describe("the registry over HTTP", () => {
  const answering = (body: string | null, status = 200) =>
    createHttpRegistry("https://registry.example", () => Promise.resolve(new Response(body, { status })));
  const known = {
    firstName: "Isabelle",
    lastName: "Tremblay",
    sex: "F",
    birthDate: "1985-05-12",
    eligible: true,
    registration: null,
  };

  test("PAT-02 answers the person, or null for a number RAMQ does not know", async () => {
    expect(await answering(JSON.stringify(known)).find("TREI85551204")).toEqual(known);
    expect(await answering(null, 404).find("TREI85551204")).toBeNull();
  });

  test("PAT-16 answers the registration with its delegation and its ends", async () => {
    const registration = aRegistration({
      ...{ practiceNumber: "104217", delegatedPracticeNumber: "810333", gmfNumber: "03-117", placeNumber: "55231" },
      ...{ endDate: "2027-06-30", gmfEndDate: "2027-05-31", placeEndDate: "2027-05-30" },
    });
    const told = { ...known, registration };
    expect(await answering(JSON.stringify(told)).find("TREI85551204")).toEqual(told);
  });

  test.each([
    ["a failure", "{}", 500],
    ["another shape", JSON.stringify({ ...known, sex: "X" }), 200],
    ["no JSON", "<html>", 200],
    ["too much", JSON.stringify({ ...known, padding: "x".repeat(70_000) }), 200],
  ])("%s is a failure, not a person, and says nothing of the number", async (_what, body, status) => {
    const found = answering(body, status).find("TREI85551204");
    await expect(found).rejects.toThrow(RegistryUnavailable);
    await expect(found).rejects.not.toThrow(/TREI/);
  });

  test("the number travels in the body, and redirects are not followed", async () => {
    const sent: { url: string; init: RequestInit | undefined }[] = [];
    const registry = createHttpRegistry("https://registry.example/", (url, init) => {
      // createHttpRegistry calls with a text.
      sent.push({ url: url as string, init });
      return Promise.resolve(new Response(null, { status: 404 }));
    });
    await registry.find("TREI85551204");
    expect(sent[0]?.url).toBe("https://registry.example/persons/find");
    expect(sent[0]?.init).toMatchObject({ method: "POST", redirect: "error", body: '{"nam":"TREI85551204"}' });
  });
});
