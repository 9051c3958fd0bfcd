import { freePort } from "../src/hub.ts";
import { startServerProcess } from "./hub-process.ts";

/** The servers of naive-booking.ts, over the database of the hubs that they are compared with. */
export interface Control {
  urls: string[];
  stop(this: void): Promise<void>;
}

export async function startControl({ databaseUrl }: { databaseUrl: string }): Promise<Control> {
  const start = async () => startServerProcess("naive-booking.ts", await freePort(), { DATABASE_URL: databaseUrl });
  const servers = await Promise.all([start(), start()]);
  return {
    urls: servers.map(({ url }) => url),
    async stop() {
      await Promise.all(servers.map((server) => server.kill()));
    },
  };
}
