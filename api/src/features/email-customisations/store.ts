import { and, asc, eq, sql } from "drizzle-orm";
import { lockNames } from "../../db/locks.ts";
import type { ScopedTx } from "../../db/scope.ts";
import { emailCustomisation } from "../../db/tables.ts";
import type { EmailSubject } from "../../domain/customisation.ts";
import type { CommunicationLanguage } from "../../domain/patient.ts";

export type EmailCustomisationRow = typeof emailCustomisation.$inferSelect;

/** COMM-04 */
export interface EmailCustomisationKey {
  establishmentId: string;
  subject: EmailSubject;
  language: CommunicationLanguage;
}

/** Until the end of the transaction, whether it exists or not; who would write the same one waits. */
export async function lockEmailCustomisation(
  tx: ScopedTx,
  key: EmailCustomisationKey,
): Promise<EmailCustomisationRow | undefined> {
  await lockNames(tx, [`emailCustomisation:${key.establishmentId}:${key.subject}:${key.language}`]);
  return findEmailCustomisation(tx, key);
}

export async function findEmailCustomisation(
  tx: ScopedTx,
  key: EmailCustomisationKey,
): Promise<EmailCustomisationRow | undefined> {
  const [row] = await tx.db.select().from(emailCustomisation).where(isKey(key));
  return row;
}

/** Those of the scope in order of their key, after one. */
export async function listEmailCustomisations(
  tx: ScopedTx,
  filter: { subject?: EmailSubject | undefined; language?: CommunicationLanguage | undefined },
  after: EmailCustomisationKey | undefined,
  limit: number,
): Promise<EmailCustomisationRow[]> {
  const { establishmentId, subject, language } = emailCustomisation;
  return tx.db
    .select()
    .from(emailCustomisation)
    .where(
      and(
        sql`${establishmentId} = ANY (${sql.param([...tx.establishments])}::text[])`,
        filter.subject === undefined ? undefined : eq(subject, filter.subject),
        filter.language === undefined ? undefined : eq(language, filter.language),
        after === undefined
          ? undefined
          : sql`(${establishmentId}, ${subject}, ${language}) > (${after.establishmentId}, ${after.subject}, ${after.language})`,
      ),
    )
    .orderBy(asc(establishmentId), asc(subject), asc(language))
    .limit(limit);
}

export async function putEmailCustomisation(tx: ScopedTx, row: EmailCustomisationRow): Promise<void> {
  const { body, bodyText, version } = row;
  await tx.db
    .insert(emailCustomisation)
    .values(row)
    .onConflictDoUpdate({
      target: [emailCustomisation.establishmentId, emailCustomisation.subject, emailCustomisation.language],
      set: { body, bodyText, version },
    });
}

export async function deleteEmailCustomisation(tx: ScopedTx, key: EmailCustomisationKey): Promise<void> {
  await tx.db.delete(emailCustomisation).where(isKey(key));
}

function isKey({ establishmentId, subject, language }: EmailCustomisationKey) {
  return and(
    eq(emailCustomisation.establishmentId, establishmentId),
    eq(emailCustomisation.subject, subject),
    eq(emailCustomisation.language, language),
  );
}
