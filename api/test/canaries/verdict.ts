import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { channels } from "./channels.ts";
import type { Channel, HandedOver, Sighting } from "./channels.ts";

/** What every test file of a run has handed over. */
export async function readHandedOver(folder: string): Promise<HandedOver[]> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  // Written by handOver.
  return texts.map((text) => JSON.parse(text) as HandedOver);
}

/**
 * What is wrong, one line each, without what was found. A number counts wherever it stands when the suite has given it to a
 * hub, and by itself when it has only the form of one. `expected`: the channels of which a whole run must have seen
 * something, or it has not looked.
 */
export function faultsOf(handed: readonly HandedOver[], expected: readonly Channel[]): string[] {
  const numbers = new Set(handed.flatMap((each) => each.numbers));
  const leaks = handed.flatMap(({ file, sightings }) =>
    sightings
      .filter(({ nam, exact }) => nam === undefined || exact === true || numbers.has(nam))
      .map((sighting) => describe(file, sighting)),
  );
  const blind = expected.filter((channel) => handed.every(({ seen }) => seen[channel] === 0));
  return [
    ...leaks,
    ...blind.map((channel) => `nothing of the channel "${channel}" has been looked at`),
    ...(expected.length > 0 && numbers.size === 0 ? ["no health insurance number has been in use"] : []),
  ];
}

function describe(file: string, { channel, kind, test, around }: Sighting): string {
  return `${kind} in ${channel}: ${relative(process.cwd(), file)} > ${test}\n    ${around}`;
}

/** What was looked for, and in how many texts. */
export function summaryOf(handed: readonly HandedOver[]): string {
  const numbers = new Set(handed.flatMap((each) => each.numbers)).size;
  const counts = channels.map((channel) => {
    const count = handed.reduce((sum, { seen }) => sum + seen[channel], 0);
    return `${channel} ${String(count)}`;
  });
  return `${String(numbers)} numbers in use, looked for in ${counts.join(", ")}`;
}
