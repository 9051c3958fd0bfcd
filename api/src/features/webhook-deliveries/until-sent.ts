import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { anyDue } from "./store.ts";

const everyMs = 20;
const atMostMs = 20_000;

/** Waits until no webhook is left that is due or on its way: the sandbox asks for it when it moves time. */
export async function untilSent(deps: Deps): Promise<void> {
  const deadline = deps.clock.wall() + atMostMs;
  const scope = { audience: "system", establishments: [] } as const;
  while (await withScope(deps.connection, scope, (tx) => anyDue(tx, deps.clock.now()))) {
    if (deps.clock.wall() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
