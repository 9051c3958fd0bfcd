import { setTimeout as sleep } from "node:timers/promises";
import type postgres from "postgres";
import { codeOf } from "./launcher/errors.ts";

/** The role in which the hub works: it owns nothing, so that row-level security binds it. */
export const RUNTIME_ROLE = "arrimage_runtime";

/** The database's user can neither make nor use the runtime role; the message says what its administrator must do. */
export class RuntimeRoleRefused extends Error {
  readonly code = "RUNTIME_ROLE_REFUSED";

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = "RuntimeRoleRefused";
  }
}

/** A second, in the steps of a process that lost a race for the catalogue. */
const ATTEMPTS = 20;
const RETRY_MS = 50;

/**
 * Sees to it that `arrimage_runtime` exists in this cluster, is bound by row-level security, and that the current
 * user may `SET ROLE` to it. Roles belong to the cluster, so processes of several databases may do this at once.
 */
export async function ensureRoles(sql: postgres.Sql): Promise<void> {
  const attributes = (await findAttributes(sql)) ?? (await createRole(sql));
  if (attributes.super || attributes.bypass) {
    throw new RuntimeRoleRefused(
      `Role ${RUNTIME_ROLE} is not bound by row-level security. As a superuser: ` +
        `ALTER ROLE ${RUNTIME_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    );
  }
  if (await maySetRole(sql)) return;
  await grantToCurrentUser(sql);
  if (!(await maySetRole(sql))) throw new RuntimeRoleRefused(grantAdvice(await currentUser(sql)));
}

type Attributes = { super: boolean; bypass: boolean };

async function findAttributes(sql: postgres.Sql): Promise<Attributes | null> {
  const [role] = await sql<Attributes[]>`
    SELECT rolsuper AS super, rolbypassrls AS bypass FROM pg_roles WHERE rolname = ${RUNTIME_ROLE}`;
  return role ?? null;
}

async function createRole(sql: postgres.Sql): Promise<Attributes> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await sql.unsafe(`CREATE ROLE ${RUNTIME_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE`);
    } catch (error) {
      if (codeOf(error) === "42501") {
        throw new RuntimeRoleRefused(
          `This database's user may not make roles. Its administrator runs once: CREATE ROLE ${RUNTIME_ROLE} NOLOGIN; ` +
            `GRANT ${RUNTIME_ROLE} TO ${quoted(await currentUser(sql))};`,
          { cause: error },
        );
      }
      if (!lostRace(error)) throw error;
    }
    const attributes = await findAttributes(sql);
    if (attributes !== null) return attributes;
    await sleep(RETRY_MS);
  }
  throw new RuntimeRoleRefused(`Role ${RUNTIME_ROLE} is made and dropped again by somebody else.`);
}

async function grantToCurrentUser(sql: postgres.Sql): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await sql.unsafe(`GRANT ${RUNTIME_ROLE} TO CURRENT_USER`);
      return;
    } catch (error) {
      if (codeOf(error) === "42501") {
        throw new RuntimeRoleRefused(grantAdvice(await currentUser(sql)), { cause: error });
      }
      if (!lostRace(error) || attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** Tried rather than looked up: what membership means for SET ROLE changed with PostgreSQL 16. */
async function maySetRole(sql: postgres.Sql): Promise<boolean> {
  try {
    await sql.begin((tx) => tx.unsafe(`SET LOCAL ROLE ${RUNTIME_ROLE}`));
    return true;
  } catch (error) {
    if (codeOf(error) === "42501") return false;
    throw error;
  }
}

/** duplicate_object, unique_violation, and "tuple concurrently updated", which has no state of its own. */
function lostRace(error: unknown): boolean {
  const state = codeOf(error);
  if (state === "42710" || state === "23505") return true;
  return state === "XX000" && error instanceof Error && error.message.includes("concurrently");
}

async function currentUser(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<{ name: string }[]>`SELECT current_user AS name`;
  return row?.name ?? "";
}

function grantAdvice(user: string): string {
  return `This database's user may not act as ${RUNTIME_ROLE}. Its administrator runs once: GRANT ${RUNTIME_ROLE} TO ${quoted(user)};`;
}

function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
