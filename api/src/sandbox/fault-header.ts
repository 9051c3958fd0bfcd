import { requestFaults } from "./faults.ts";
import type { RequestFault } from "./faults.ts";

export const faultHeader = "arrimage-sandbox-fault";

export interface HeaderFault {
  fault: RequestFault;
  milliseconds?: number;
  retryAfterSeconds?: number;
}

/** What is understood, for whoever wrote something else. */
export const faultHeaderForm = `latency;ms=1500, tooManyRequests;retryAfter=2 (${requestFaults.join(" | ")})`;

/**
 * `latency;ms=1500, lostResponse`: a structured field (RFC 9651), a list of names with parameters. Undefined when it is
 * not understood.
 */
export function readFaultHeader(header: string): HeaderFault[] | undefined {
  const faults: HeaderFault[] = [];
  for (const part of header.split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const fault = requestFaults.find((known) => known === name);
    if (fault === undefined) return undefined;
    const read: HeaderFault = { fault };
    for (const parameter of parameters) {
      const [, key, digits] = /^(ms|milliseconds|retryAfter|retryAfterSeconds)=(\d{1,6})$/.exec(parameter) ?? [];
      if (key === "ms" || key === "milliseconds") read.milliseconds = Number(digits);
      else if (key !== undefined) read.retryAfterSeconds = Number(digits);
      else return undefined;
    }
    faults.push(read);
  }
  return faults;
}
