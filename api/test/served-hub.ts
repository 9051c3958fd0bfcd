import { serve } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { freePort } from "../src/hub.ts";
import { createTestHub } from "./harness.ts";
import type { TestHub } from "./harness.ts";

/** A hub of the suite's process that others reach over HTTP. Its own time stands still, the machine's runs. */
export interface ServedHub {
  hub: TestHub;
  url: string;
  close(this: void): Promise<void>;
}

/** `before` answers some requests in the hub's place: pages and scripts of its own origin. */
export async function serveHub(before?: (request: Request) => Promise<Response | undefined>): Promise<ServedHub> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const hub = await createTestHub({ wall: Date.now(), config: { port, baseUrl: url } });
  const fetch = async (request: Request) => {
    hub.clock.moveWallTo(Date.now());
    return (await before?.(request)) ?? hub.app.fetch(request);
  };
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch, port, hostname: "127.0.0.1" }, (_: AddressInfo) => {
      resolve(started);
    });
  });
  return {
    ...{ hub, url },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
      await hub.close();
    },
  };
}
