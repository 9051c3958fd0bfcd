import type { Deps } from "../deps.ts";
import { refusal } from "../domain/decision.ts";
import { scopeOf, withScope } from "./scope.ts";
import type { Caller, Scope, ScopedTx } from "./scope.ts";

/**
 * The scope in which an actor works on one object: its own establishments. The operator has none of its own, sees
 * every establishment's records through policies that only read, and finds there which one to open.
 */
export async function scopeOfObject(
  deps: Deps,
  call: Caller,
  find: (tx: ScopedTx) => Promise<{ establishmentId: string } | undefined>,
): Promise<Scope> {
  if (call.actor.kind !== "operator") return scopeOf(call);
  const found = await withScope(deps.connection, scopeOf(call), find);
  if (found === undefined) throw refusal("NOT_FOUND");
  return scopeOf(call, [found.establishmentId]);
}
