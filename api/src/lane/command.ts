import type { Once } from "../db/idempotency.ts";
import { Refusal } from "../domain/decision.ts";
import type { Violation } from "../domain/decision.ts";
import type { Access } from "../features/access/store.ts";
import type { AlternativesWanted } from "../features/openings/alternatives.ts";
import type { Book } from "./book.ts";
import type { Reach, Targets } from "./reach.ts";

/** A command that takes or frees time, as an action hands it to the lane. It may be decided more than once. */
export interface Command<T> {
  once?: Once | undefined;
  /** Decided among the others as they are, and nothing of it is written. */
  dryRun: boolean | undefined;
  /** The establishments it may touch: the actor's, or that of a citizen's opening, hold or appointment. */
  establishmentIds: readonly string[];
  /** Whose names of appointments it reads. */
  vendorId?: string;
  /** Who is answered patient data, and why: the answer leaves an access record. Absent: it holds none. */
  access?: Access;
  targets: Targets;
  /** What the targets turn out to reach; must name everything that `decide` looks at. */
  reach(book: Book): Reach;
  /** The reach, as far as the caller already knows it: saves a round trip, and is checked under the locks. */
  expected?: Reach;
  /**
   * Decides and, when nothing stands against it, applies its effect to the book; otherwise throws a Refusal and changes
   * nothing. Answers how the result reads once the database has given the reference numbers.
   */
  decide(book: Book): Decided<T>;
}

export type Decided<T> = (referenceOf: (appointmentId: string) => string) => T;

/** A lost opening: what else the citizen could take is found in the same transaction, after everybody's writes. */
export class LostOpening extends Refusal {
  override name = "LostOpening";
  readonly wanted: AlternativesWanted;
  constructor(violations: readonly Violation[], wanted: AlternativesWanted) {
    super(violations);
    this.wanted = wanted;
  }
}
