import type { Measured } from "./load.ts";

/** A figure of the hub beside its reference, both of the same run. */
export interface Row {
  what: string;
  unit: string;
  hub: number;
  reference: number;
  referenceIs: string;
  /** Milliseconds. */
  p99?: number;
}

const rows: Row[] = [];

export function addRow(row: Row): void {
  rows.push(row);
}

export function add(what: string, unit: string, hub: Measured, reference: Measured, referenceIs: string): void {
  if (hub.failed + hub.refused > 0)
    process.stderr.write(`${what}: ${String(hub.failed)} failed, ${String(hub.refused)} refused\n`);
  addRow({ what, unit, hub: hub.perSecond, reference: reference.perSecond, referenceIs, p99: hub.p99 });
}

export function print(): void {
  const lines = rows.map(({ what, unit, hub, reference, referenceIs, p99 }) =>
    [
      what.padEnd(52),
      Math.round(hub).toString().padStart(8),
      Math.round(reference).toString().padStart(10),
      (hub / reference).toFixed(2).padStart(7),
      (p99 === undefined ? "" : `${p99.toFixed(0)} ms`).padStart(7),
      ` ${unit}; reference: ${referenceIs}`,
    ].join(" "),
  );
  process.stdout.write(
    `${"".padEnd(52)} ${"hub".padStart(8)} ${"reference".padStart(10)} ${"ratio".padStart(7)} ${"p99".padStart(7)}\n${lines.join("\n")}\n`,
  );
}
