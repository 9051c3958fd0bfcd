import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";
import { channels } from "./channels.ts";
import type { Channel, HandedOver, Sighting } from "./channels.ts";
import { find, folded, numbersIn } from "./search.ts";

/**
 * What the suite says is watched while it runs: no health insurance number of any patient may appear in a URL, a log, a
 * problem, the feed, a metric or what a hub process writes. Each text is searched as it passes by; what was found, and the
 * numbers that were in use, are handed over at the end of each test file, and judged at the end of the run (verdict.ts).
 */

declare module "vitest" {
  export interface ProvidedContext {
    /** The folder in which test files hand over what they saw. */
    canaries: string;
    /** Of which a whole run must have seen something; none named: it need not have looked. */
    expectedChannels: Channel[];
  }
}

const seen: Record<Channel, number> = { url: 0, log: 0, problem: 0, feed: 0, metrics: 0, process: 0 };
const numbers = new Set<string>();
const sightings = new Map<string, Sighting>();
/** Enough to see what is wrong. */
const mostSightings = 500;

export function saw(channel: Channel, text: string, count = 1): void {
  seen[channel] += count;
  for (const found of find(text)) {
    const key = `${channel} ${found.nam ?? found.around}`;
    if (sightings.size < mostSightings && !sightings.has(key))
      sightings.set(key, { ...found, channel, test: expect.getState().currentTestName ?? "" });
  }
}

/** A person's number is in use from now on. */
export function inUse(nam: string): void {
  numbers.add(folded(nam));
}

/** So are those that a request sends. */
export function sent(body: string): void {
  for (const nam of numbersIn(body)) numbers.add(nam);
}

/** Of an answer, what must not hold anything of a person. */
export function answered(path: string, { status, headers }: Response, text: string): void {
  const [route] = path.split("?");
  const isFeed = route === "/v1/changes";
  if (status >= 400) saw("problem", withoutCurrent(text));
  else if (isFeed) saw("feed", withoutResources(text));
  else if (route === "/metrics") saw("metrics", text);
  // A batch answers what is wrong with its lines; a snapshot is the agenda itself, patients and all.
  else if (route === "/v1/snapshots") return;
  else if (headers.get("content-type")?.startsWith("application/x-ndjson") === true) saw("problem", text);
}

/** The current object of a stale condition is what its caller may read, patient and all. */
function withoutCurrent(text: string): string {
  try {
    const { current: _current, ...problem } = JSON.parse(text) as { current?: unknown };
    return JSON.stringify(problem);
  } catch {
    return text;
  }
}

/** Of a page of the feed, the objects that its reader asked for (`include=resource`). */
function withoutResources(text: string): string {
  if (!text.includes('"resource":{')) return text;
  const page = JSON.parse(text) as { items: { resource?: unknown }[] };
  return JSON.stringify({ ...page, items: page.items.map(({ resource: _resource, ...item }) => item) });
}

/** Looks at what is asked of an application in this process, and at its refusals, whoever asks. */
export function watching<Rest extends unknown[]>(
  fetch: (request: Request, ...rest: Rest) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    saw("url", `${request.method} ${request.url}`);
    const response = await fetch(request, ...rest);
    if (response.status >= 400) answered(new URL(request.url).pathname, response, await response.clone().text());
    return response;
  };
}

/** Looks at what a process writes, line by line. */
export function watchingLines(): { write(text: string): void; end(): void } {
  let rest = "";
  return {
    write(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) saw("process", line);
    },
    end() {
      if (rest !== "") saw("process", rest);
      rest = "";
    },
  };
}

/** At the end of each test file (see setup.ts); the next one in this process begins with nothing. */
export function handOver(): void {
  const file = expect.getState().testPath ?? "";
  const handed: HandedOver = { file, seen, numbers: [...numbers], sightings: [...sightings.values()] };
  const folder = inject("canaries");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${file.replace(/\W/g, "_")}.json`), JSON.stringify(handed));
  for (const channel of channels) seen[channel] = 0;
  numbers.clear();
  sightings.clear();
}
