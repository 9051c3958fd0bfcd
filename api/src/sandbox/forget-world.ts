import type { Hub } from "../http/serve.ts";

/** What this process keeps in memory of the world. */
export function forgetWorld({ authenticate, deps }: Pick<Hub, "authenticate" | "deps">): void {
  authenticate.invalidate?.();
  deps.placePositions.clear();
}
