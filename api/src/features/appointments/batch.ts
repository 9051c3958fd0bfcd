import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { isUnavailable, refusalOf } from "../../db/errors.ts";
import type { Call } from "../../http/call.ts";
import { toldViolations } from "../../http/problem.ts";
import type { DescribedViolation } from "../../http/problem.ts";
import type { LineRead } from "../../http/validation.ts";
import type { Lane } from "../../lane/lane.ts";
import { failureFields } from "../../log.ts";
import { namedInBody } from "../establishments/named.ts";
import { pushAppointment, pushResult } from "./actions.ts";
import type { BatchLine, BatchResult } from "./schema.ts";

/** So many lines are on their way to the lane at once: two of its batches, so that one fills while the other is settled. */
const linesAtOnce = 128;

/**
 * A push per line, answered in the order of the lines as they settle. Lines that name the same appointment follow each
 * other.
 */
export async function* pushBatch(
  deps: Deps,
  lane: Lane,
  call: Call<Machine>,
  lines: AsyncIterable<LineRead>,
): AsyncIterable<BatchResult> {
  const pending: { name: string | undefined; result: Promise<BatchResult> }[] = [];
  let index = 0;
  for await (const read of lines) {
    const name = nameOf(read);
    const before = name === undefined ? undefined : pending.findLast((each) => each.name === name);
    const here = index;
    index += 1;
    const result = pushAfter(before?.result, () => pushLine(deps, lane, call, here, read));
    // Its failure is met where it is awaited; until then it must not count as unhandled.
    result.catch(() => undefined);
    pending.push({ name, result });
    const oldest = pending.length < linesAtOnce ? undefined : pending.shift();
    if (oldest !== undefined) yield await oldest.result;
  }
  for (const rest of pending) yield await rest.result;
}

function nameOf(read: LineRead): string | undefined {
  // The operation's line schema has accepted it.
  return read.ok ? (read.value as BatchLine).externalId : undefined;
}

async function pushAfter(
  before: Promise<BatchResult> | undefined,
  push: () => Promise<BatchResult>,
): Promise<BatchResult> {
  await before;
  return push();
}

async function pushLine(
  deps: Deps,
  lane: Lane,
  call: Call<Machine>,
  index: number,
  read: LineRead,
): Promise<BatchResult> {
  if (!read.ok) return refusedLine(call, index, null, read.violations);
  // The operation's line schema has accepted it.
  const { externalId, establishmentId, baseVersion, ...body } = read.value as BatchLine;
  try {
    const push = { externalId, namedAt: namedInBody, establishmentId, body, ifMatch: baseVersion };
    const { value } = await pushAppointment(deps, lane, call, push);
    const { outcome, appointment, warnings } = pushResult(call, value);
    const { appointmentId, version } = appointment;
    return { index, externalId, outcome, appointmentId, version, warnings, problem: null };
  } catch (error) {
    return failedLine(deps, call, index, externalId, error);
  }
}

/** The line's own fault, or an unknown failure that is logged without its message; the other lines go on. */
function failedLine(deps: Deps, call: Call, index: number, externalId: string, error: unknown): BatchResult {
  const known = error instanceof Refusal ? error : refusalOf(error);
  if (known !== undefined) return refusedLine(call, index, externalId, known.violations, known.help.current);
  deps.log.error("batch line failed", {
    requestId: call.requestId,
    operationId: "appointments.batch",
    ...failureFields(error),
  });
  const code = isUnavailable(error) ? "UNAVAILABLE" : "INTERNAL";
  return refusedLine(call, index, externalId, [violation("CONTRACT", code)]);
}

function refusedLine(
  call: Call,
  index: number,
  externalId: string | null,
  violations: readonly DescribedViolation[],
  current?: unknown,
): BatchResult {
  return {
    index,
    externalId,
    outcome: "refused",
    appointmentId: null,
    version: versionOf(current),
    warnings: [],
    problem: { code: violations[0]?.code ?? "INTERNAL", ...toldViolations(violations, call) },
  };
}

/** A stale line is answered with the version it should have named. */
function versionOf(current: unknown): number | null {
  if (typeof current !== "object" || current === null || !("version" in current)) return null;
  return typeof current.version === "number" ? current.version : null;
}
