import type { ScopedTx } from "../../api/src/db/scope.ts";
import { memoryOf } from "./world.ts";

const first = 1_000_000_000;

/** APPT-39: a sequence. Nothing that has a number is ever removed, so that the number of appointments counts for it. */
export function nextReferenceNumber(tx: ScopedTx): string {
  return String(first + memoryOf(tx).rows("appointment").length);
}
