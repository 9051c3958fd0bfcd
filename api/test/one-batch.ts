import { setTimeout as sleep } from "node:timers/promises";
import { agendaDayNames, lockNames } from "../src/db/locks.ts";
import { withScope } from "../src/db/scope.ts";
import type { ClinicWorld } from "./clinic-world.ts";
import { appointmentOfWorld } from "./clinic-world.ts";
import type { TestHub } from "./harness.ts";

/** For what is sent to reach the lane. Too short, and the test is weaker, not wrong. */
const arrivalMs = 40;

/**
 * Has what `send` sends settled by the lane in one transaction with a command of the other clinic, so that the scope
 * holds both establishments: a third clinic's command holds the lane up, on a lock of ours, until both have arrived.
 * The two other commands are refused for a stale version: they change nothing.
 */
export async function inOneBatch<T>(
  hub: TestHub,
  third: ClinicWorld,
  other: ClinicWorld,
  send: () => Promise<T>,
): Promise<T> {
  const span = {
    ...appointmentOfWorld,
    establishmentId: third.establishmentId,
    professionalId: third.ids["pro"] ?? "",
  };
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let hold = () => {};
  const held = new Promise<void>((resolve) => (hold = resolve));
  const blocking = withScope(hub.deps.connection, { audience: "system", establishments: [] }, async (tx) => {
    await lockNames(tx, agendaDayNames([span]));
    hold();
    await released;
  });
  await held;
  const first = stale(hub, third);
  await sleep(arrivalMs);
  const company = stale(hub, other);
  const sent = send();
  await sleep(arrivalMs);
  release();
  const [answer, ...statuses] = await Promise.all([sent, first, company, blocking]);
  if (statuses[0] !== 412 || statuses[1] !== 412)
    throw new Error(`the company did not answer 412: ${String(statuses)}`);
  return answer;
}

async function stale(hub: TestHub, { ids, tokens }: ClinicWorld): Promise<number> {
  const { status } = await hub.request("POST", `/v1/appointments/${ids["apt"] ?? ""}/cancel`, {
    as: tokens.machine,
    body: {},
    version: 99,
    key: null,
  });
  return status;
}
