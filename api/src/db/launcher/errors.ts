/** No PostgreSQL of ours can run here; `DATABASE_URL` is the way on. The message says both. */
export class EmbeddedPostgresUnavailable extends Error {
  readonly code = "EMBEDDED_POSTGRES_UNAVAILABLE";

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `${reason} Set DATABASE_URL to a PostgreSQL of your own (version 15 or later), ` +
        `for example DATABASE_URL=postgres://user:password@127.0.0.1:5432/arrimage.`,
      options,
    );
    this.name = "EmbeddedPostgresUnavailable";
  }
}

/** PostgreSQL is there but would not start, answer or stop; the message carries the end of its log. */
export class PostgresStartError extends Error {
  readonly code = "POSTGRES_START_FAILED";

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "PostgresStartError";
  }
}

/** The system's error code (`ENOENT`, `EACCES`, …) or PostgreSQL's SQLSTATE, when the thrown value carries one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
