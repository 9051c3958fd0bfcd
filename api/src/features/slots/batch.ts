import { refusalOf } from "../../db/errors.ts";
import { isUnavailable } from "../../db/errors.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { violation } from "../../domain/decision.ts";
import { Refusal } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { toldViolations } from "../../http/problem.ts";
import type { DescribedViolation } from "../../http/problem.ts";
import type { LineRead } from "../../http/validation.ts";
import { failureFields } from "../../log.ts";
import { namedInBody } from "../establishments/named.ts";
import { settleSlots } from "./push.ts";
import type { SlotCommand } from "./push.ts";
import type { SlotLine, SlotLineResult } from "./schema.ts";
import { wishOf } from "./wish.ts";

/** Lines settled in one transaction. Measured: at 1,000 the cost of a statement no longer shows. */
const chunkSize = 1000;

interface Line {
  index: number;
  externalId: string | null;
  /** What the line asks for; or why it cannot be read. */
  command: SlotCommand | null;
  violations: DescribedViolation[];
}

/**
 * Settles lines as they arrive, up to 1,000 in one transaction, and answers one result a line in their order. A line
 * that repeats a name of its chunk begins the next one, for it must see what the first did. What the database refuses
 * to a chunk is tried line by line, so that one line's fault stays its own.
 */
export async function* pushSlots(
  deps: Deps,
  call: Call<Machine>,
  lines: AsyncIterable<LineRead>,
): AsyncIterable<SlotLineResult> {
  let chunk: Line[] = [];
  let names = new Set<string>();
  let index = 0;
  for await (const read of lines) {
    const line = lineOf(read, index++);
    const name = line.command === null ? null : nameOf(line.command);
    if (chunk.length === chunkSize || (name !== null && names.has(name))) {
      yield* await settleChunk(deps, call, chunk);
      chunk = [];
      names = new Set();
    }
    chunk.push(line);
    if (name !== null) names.add(name);
  }
  yield* await settleChunk(deps, call, chunk);
}

function lineOf(read: LineRead, index: number): Line {
  if (!read.ok) return { index, externalId: null, command: null, violations: read.violations };
  // Parsed by the operation's own schema of a line.
  const line = read.value as SlotLine;
  const named = { namedAt: namedInBody, establishmentId: line.establishmentId, baseVersion: line.baseVersion };
  if (line.delete === true) {
    const { externalId } = line;
    return { index, externalId, command: { kind: "delete", externalId, ...named }, violations: [] };
  }
  const { externalId = null, professionalId } = line;
  // A machine says what its agenda holds, whole: nothing is filled in as for a person at a screen (SLOT-02, SLOT-09 to
  // SLOT-11), or a place or service the vendor never sent would appear in its agenda.
  const wish = { kind: "put", externalId, professionalId, wish: wishOf(line), manual: false } as const;
  return { index, externalId, command: { ...wish, ...named }, violations: [] };
}

function nameOf({ externalId, establishmentId = "" }: SlotCommand): string | null {
  return externalId === null ? null : `${establishmentId} ${externalId}`;
}

async function settleChunk(deps: Deps, call: Call<Machine>, chunk: readonly Line[]): Promise<SlotLineResult[]> {
  try {
    return await settleTogether(deps, call, chunk);
  } catch (error) {
    if (chunk.length === 1) return chunk.map((line) => failed(deps, call, line, error));
    const results: SlotLineResult[] = [];
    for (const line of chunk) results.push(...(await settleChunk(deps, call, [line])));
    return results;
  }
}

async function settleTogether(deps: Deps, call: Call<Machine>, chunk: readonly Line[]): Promise<SlotLineResult[]> {
  const commands = chunk.flatMap(({ command }) => (command === null ? [] : [command]));
  const verdicts =
    commands.length === 0
      ? []
      : await withScope(deps.connection, scopeOf(call), (tx) => settleSlots(deps, tx, call.actor, commands));
  const left = verdicts[Symbol.iterator]();
  return chunk.map((line) => {
    const verdict = line.command === null ? undefined : left.next().value;
    if (verdict === undefined) return resultOf(call, line, "refused", line.violations);
    const { outcome, slotId, row, violations } = verdict;
    return { ...resultOf(call, line, outcome, violations), slotId, version: row?.version ?? null };
  });
}

/** The line's own fault when a constraint says so; otherwise an unknown failure, logged without its message. */
function failed(deps: Deps, call: Call<Machine>, line: Line, error: unknown): SlotLineResult {
  const known = error instanceof Refusal ? error : refusalOf(error);
  if (known !== undefined) return resultOf(call, line, "refused", known.violations);
  deps.log.error("batch line failed", {
    requestId: call.requestId,
    operationId: "slots.batch",
    ...failureFields(error),
  });
  const code = isUnavailable(error) ? "UNAVAILABLE" : "INTERNAL";
  return resultOf(call, line, "refused", [violation("CONTRACT", code)]);
}

function resultOf(
  call: Call<Machine>,
  { index, externalId }: Line,
  outcome: SlotLineResult["outcome"],
  violations: readonly DescribedViolation[],
): SlotLineResult {
  const [first] = violations;
  const problem = first === undefined ? null : { code: first.code, ...toldViolations(violations, call) };
  return { index, externalId, outcome, slotId: null, version: null, warnings: [], problem };
}
