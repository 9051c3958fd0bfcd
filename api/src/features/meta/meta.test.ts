import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { problemCodes } from "../../domain/problems.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(async () => hub.close());

describe("health", () => {
  test("lives without its database, and is ready only with it", async () => {
    const other = await createTestHub();
    expect((await other.request("GET", "/readyz")).status).toBe(200);
    await other.deps.connection.end();
    expect((await other.request("GET", "/livez")).status).toBe(200);
    const { status, body, headers } = await other.request("GET", "/readyz");
    expect([status, body["code"], headers.get("retry-after")]).toEqual([503, "UNAVAILABLE", "1"]);
    await other.close();
  });
});

describe("the reference", () => {
  test("comes from this host alone, under a policy that allows nothing else", async () => {
    const page = await hub.app.request("/docs");
    const body = await page.text();
    const policy = page.headers.get("content-security-policy") ?? "";
    const nonce = /'nonce-([\w-]+)'/.exec(policy)?.[1] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(body.match(/<script /g)).toHaveLength(body.split(`nonce="${nonce}"`).length - 1);
    const script = await hub.app.request("/docs/scalar.js");
    expect([script.status, script.headers.get("content-type")]).toEqual([200, "text/javascript; charset=utf-8"]);
  });

  test("has a page for every problem code, in both languages", async () => {
    for (const code of problemCodes) {
      const page = await hub.app.request(`/docs/problems/${code}`);
      const body = await page.text();
      expect(page.status).toBe(200);
      expect(body).toContain('lang="fr"');
      expect(body).toContain('lang="en"');
    }
    expect((await hub.app.request("/docs/problems/NO_SUCH_CODE")).status).toBe(404);
  });

  test("shows the contract that is checked in", async () => {
    const { body } = await hub.request<{ openapi: string }>("GET", "/openapi.json");
    expect(body.openapi).toBe("3.1.1");
    expect((await hub.app.request("/sandbox/openapi.json")).status).toBe(200);
  });
});

test("what does not exist is the same 404 everywhere", async () => {
  const { status, body } = await hub.request("GET", "/v1/nothing-here");
  expect([status, body["code"]]).toEqual([404, "NOT_FOUND"]);
});

test.each([
  ["DELETE", "/v1/slots", "GET, POST"],
  ["POST", "/livez", "GET"],
  ["GET", "/oauth/token", "POST"],
])("%s %s names the methods that exist there", async (method, path, allow) => {
  const answer = await hub.request(method, path);
  expect([answer.status, answer.body["code"], answer.headers.get("allow")]).toEqual([405, "METHOD_NOT_ALLOWED", allow]);
});
