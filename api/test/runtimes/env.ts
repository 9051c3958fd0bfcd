import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { exportJWK } from "jose";
import { build } from "esbuild";
import { aKeyedMachine } from "../machine-keys.ts";
import { aClinic } from "../factories.ts";
import type { ServedHub } from "../served-hub.ts";
import { anEndpoint, aReceiver, aSender } from "../webhook-receiver.ts";

/** What story.ts is told of a hub. */
export interface StoryEnv {
  baseUrl: string;
  clientId: string;
  privateKey: object;
  placeId: string;
  professionalId: string;
  /** One that the hub has sent to an endpoint of the machine's. */
  webhook: { secret: string; headers: Record<string, string>; body: string };
}

export async function storyEnv({ hub, url }: Pick<ServedHub, "hub" | "url">): Promise<StoryEnv> {
  const clinic = await aClinic(hub, { machine: { places: [] } });
  const machine = await aKeyedMachine(hub, { places: [clinic.place] });
  const privateKey = { ...(await exportJWK(machine.key.privateKey)), kid: machine.key.kid, alg: machine.key.alg };
  const { placeId, professionalId } = clinic;
  const webhook = await aWebhook(hub, machine);
  return { baseUrl: url, clientId: machine.machineId, privateKey, placeId, professionalId, webhook };
}

async function aWebhook(hub: ServedHub["hub"], machine: { token: string }): Promise<StoryEnv["webhook"]> {
  const receiver = await aReceiver();
  const sender = await aSender(hub);
  const { webhookEndpointId, secret } = await anEndpoint(hub, machine, receiver);
  await hub.request("POST", `/v1/webhook-endpoints/${webhookEndpointId}/test`, { as: machine.token, body: {} });
  await sender.run();
  const { id = "", timestamp = "", signature = "", body = "" } = receiver.received[0] ?? {};
  await Promise.all([sender.close(), receiver.close()]);
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature };
  return { secret, headers, body };
}

const sdk = new URL("../../../sdk/", import.meta.url);

/** The subpaths of the SDK that have a part in the story, those that there are. */
export async function subpaths(): Promise<string[]> {
  // Our own manifest.
  const { exports } = JSON.parse(await readFile(new URL("package.json", sdk), "utf8")) as { exports: object };
  return ["webhooks", "sync"].filter((name) => `./${name}` in exports);
}

/** The SDK as one namespace, its subpaths beside what its root exports. */
export async function sdkModule(): Promise<string> {
  const more = (await subpaths()).map((name) => `export * as ${name} from "@arrimage/sdk/${name}";`);
  return ['export * from "@arrimage/sdk";', ...more].join("\n");
}

/** The SDK and the story in one script: what a vendor's bundler would make of it. */
export async function bundledStory(format: "iife" | "esm"): Promise<string> {
  const story = fileURLToPath(new URL("story.ts", import.meta.url));
  const contents = `import * as sdk from "the-sdk"; import { tellStory } from ${JSON.stringify(story)};
    globalThis.tell = (env) => tellStory(sdk, JSON.parse(env)).then(JSON.stringify);`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(sdk) },
    ...{ bundle: true, format, target: "es2022", platform: "neutral", write: false, logLevel: "error" },
    conditions: ["arrimage-source"],
    plugins: [
      {
        name: "the-sdk",
        setup(plugin) {
          plugin.onResolve({ filter: /^the-sdk$/ }, ({ path }) => ({ path, namespace: "story" }));
          plugin.onLoad({ filter: /.*/, namespace: "story" }, async () => ({
            contents: await sdkModule(),
            resolveDir: fileURLToPath(sdk),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/** Where a browser is, if there is one: `CHROMIUM` names it, Debian's is found by itself. */
export function chromium(): string | undefined {
  const places = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return places.find((path) => path !== undefined && existsSync(path));
}
