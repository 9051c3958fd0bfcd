import postgres from "postgres";

/**
 * Who may see and write what, said a second time and without the policies: for each table the rows that a viewer sees
 * and may write are compared with what is said here. Everything is tried in the runtime role and undone.
 */

export interface Viewer {
  audience: "" | "operator" | "machine" | "employee" | "citizen" | "nurse" | "system";
  subject: string;
  /** At most one, so that there is another. */
  establishments: readonly string[];
}

type Rule = Partial<Record<Viewer["audience"], Readonly<Record<string, string>>>>;

/** Beyond the establishments of the scope; `$1` is the subject. */
const seen: Rule = {
  operator: { establishment: "true", place: "true", machine_link: "true", employee: "true", professional: "true" },
  // SYNC-55: what it was linked with, too.
  machine: { machine_link: "machine_id = $1", ended_link: "machine_id = $1" },
  employee: { employee: "ramq_identifier = $1" },
  citizen: {
    establishment: "true",
    place: "true",
    professional: "true",
    professional_place: "true",
    // CASC-03, CASC-04
    work_group: "true",
    // SYNC-13, SYNC-14
    machine_link: "true",
    // COMM-13
    message_customisation: "true",
    // SLOT-21
    opening: "visibility = 'public'",
    hold: "owner_type = 'citizen' AND owner_id = $1",
    // PAT-12
    appointment: "nam_index = $1",
  },
  nurse: { hold: "owner_type = 'nurse' AND owner_id = $1" },
  system: {
    hold: "true",
    change_counter: "true",
    machine_link: "true",
    ended_link: "true",
    // PAT-12; APPT-36 and SYNC-49, for the jobs that name themselves so.
    appointment:
      "reference_number = $1 OR ($1 = 'erasure' AND erase_at IS NOT NULL) OR ($1 = 'answers' AND agenda_answer_by IS NOT NULL)",
  },
};

/** Rows that may be inserted beyond the scope. */
const inserted: Rule = { citizen: { access_record: "actor_type = 'citizen' AND actor_id = $1" } };

/** Tables with a column establishment_id. */
export async function tenantTables(sql: postgres.Sql | postgres.TransactionSql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname = 'establishment_id'
      AND NOT a.attisdropped ORDER BY c.relname`;
  return rows.map(({ name }) => name);
}

/** What of the table is otherwise than said, for this viewer; nothing when row-level security does its work. */
export async function breachesOf(
  tx: postgres.TransactionSql,
  table: string,
  viewer: Viewer,
  other: string,
): Promise<string[]> {
  const found: string[] = [];
  const complain = (what: string, result: unknown) =>
    found.push(`${viewer.audience || "nobody"} [${String(viewer.establishments.length)}] ${what}: ${String(result)}`);
  const [own] = viewer.establishments;

  const predicate = (rule: Rule) => rule[viewer.audience]?.[table] ?? "false";
  const expected = await rowsOf(tx, table, `establishment_id = ${literal(own)} OR (${predicate(seen)})`, viewer);
  const visible = await undone(tx, (inner) => asViewer(inner, viewer, (scoped) => rowsOf(scoped, table)));
  if (visible !== expected) complain("sees other rows than their own", `${String(visible.length)} characters`);

  const columns = await columnsOf(tx, table);
  const insertable = await copiesOf(tx, table, predicate(inserted), viewer);
  for (const { row, establishmentId, allowed } of insertable) {
    const result = await undone(tx, (inner) =>
      asViewer(inner, viewer, (scoped) =>
        scoped.unsafe(
          `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`,
          [row],
        ),
      ),
    );
    // Of what may be inserted a copy is one too many (23505); what may not is refused before that (42501).
    const refused = result === "42501";
    if (refused === (allowed || establishmentId === own)) complain(`inserts into ${establishmentId}`, result);
  }

  const may = await privilegesOf(tx, table);
  const attempt = async (statement: string) =>
    undone(tx, (inner) => asViewer(inner, viewer, async (scoped) => (await scoped.unsafe(statement)).count));
  if (may.update) {
    const changed = await attempt(`UPDATE ${table} SET establishment_id = establishment_id
      WHERE establishment_id = ${literal(other)}`);
    if (changed !== 0) complain("changes rows of the other", changed);
    const moved = await attempt(`UPDATE ${table} SET establishment_id = ${literal(other)}
      WHERE establishment_id = ${literal(own)}`);
    if (moved !== (own === undefined ? 0 : "42501")) complain("gives rows to the other", moved);
  }
  if (may.delete) {
    const deleted = await attempt(`DELETE FROM ${table} WHERE establishment_id = ${literal(other)}`);
    if (deleted !== 0) complain("deletes rows of the other", deleted);
  }
  return found;
}

async function asViewer<T>(
  tx: postgres.TransactionSql,
  { audience, subject, establishments }: Viewer,
  run: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  await tx`SELECT set_config('app.establishments', ${establishments.join(",")}, true),
    set_config('app.audience', ${audience}, true), set_config('app.subject', ${subject}, true)`;
  await tx`SET LOCAL ROLE arrimage_runtime`;
  return run(tx);
}

class Undone {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Runs inside a savepoint that is rolled back whatever happens; a database error is answered by its code. */
async function undone<T>(
  tx: postgres.TransactionSql,
  run: (inner: postgres.TransactionSql) => Promise<T>,
): Promise<T | string> {
  try {
    await tx.savepoint(async (inner) => {
      // Rolls back; caught three lines below.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw new Undone(await run(inner));
    });
    throw new Error("a savepoint that nothing has ended");
  } catch (error) {
    // What was thrown above is what `run` gave.
    if (error instanceof Undone) return error.value as T;
    if (error instanceof postgres.PostgresError) return error.code;
    throw error;
  }
}

/** The rows as one text. */
async function rowsOf(
  tx: postgres.TransactionSql,
  table: string,
  predicate = "true",
  viewer?: Viewer,
): Promise<string> {
  const [row] = await tx.unsafe<{ rows: string }[]>(
    `SELECT coalesce(string_agg(md5(t::text), ',' ORDER BY md5(t::text)), '') AS rows FROM ${table} t
     WHERE ${withSubject(predicate, viewer)}`,
  );
  return row?.rows ?? "";
}

/** A row of each establishment, and of those that a rule lets in. */
async function copiesOf(tx: postgres.TransactionSql, table: string, allowed: string, viewer: Viewer) {
  const rule = withSubject(allowed, viewer);
  return tx.unsafe<{ row: postgres.JSONValue; establishmentId: string; allowed: boolean }[]>(
    `SELECT DISTINCT ON (establishment_id, allowed) row, establishment_id AS "establishmentId", allowed
     FROM (SELECT to_jsonb(t) AS row, establishment_id, coalesce(${rule}, false) AS allowed FROM ${table} t) copy
     ORDER BY establishment_id, allowed, md5(row::text)`,
  );
}

/** Those that can be given: not the generated ones. */
async function columnsOf(tx: postgres.TransactionSql, table: string): Promise<string> {
  const [row] = await tx<{ names: string }[]>`
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS names FROM pg_attribute
    WHERE attrelid = ${table}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`;
  return row?.names ?? "";
}

async function privilegesOf(tx: postgres.TransactionSql, table: string) {
  const [row] = await tx<{ update: boolean; delete: boolean }[]>`
    SELECT has_table_privilege('arrimage_runtime', ${table}, 'UPDATE') AS update,
      has_table_privilege('arrimage_runtime', ${table}, 'DELETE') AS delete`;
  return row ?? { update: false, delete: false };
}

function withSubject(predicate: string, viewer?: Viewer): string {
  return predicate.replaceAll("$1", literal(viewer?.subject));
}

function literal(text: string | undefined): string {
  return text === undefined ? "NULL" : `'${text.replaceAll("'", "''")}'`;
}
