import { readConfig } from "../src/config.ts";
import { startHub } from "../src/hub.ts";
import { endOnUncaught } from "../src/last-words.ts";
import { createJobs } from "../src/jobs/jobs.ts";
import { removeExpiredHolds } from "../src/jobs/remove-expired-holds.ts";

/** A hub as it serves, in a process of its own, for suites that race, kill and restart it. See hub-process.ts. */
const hub = await startHub(readConfig(process.env));
endOnUncaught(hub.deps.log);
// A race cannot wait the five seconds between two runs of the hub's own: this one runs beside it.
const everyMs = Number(process.env["REMOVE_HOLDS_EVERY_MS"]);
const impatient = createJobs(hub.deps, everyMs > 0 ? [{ ...removeExpiredHolds, everyMs }] : []);
impatient.start();
for (const ending of ["SIGTERM", "disconnect"] as const) {
  // "disconnect": the suite has died; its hubs go with it.
  process.once(ending, () => {
    void impatient
      .stop()
      .then(() => hub.stop())
      .then(() => process.exit(0));
  });
}
process.send?.("ready");
