import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";

/** What a vendor may name by an identifier of its own. */
export type BindingObject = "slot" | "appointment";

/**
 * A vendor's own identifier of an object: unique per vendor, establishment and type, whatever machine or key pushed it.
 * It outlives an object that somebody else removed.
 */
export interface Binding {
  establishmentId: string;
  objectType: BindingObject;
  externalId: string;
  objectId: string;
  /** Keyed hash of the vendor's last body; null when the hub has not seen one (adoption, a write by the object's id). */
  bodyHash: string | null;
  /** The object's version after the vendor's own last write. */
  vendorVersion: number;
}

export interface Push {
  binding: Pick<Binding, "bodyHash" | "vendorVersion"> | undefined;
  bodyHash: string;
  /** The bound object as it is now; null when it is gone, or when there is no binding. */
  current: { version: number; cancelled?: boolean } | null;
  /** If-Match, or a batch line's baseVersion. */
  ifMatch: number | undefined;
}

/**
 * Whether it says what the vendor said last. Who names, by If-Match, the version that others have written since has seen
 * it: the same body then is a change back.
 */
export function isRepeated({ binding, bodyHash, current, ifMatch }: Push): boolean {
  if (binding?.bodyHash !== bodyHash) return false;
  return current === null || ifMatch !== current.version || current.version <= binding.vendorVersion;
}

/**
 * What a push by `externalId` does (design, decision 6).
 *
 * The vendor's last body again is `unchanged`, whatever others did since: a program that sends its whole agenda every
 * night undoes nobody's work and revives nothing. Another body passes while the vendor was the last to write; after
 * anybody else it must name the version it has seen, and so must the same body that is meant to undo what they did.
 * Without a binding it creates.
 *
 * APPT-69: a cancelled appointment takes no change, so that one is refused before versions are compared; a push that
 * does not change it (it says cancelled too) is given without `cancelled`.
 */
export function decidePush(push: Push): "create" | "unchanged" | "update" | Violation {
  const { binding, current, ifMatch } = push;
  if (binding === undefined) return ifMatch === undefined ? "create" : stale;
  if (isRepeated(push)) return "unchanged";
  if (current === null) return stale;
  if (current.cancelled === true) return violation("APPT-69", "APPOINTMENT_CANCELLED");
  if (ifMatch !== undefined) return ifMatch === current.version ? "update" : stale;
  return current.version > binding.vendorVersion ? stale : "update";
}

const stale = violation("CONTRACT", "PRECONDITION_FAILED");
