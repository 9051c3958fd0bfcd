import { requestFaults } from "./faults.ts";
import type { RequestFault } from "./faults.ts";

export const faultHeader = "arrimage-sandbox-fault";

export interface HeaderFault {
  fault: RequestFault;
  milliseconds?: number;
  retryAfterSeconds?: number;
}

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
      const [, key, digits] = /^(ms|retryAfter)=(\d{1,6})$/.exec(parameter) ?? [];
      if (key === "ms") read.milliseconds = Number(digits);
      else if (key === "retryAfter") read.retryAfterSeconds = Number(digits);
      else return undefined;
    }
    faults.push(read);
  }
  return faults;
}
