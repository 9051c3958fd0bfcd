import * as oauth from "oauth4webapi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHub } from "../../../test/harness.ts";
import type { TestHub } from "../../../test/harness.ts";
import { aKeyedMachine } from "../../../test/machine-keys.ts";
import type { KeyedMachine, MachineKey } from "../../../test/machine-keys.ts";

/** A certified OAuth client that knows nothing of this project: discovery, token, refusal. */

let hub: TestHub;
beforeAll(async () => {
  hub = await createTestHub();
});
afterAll(() => hub.close());

const inProcess = () => ({
  [oauth.allowInsecureRequests]: true,
  [oauth.customFetch]: async (
    url: string,
    { method, headers, body }: oauth.CustomFetchOptions<string, oauth.ProtectedResourceRequestBody>,
  ) => hub.app.request(url, { method, headers, body: body ?? null }),
});

async function discover(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(hub.deps.config.baseUrl);
  const response = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...inProcess() });
  return oauth.processDiscoveryResponse(issuer, response);
}

async function grant(machine: KeyedMachine, privateKey: MachineKey["privateKey"], scope: string) {
  const server = await discover();
  const client: oauth.Client = {
    client_id: machine.machineId,
    // The client reads the machine's clock; the hub's stands still.
    [oauth.clockSkew]: Math.round((hub.clock.wall() - Date.now()) / 1000),
  };
  const proof = oauth.PrivateKeyJwt({ key: privateKey, kid: machine.key.kid });
  const parameters = new URLSearchParams({ scope });
  const response = await oauth.clientCredentialsGrantRequest(server, client, proof, parameters, inProcess());
  return oauth.processClientCredentialsResponse(server, client, response);
}

for (const alg of ["ES256", "EdDSA"]) {
  test(`oauth4webapi discovers the hub, obtains a token with ${alg} and reads with it`, async () => {
    const machine = await aKeyedMachine(hub, { alg });
    const token = await grant(machine, machine.key.privateKey, "places.read");
    expect(token).toMatchObject({ token_type: "bearer", expires_in: 300, scope: "places.read" });
    const url = new URL("/v1/establishments", hub.deps.config.baseUrl);
    const read = await oauth.protectedResourceRequest(token.access_token, "GET", url, undefined, null, inProcess());
    expect(read.status).toBe(200);
  });
}

test("oauth4webapi understands a refusal", async () => {
  const [machine, stranger] = [await aKeyedMachine(hub), await aKeyedMachine(hub)];
  const refused = grant(machine, stranger.key.privateKey, "places.read");
  await expect(refused).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  await expect(refused).rejects.toBeInstanceOf(oauth.ResponseBodyError);
});
