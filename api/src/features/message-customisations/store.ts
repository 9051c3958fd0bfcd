import { and, asc, eq, sql } from "drizzle-orm";
import { lockNames } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { messageCustomisation } from "../../db/tables.ts";
import { everyPlace } from "../../domain/customisation.ts";
import type { MessageType, WrittenMessage } from "../../domain/customisation.ts";
import type { CommunicationLanguage } from "../../domain/patient.ts";

export interface MessageCustomisationRow extends WrittenMessage {
  version: number;
  createdAt: number;
}

/** COMM-10 */
export type MessageCustomisationKey = Pick<WrittenMessage, "establishmentId" | "type" | "scope" | "language">;

/** Until the end of the transaction, whether it exists or not; who would write the same one waits. */
export async function lockMessageCustomisation(
  tx: ScopedTx,
  key: MessageCustomisationKey,
): Promise<MessageCustomisationRow | undefined> {
  const { establishmentId, type, scope, language } = key;
  await lockNames(tx, [`messageCustomisation:${establishmentId}:${type}:${scope}:${language}`]);
  return findMessageCustomisation(tx, key);
}

export async function findMessageCustomisation(
  tx: ScopedTx,
  key: MessageCustomisationKey,
): Promise<MessageCustomisationRow | undefined> {
  const [row] = await tx.db.select().from(messageCustomisation).where(isKey(key));
  return row && rowOf(row);
}

export interface MessageCustomisationFilter {
  type: MessageType | undefined;
  scope: string | undefined;
  language: CommunicationLanguage | undefined;
  /** Of these places and of the establishment; undefined: of every place. */
  placeIds: readonly string[] | undefined;
}

/** Those of the scope in order of their key, after one. */
export async function listMessageCustomisations(
  tx: ScopedTx,
  filter: MessageCustomisationFilter,
  after: MessageCustomisationKey | undefined,
  limit: number,
): Promise<MessageCustomisationRow[]> {
  const { establishmentId, type, scope, language } = messageCustomisation;
  const scopes = filter.placeIds && [everyPlace, ...filter.placeIds];
  const rows = await tx.db
    .select()
    .from(messageCustomisation)
    .where(
      and(
        sql`${establishmentId} = ANY (${sql.param([...tx.establishments])}::text[])`,
        filter.type === undefined ? undefined : eq(type, filter.type),
        filter.scope === undefined ? undefined : eq(scope, filter.scope),
        filter.language === undefined ? undefined : eq(language, filter.language),
        scopes === undefined ? undefined : sql`${scope} = ANY (${sql.param(scopes)}::text[])`,
        after === undefined
          ? undefined
          : sql`(${establishmentId}, ${type}, ${scope}, ${language})
              > (${after.establishmentId}, ${after.type}, ${after.scope}, ${after.language})`,
      ),
    )
    .orderBy(asc(establishmentId), asc(type), asc(scope), asc(language))
    .limit(limit);
  return rows.map(rowOf);
}

/**
 * COMM-13: what has been written for these places in a language, their establishments' included. Searches that share a
 * transaction (openings/shared-read.ts) often ask for the same place.
 */
export async function listWrittenMessages(
  tx: ScopedTx,
  places: readonly { establishmentId: string; placeId: string }[],
  language: CommunicationLanguage,
): Promise<WrittenMessage[]> {
  if (places.length === 0) return [];
  const establishmentIds = [...new Set(places.map(({ establishmentId }) => establishmentId))].sort();
  const scopes = [everyPlace, ...new Set(places.map(({ placeId }) => placeId))].sort();
  const known = asked.get(tx) ?? new Map<string, Promise<WrittenMessage[]>>();
  asked.set(tx, known);
  const key = `${language} ${establishmentIds.join()} ${scopes.join()}`;
  const rows = known.get(key) ?? readWrittenMessages(tx, establishmentIds, scopes, language);
  known.set(key, rows);
  return rows;
}

const asked = new WeakMap<ScopedTx, Map<string, Promise<WrittenMessage[]>>>();

async function readWrittenMessages(
  { sql }: ScopedTx,
  establishmentIds: readonly string[],
  scopes: readonly string[],
  language: CommunicationLanguage,
): Promise<WrittenMessage[]> {
  return sql<WrittenMessage[]>`
    SELECT m.establishment_id AS "establishmentId", m.type, m.scope, m.language, m.option,
      CASE WHEN m.body IS NOT NULL THEN jsonb_build_object('html', m.body, 'text', m.body_text) END AS body
    FROM message_customisation m
    WHERE m.establishment_id = ANY (${[...establishmentIds]}::text[]) AND m.language = ${language}
      AND m.scope = ANY (${[...scopes]}::text[])`;
}

export async function putMessageCustomisation(tx: ScopedTx, row: MessageCustomisationRow): Promise<void> {
  const { body: formatted, ...columns } = row;
  const [body, bodyText] = [formatted?.html ?? null, formatted?.text ?? null];
  const { option, version } = columns;
  const { establishmentId, type, scope, language } = messageCustomisation;
  await tx.db
    .insert(messageCustomisation)
    .values({ ...columns, body, bodyText })
    .onConflictDoUpdate({
      target: [establishmentId, type, scope, language],
      set: { option, body, bodyText, version },
    });
}

export async function deleteMessageCustomisation(tx: ScopedTx, key: MessageCustomisationKey): Promise<void> {
  await tx.db.delete(messageCustomisation).where(isKey(key));
}

function isKey({ establishmentId, type, scope, language }: MessageCustomisationKey) {
  return and(
    eq(messageCustomisation.establishmentId, establishmentId),
    eq(messageCustomisation.type, type),
    eq(messageCustomisation.scope, scope),
    eq(messageCustomisation.language, language),
  );
}

function rowOf(row: typeof messageCustomisation.$inferSelect): MessageCustomisationRow {
  const { establishmentId, type, scope, language, option, body: html, bodyText: text, version, createdAt } = row;
  const body = html === null || text === null ? null : { html, text };
  return { establishmentId, type, scope, language, option, body, version, createdAt };
}
