import { readConfig } from "../src/config.ts";
import { startHub } from "../src/hub.ts";

/** A hub as it serves, in a process of its own, for suites that race, kill and restart it. See hub-process.ts. */
const hub = await startHub(readConfig(process.env));
for (const ending of ["SIGTERM", "disconnect"] as const) {
  // "disconnect": the suite has died; its hubs go with it.
  process.once(ending, () => {
    void hub.stop().then(() => process.exit(0));
  });
}
process.send?.("ready");
