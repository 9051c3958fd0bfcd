import { readConfig } from "../src/config.ts";
import { startHub } from "../src/hub.ts";

/** The hub as it serves, for the benchmark: configuration by environment. */
const hub = await startHub(readConfig(process.env));
process.on("SIGTERM", () => {
  void hub.stop().then(() => process.exit(0));
});
