/** Plays the scenarios of a profile with one vendor's software, and says what was found. */
import type { Adapter, Environment } from "./adapter.ts";
import { TRAFFIC_CHECKS } from "./checks.ts";
import type { CheckId, Profile } from "./checks.ts";
import { connectHub, openClinic } from "./hub.ts";
import type { Clinic } from "./hub.ts";
import { LIMIT, limited } from "./limit.ts";
import { startProxy } from "./proxy.ts";
import { writeReport } from "./report.ts";
import type { Report } from "./report.ts";
import { freePort } from "./sandbox-process.ts";
import { SCENARIOS } from "./scenarios.ts";
import { createStage, NotReached } from "./stage.ts";
import type { Finding, Patience, Scenario, Stage } from "./stage.ts";
import { inspectTraffic } from "./traffic.ts";
import { signingSecret } from "./webhook-sender.ts";

export interface RunOptions {
  adapter: Adapter;
  hubUrl: string;
  profiles: readonly Profile[];
  seed?: number;
  /** Only the scenarios in which these are checked; all of them when only checks of the traffic are named. */
  only?: readonly CheckId[];
  patience?: Partial<Patience>;
  /** Where the proxy listens; any free port when absent. */
  proxyPort?: number;
  /** How long a call of the adapter may take: a minute when absent. */
  limitMilliseconds?: number;
  /** Ends the run, and the software with it: nothing is judged then. */
  signal?: AbortSignal;
  onScenario?: (name: string) => void;
  /** What the adapter threw: for whoever runs the kit, no part of the report. */
  onFailure?: (error: unknown) => void;
}

/** The version of the package; test/conformance.test.ts holds it. */
export const KIT = "0.1.0";

const PATIENCE: Patience = {
  milliseconds: 15_000,
  quietMilliseconds: 1_500,
  // Who was told to wait a second, and does so without keeping `syncNow` waiting, is asked again after that.
  pausesMilliseconds: [0, 50, 150, 400, 1_500],
};

export async function runConformance(options: RunOptions): Promise<Report> {
  const { profiles, only, signal, seed = 1 } = options;
  const adapter = limited(options.adapter, options.limitMilliseconds ?? LIMIT);
  const hub = await connectHub(options.hubUrl);
  const proxy = await startProxy(hub.url, hub.contract, options.proxyPort);
  const patience = { ...PATIENCE, ...options.patience };
  const results = new Map<CheckId, { scenario: string; finding: Finding }[]>();
  const note = (id: CheckId, scenario: string, finding: Finding): void => {
    const found = results.get(id) ?? [];
    results.set(id, found);
    found.push({ scenario, finding });
  };

  const named = only?.filter((id) => !TRAFFIC_CHECKS.some((traffic) => traffic === id)) ?? [];
  const chosen = SCENARIOS.filter(
    ({ profile, checks }) =>
      profiles.includes(profile) && (named.length === 0 || checks.some((id) => named.includes(id))),
  );
  const asked = new Set<CheckId>([...TRAFFIC_CHECKS, ...chosen.flatMap(({ checks }) => checks)]);
  const played = chosen.filter(({ needsWebhooks }) => needsWebhooks !== true || adapter.webhooks);
  // While one scenario is played, the clinic of the next is opened.
  const openFor = async (scenario: Scenario | undefined): Promise<Clinic | undefined> =>
    scenario && openClinic(hub, scenario.timeZone ?? "America/Toronto");
  let opening = openFor(played[0]);
  try {
    for (const [index, scenario] of played.entries()) {
      const clinic = await opening;
      opening = openFor(played[index + 1]);
      opening.catch(() => undefined);
      if (!clinic) break;
      signal?.throwIfAborted();
      options.onScenario?.(scenario.name);
      const settled = new Set<CheckId>();
      const personal: string[] = [];
      const settle = (id: CheckId, finding: Finding | undefined): void => {
        settled.add(id);
        if (finding !== undefined) note(id, scenario.name, finding);
      };
      const given = { adapter, hub, clinic, proxy, patience, seed, personal, signal, onFailure: options.onFailure };
      const failure = await playScenario(scenario, given, settle);
      for (const id of scenario.checks) {
        if (!settled.has(id)) note(id, scenario.name, failure ?? "the scenario did not come so far");
      }
      for (const [id, finding] of inspectTraffic(proxy.requests, hub.contract, personal))
        if (scenario.without?.includes(id) !== true) note(id, scenario.name, finding);
    }
  } finally {
    await proxy.stop();
  }
  const { name, version } = adapter;
  const about = {
    kit: KIT,
    contract: hub.contract.version,
    software: { name, version },
    seed,
    profiles: [...profiles],
    only: only === undefined ? null : [...only].sort(),
  };
  return writeReport(about, asked, results);
}

/** Why it could not be played to its end; null when it was. */
async function playScenario(
  scenario: Scenario,
  {
    adapter,
    hub,
    clinic,
    proxy,
    patience,
    seed,
    personal,
    signal,
    onFailure,
  }: Pick<Stage, "adapter" | "hub" | "clinic" | "proxy"> & {
    patience: Patience;
    seed: number;
    personal: string[];
    signal: AbortSignal | undefined;
    onFailure: RunOptions["onFailure"];
  },
  settle: (id: CheckId, finding: Finding | undefined) => void,
): Promise<Finding> {
  proxy.forget();
  const environment: Environment = {
    baseUrl: proxy.url,
    ...clinic.environment,
    now: hub.now.toISOString(),
    seed,
    webhookUrl: `http://127.0.0.1:${String(await freePort())}/webhooks`,
    webhookSecret: signingSecret(),
  };
  const random = seededRandom(seed, scenario.name);
  const stage = createStage({ hub, clinic, proxy, adapter, environment, random, patience, personal }, settle);
  try {
    await adapter.reset();
    await adapter.start(environment);
    await untilAborted(scenario.play(stage), signal);
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NotReached) return error.message;
    onFailure?.(error);
    return `the adapter failed: ${error instanceof Error ? error.name : "it threw something that is no Error"}`;
  } finally {
    await adapter.stop().catch(() => undefined);
  }
}

/** Whichever comes first. */
async function untilAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  const over = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const end = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", end, { signal: over.signal });
    if (signal.aborted) end();
  });
  await Promise.race([work, aborted]).finally(() => {
    over.abort();
  });
}

/** Xorshift of 32 bits: small, and the same everywhere. */
function seededRandom(seed: number, name: string): () => number {
  let state = seed | 1;
  for (const character of name) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16_777_619) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}
