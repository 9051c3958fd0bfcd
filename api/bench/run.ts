import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../src/db/launcher.ts";
import { writeAgenda } from "./agenda.ts";
import { measureBooking } from "./booking.ts";
import { measureBulk } from "./bulk.ts";
import { measurePush, measureYear } from "./push.ts";
import { measureSearch, measureTrivial } from "./reading.ts";
import { scopeSession } from "./references.ts";
import { print } from "./report.ts";
import { measureScale } from "./scale.ts";
import type { Setting } from "./setting.ts";
import { pool, setStage } from "./stage.ts";

/**
 * `npm run bench`: each figure beside its reference, measured in the same run on the same machine. Only the ratios mean
 * something elsewhere; docs/performance.md keeps the baseline.
 */

const seconds = Number(process.argv.find((argument) => argument.startsWith("--seconds="))?.slice(10) ?? "5");
/** `--only=year,scale`: some scenarios, by their names here. */
const only = process.argv
  .find((argument) => argument.startsWith("--only="))
  ?.slice(7)
  .split(",");

const atOnePlace: Readonly<Record<string, (setting: Setting) => Promise<void>>> = {
  trivial: measureTrivial,
  search: measureSearch,
  push: measurePush,
  bulk: measureBulk,
  year: measureYear,
  booking: measureBooking,
};

const folder = await mkdtemp(join(tmpdir(), "arrimage-bench-"));
const postgres = await startPostgres({ dataDir: folder });
try {
  const wanted = Object.entries(atOnePlace).filter(([name]) => only?.includes(name) !== false);
  if (wanted.length > 0) await measureOnePlace(wanted.map(([, measure]) => measure));
  if (only?.includes("scale") !== false) await measureScale(postgres.url, seconds);
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
print();

async function measureOnePlace(scenarios: readonly ((setting: Setting) => Promise<void>)[]): Promise<void> {
  const stage = await setStage(postgres.url, "one_place");
  try {
    const { owner, secrets, now } = stage;
    const agenda = await writeAgenda(owner, secrets, now, { professionals: 20, days: 60, citizens: 30_000 });
    const runtime = stage.runtime();
    await scopeSession(runtime, agenda, pool);
    const hub = await stage.startHub();
    const as = { authorization: `Bearer ${await hub.machineToken(agenda.machineId)}` };
    for (const measure of scenarios) await measure({ hub, as, runtime, owner, agenda, now, seconds });
  } finally {
    await stage.end();
  }
}
