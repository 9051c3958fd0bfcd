/** What the agenda has changed, kept until the hub has it. */
import type { Context, Work } from "./context.ts";
import { differing, joined } from "./fields.ts";
import type { Operation } from "./notes.ts";
import { untried } from "./notes.ts";
import type { LocalChange } from "./types.ts";

export type Edit = Pick<Operation, "kind" | "objectType" | "id" | "body">;

export function editOf({ objectType, id, body }: LocalChange): Edit {
  // Also said by an appointment's own body.
  const removed = !body || (body as { status?: string }).status === "cancelled";
  return { kind: removed ? "remove" : "put", objectType, id, body: removed ? {} : { ...body } };
}

/**
 * Puts a change behind what waits of its object. What has not left is joined with it, what has left stays as it is: a
 * repetition says the same. What both sides agree on already is not kept.
 */
export async function enqueue<Tx>(context: Context<Tx>, { notes }: Pick<Work<Tx>, "notes">, edit: Edit): Promise<void> {
  const { objectType, kind } = edit;
  const base = await notes.baseOf(edit);
  const waiting: Operation[] = [];
  for (const each of await notes.waiting(edit))
    if (each.kind !== "name") waiting.push(each);
    // Whatever follows gives the name too, if need be.
    else if (each.refused) await notes.dropOperation(each);
  const last = waiting.at(-1);
  if (!last) {
    if (kind === "put" && base?.object && differing(objectType, edit.body, base.object).size === 0) return;
    if (kind === "remove" && base?.object === null) return;
  }
  const baseVersion = last ? last.baseVersion : base?.object ? base.version : null;
  const fresh = { at: context.runtime.now(), ...edit, baseVersion };
  if (kind !== "name" && last && (last.refused || (!last.doubtful && last.kind === "put"))) {
    await notes.dropOperation(last);
    // Made and taken back before the hub heard of it: the hub has none before it, or none any more.
    if (kind === "remove" && (waiting.at(-2)?.kind ?? baseVersion ?? kind) === kind) return;
    const body = kind === "put" && last.kind === "put" ? joined(objectType, last.body, edit.body) : edit.body;
    return notes.setOperation({ ...fresh, ...untried, seq: last.seq, body });
  }
  if (last?.kind !== "remove" || kind !== "remove") await notes.addOperation(fresh);
}
