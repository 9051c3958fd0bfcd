import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { readConfig } from "../../config.ts";
import type { Page } from "../../http/page.ts";
import { RegistryUnavailable } from "../registry/over-http.ts";
import { createHttpStaffRegistry } from "./http-staff-registry.ts";
import { hashPassword, passwordMatches } from "./password.ts";
import { createSandboxStaffRegistry } from "./sandbox-staff-registry.ts";

const person = {
  ramqIdentifier: "IPA1B2C3",
  pseudonym: "camille@example.org",
  firstName: "Camille",
  lastName: "Tremblay",
  practiceNumber: "112345",
};

describe("the sandbox's registry of staff", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await createTestHub();
  });
  afterAll(async () => hub.close());

  const put = (...persons: object[]) => hub.request("PUT", "/sandbox/staff-registry", { body: { persons } });
  const find = (by: "ramqIdentifier" | "practiceNumber" | "pseudonym", value: string) =>
    createSandboxStaffRegistry(hub.deps).find({ by, value });

  test("EMP-03 a person put there is found by each identifier, and nobody by another", async () => {
    expect((await put(person)).body).toEqual({ persons: 1 });
    expect(await find("ramqIdentifier", "IPA1B2C3")).toEqual(person);
    expect(await find("practiceNumber", "112345")).toEqual(person);
    expect(await find("pseudonym", "Camille@Example.org")).toEqual(person);
    expect(await find("ramqIdentifier", "112345")).toBeNull();
    expect(await find("practiceNumber", "112346")).toBeNull();
  });

  test("they are listed page by page, without a word of their passwords", async () => {
    await put({ ...person, password: "secret" }, { ramqIdentifier: "IPZ00001", firstName: "Zoé", lastName: "Roy" });
    const first = await hub.request<Page<object>>("GET", "/sandbox/staff-registry?limit=1");
    expect(first.body.items).toEqual([person]);
    const next = await hub.request<Page<object>>(
      "GET",
      `/sandbox/staff-registry?limit=1&cursor=${String(first.body.nextCursor)}`,
    );
    expect(next.body).toEqual({
      items: [{ ramqIdentifier: "IPZ00001", firstName: "Zoé", lastName: "Roy", pseudonym: null, practiceNumber: null }],
      nextCursor: null,
    });
  });

  test("an identifier is one person's: whoever is put last has it", async () => {
    await put(person);
    await put({ ...person, ramqIdentifier: "IPB00001", firstName: "Béatrice" });
    expect(await find("practiceNumber", "112345")).toMatchObject({ ramqIdentifier: "IPB00001" });
    expect(await find("ramqIdentifier", "IPA1B2C3")).toMatchObject({ pseudonym: null, practiceNumber: null });
  });

  test.each([
    ["ramqIdentifier", "112345"],
    ["pseudonym", "camille"],
    ["practiceNumber", "12"],
  ])("EMP-04, EMP-05 %s has its form there too", async (field, value) => {
    const refused = await put({ ...person, [field]: value });
    expect([refused.status, refused.body]).toMatchObject([400, { violations: [{ pointer: `/persons/0/${field}` }] }]);
  });

  test("it does not exist outside sandbox mode", async () => {
    const production = await createTestHub({
      config: { mode: "production" },
      database: hub.database,
      seed: "production",
    });
    try {
      for (const method of ["GET", "PUT"])
        expect((await production.request(method, "/sandbox/staff-registry", { body: undefined })).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});

describe("passwords", () => {
  let hub: TestHub;
  beforeAll(async () => {
    hub = await createTestHub();
  });
  afterAll(async () => hub.close());

  test("AUTH-02 a password matches its hash and no other; without a hash, none does", async () => {
    const hash = await hashPassword(hub.deps.ids, "bac-a-sable");
    expect(hash).not.toContain("bac-a-sable");
    expect(await passwordMatches("bac-a-sable", hash)).toBe(true);
    expect(await passwordMatches("bac-a-sablE", hash)).toBe(false);
    expect(await passwordMatches("", null)).toBe(false);
    expect(await hashPassword(hub.deps.ids, "bac-a-sable")).not.toBe(hash);
  });
});

describe("the registry of staff over HTTP", () => {
  let servers: Server[] = [];
  let asked: { path: string; authorization: string | undefined; body: string }[] = [];
  afterEach(() => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    servers = [];
    asked = [];
  });

  /** A registry on this machine that answers as told, attempt by attempt. */
  async function registryThat(
    ...answers: ((response: ServerResponse, request: IncomingMessage) => void)[]
  ): Promise<ReturnType<typeof createHttpStaffRegistry>> {
    const listening = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const { url: path = "", headers } = request;
        asked.push({ path, authorization: headers.authorization, body: Buffer.concat(chunks).toString() });
        answers[Math.min(asked.length, answers.length) - 1]?.(response, request);
      });
    });
    servers.push(listening);
    await new Promise<void>((resolve) => {
      listening.listen(0, "127.0.0.1", resolve);
    });
    // A TCP server that listens has an address and a port.
    const { port } = listening.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}/`;
    return createHttpStaffRegistry({ url, credential: "a-credential", answerWithinMs: 300 });
  }
  const says =
    (body: unknown, status = 200) =>
    (response: ServerResponse) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
  const hangsUp = (_response: ServerResponse, request: IncomingMessage) => {
    request.socket.destroy();
  };
  const byNumber = { by: "practiceNumber", value: "112345" } as const;

  test("EMP-09 answers the person, or null for one RAMQ does not know", async () => {
    const registry = await registryThat(says(person), says({}, 404));
    expect(await registry.find(byNumber)).toEqual(person);
    expect(await registry.find(byNumber)).toBeNull();
  });

  test("EMP-03 the one identifier travels in the body, with the credential, and in no address", async () => {
    const registry = await registryThat(says(person));
    await registry.find({ by: "pseudonym", value: "Camille@example.org" });
    expect(asked).toEqual([
      { path: "/staff/find", authorization: "Bearer a-credential", body: '{"pseudonym":"Camille@example.org"}' },
    ]);
  });

  test("a connection that is lost is tried once more, and no more than once", async () => {
    const registry = await registryThat(hangsUp, says(person));
    expect(await registry.find(byNumber)).toEqual(person);
    expect(asked).toHaveLength(2);
    const gone = await registryThat(hangsUp);
    asked = [];
    await expect(gone.find(byNumber)).rejects.toThrow(RegistryUnavailable);
    expect(asked).toHaveLength(2);
  });

  test("a registry that does not answer in time is not waited for, nor asked again", async () => {
    const registry = await registryThat(() => undefined);
    await expect(registry.find(byNumber)).rejects.toThrow(RegistryUnavailable);
    expect(asked).toHaveLength(1);
  });

  test("a registry that is not there is unavailable", async () => {
    const registry = createHttpStaffRegistry({ url: "http://127.0.0.1:1", credential: "c", answerWithinMs: 300 });
    await expect(registry.find(byNumber)).rejects.toThrow(RegistryUnavailable);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ["a failure", says({}, 500)],
    ["a refused credential", says({}, 401)],
    ["another shape", says({ ...person, ramqIdentifier: "112345" })],
    ["another person", says({ ...person, practiceNumber: "112346" })],
    ["a professional without the number", says({ ...person, practiceNumber: null })],
    ["no JSON", (response) => response.end("<html>")],
    ["too much", says({ ...person, padding: "x".repeat(70_000) })],
    ["a redirection", (response) => response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
  ])("%s is a failure, not a person, and says nothing of whom", async (_what, answer) => {
    const found = (await registryThat(answer)).find(byNumber);
    await expect(found).rejects.toThrow(RegistryUnavailable);
    await expect(found).rejects.not.toThrow(/112345|Camille|Tremblay|IPA1B2C3/);
  });
});

describe("STAFF_REGISTRY_URL", () => {
  const env = {
    ...{
      IDENTITY_ISSUER: "https://id.example",
      IDENTITY_JWKS_URI: "https://id.example/jwks",
      IDENTITY_AUDIENCE: "hub",
    },
    ...{ REGISTRY_URL: "https://registry.example", DATA_KEYS: `k1:${Buffer.alloc(32).toString("base64")}` },
    INDEX_KEY: Buffer.alloc(32).toString("base64"),
  };
  const staffRegistry = { STAFF_REGISTRY_URL: "https://staff.example", STAFF_REGISTRY_CREDENTIAL: "c" };

  test("EMP-09 production needs a registry of staff and a credential for it; a sandbox has its own", () => {
    const { staffRegistry: read } = readConfig({ ...env, ...staffRegistry }, { mode: "production" });
    expect(read).toEqual({ url: "https://staff.example", credential: "c" });
    for (const missing of Object.keys(staffRegistry))
      expect(() => readConfig({ ...env, ...staffRegistry, [missing]: undefined }, { mode: "production" })).toThrow(
        "STAFF_REGISTRY_URL and STAFF_REGISTRY_CREDENTIAL",
      );
    expect(readConfig({}, { mode: "sandbox" }).staffRegistry).toBeUndefined();
  });
});
