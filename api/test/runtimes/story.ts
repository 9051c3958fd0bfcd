import type * as Sdk from "@arrimage/sdk";
import type * as SdkSync from "@arrimage/sdk/sync";
import type * as SdkWebhooks from "@arrimage/sdk/webhooks";
import type { StoryEnv } from "./env.ts";

/**
 * What the SDK does in any runtime, told once: on Nodes, in an edge runtime and in a browser, over HTTP against a real
 * hub. It asks for nothing but what the SDK itself does.
 */
export async function tellStory(
  sdk: typeof Sdk & { sync: typeof SdkSync; webhooks: typeof SdkWebhooks },
  env: StoryEnv,
) {
  const { baseUrl, clientId, privateKey, placeId, professionalId } = env;
  let requests = 0;
  const client = sdk.createClient({
    baseUrl,
    // A private JWK, as its maker gave it.
    auth: sdk.privateKeyJwt({ clientId, privateKey: privateKey as Sdk.PrivateJwk }),
    language: "en",
    hooks: {
      onRequest: () => {
        requests += 1;
      },
    },
  });

  // A token by the machine's key, and a list.
  const places = await client.places.list().collect({ max: 10 });

  // Lines up and lines down.
  const line = (day: string, hour: string) => ({
    professionalId,
    startAt: `2027-${day}T${hour}:00:00-05:00`,
    endAt: `2027-${day}T${hour}:30:00-05:00`,
  });
  const lines = ["09", "10", "11"].map((hour) => ({ externalId: `runtime-${hour}`, ...line("03-08", hour) }));
  const results = await client.slots.batch({ body: lines }).collect();

  // Page after page.
  const pages: number[] = [];
  for await (const page of client.slots.list({ professionalId, limit: 2 }).byPage()) pages.push(page.items.length);

  // A problem, with its rule and its text.
  const body = { ...line("02-08", "09"), placeId };
  const refused = await client.slots.create({ body }).catch((error: unknown) => error);
  const problem = sdk.isArrimageProblem(refused, "SLOT_IN_PAST")
    ? [refused.problem.title, ...refused.violations.map(({ rule }) => rule)]
    : [String(refused)];

  // The log, followed to its end.
  const followed: string[] = [];
  for await (const { change } of client.changes.follow({ untilCaughtUp: true })) followed.push(change.operation);

  const requestsSoFar = requests;

  // The engine brings what the hub has, and sends what the agenda has changed.
  const agenda = new Map<string, string>();
  const sync = sdk.sync.createSync({
    client,
    store: sdk.sync.memoryStore(),
    agenda: {
      apply({ objectType, id, object }) {
        if (object === null) agenda.delete(id);
        else agenda.set(id, `${objectType} ${object.endAt}`);
      },
    },
  });
  await sync.pull();
  const kept = [...agenda].sort().map((entry) => entry.join(" "));
  const changed = { ...line("03-08", "09"), endAt: "2027-03-08T09:45:00-05:00" };
  await sync.push({ objectType: "slot", id: "runtime-09", body: changed });
  await sync.once();
  const { endAt } = await client.slots.getByExternalId({ externalId: "runtime-09" });

  // A webhook from the hub, and the same one with a word that somebody has changed.
  const { secret, headers, body: sent } = env.webhook;
  const { type } = await sdk.webhooks.verifyWebhook(secret, headers, sent);
  const forged = await sdk.webhooks
    .verifyWebhook(secret, headers, sent.replace("webhook.test", "webhook.tent"))
    .catch((error: unknown) => (error instanceof sdk.webhooks.WebhookVerificationError ? error.reason : String(error)));

  return {
    places: places.map((place) => place.placeId === placeId),
    results: results.map(({ outcome }) => outcome),
    pages,
    problem,
    followed,
    requests: requestsSoFar,
    synchronised: { kept, endAt },
    webhook: [type, forged],
  };
}

/** What every runtime tells; requests are those of discovery, token and calls. */
export const toldStory: Awaited<ReturnType<typeof tellStory>> = {
  places: [true],
  results: ["created", "created", "created"],
  pages: [2, 1],
  problem: ["This slot is in the past.", "SLOT-04"],
  followed: ["created", "created", "created"],
  requests: 9,
  synchronised: {
    kept: [
      "runtime-09 slot 2027-03-08T09:30:00-05:00",
      "runtime-10 slot 2027-03-08T10:30:00-05:00",
      "runtime-11 slot 2027-03-08T11:30:00-05:00",
    ],
    endAt: "2027-03-08T09:45:00-05:00",
  },
  webhook: ["webhook.test", "signature"],
};
