/** Nothing was judged: the kit was called wrongly, or cannot start. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
