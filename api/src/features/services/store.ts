import { and, asc, eq, sql } from "drizzle-orm";
import type { ScopedTx } from "../../db/scope.ts";
import { service } from "../../db/tables.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { refusal } from "../../domain/decision.ts";
import type { Service } from "../../domain/service.ts";

/** The columns of text that only hold what the domain's types allow: written through decideService alone. */
export type ServiceRow = Omit<typeof service.$inferSelect, keyof Service> & Service;

export async function getService(tx: ScopedTx, serviceId: string, options?: { lock: true }): Promise<ServiceRow> {
  const query = tx.db
    .select()
    .from(service)
    .where(and(eq(service.serviceId, serviceId), inScope()));
  const [row] = await (options?.lock ? query.for("update") : query);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row as ServiceRow;
}

/** Of these ids, those the scope may see, deleted ones included. */
export async function listServicesById(tx: ScopedTx, serviceIds: readonly string[]): Promise<ServiceRow[]> {
  if (serviceIds.length === 0) return [];
  return tx.sql<ServiceRow[]>`
    SELECT ${serviceColumns(tx)} FROM service
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND service_id = ANY (${[...serviceIds]}::text[])`;
}

/**
 * Every service, deleted ones included, of these professionals. Read by every push of slots, hence prepared. `toWrite`
 * shares a lock until the end of the transaction: deleting one of them waits for it (SVC-18).
 */
export async function listServicesOf(
  tx: ScopedTx,
  professionalIds: readonly string[],
  options: { toWrite: boolean } = { toWrite: false },
): Promise<ServiceRow[]> {
  if (professionalIds.length === 0) return [];
  return tx.sql<ServiceRow[]>`
    SELECT ${serviceColumns(tx)} FROM service
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[])
      AND professional_id = ANY (${[...professionalIds]}::text[])
    ORDER BY service_id ${options.toWrite ? tx.sql`FOR SHARE` : tx.sql``}`;
}

/** Those of the scope that the reader may see, in order of id, after one. */
export async function listServices(
  tx: ScopedTx,
  readable: AgendaFilter,
  filter: { professionalId?: string | undefined; active?: boolean | undefined },
  after: string,
  limit: number,
): Promise<ServiceRow[]> {
  const professionalIds = [...readable.professionalIds, ...readable.pairs.map(({ professionalId }) => professionalId)];
  const rows = await tx.db
    .select()
    .from(service)
    .where(
      and(
        inScope(),
        sql`${service.serviceId} > ${after}`,
        filter.professionalId === undefined ? undefined : eq(service.professionalId, filter.professionalId),
        filter.active === undefined ? undefined : eq(service.active, filter.active),
        readable.everything
          ? undefined
          : sql`(${service.professionalId} = ANY (${sql.param(professionalIds)}::text[]) OR EXISTS (
              SELECT 1 FROM professional_place at WHERE at.establishment_id = ${service.establishmentId}
                AND at.professional_id = ${service.professionalId}
                AND at.place_id = ANY (${sql.param(readable.placeIds)}::text[])))`,
      ),
    )
    .orderBy(asc(service.serviceId))
    .limit(limit);
  return rows as ServiceRow[];
}

export async function insertService(tx: ScopedTx, row: ServiceRow): Promise<void> {
  await tx.db.insert(service).values(row);
}

/** SVC-19: the row stays, for the past slots that list it. */
export async function deactivateService(tx: ScopedTx, row: ServiceRow): Promise<void> {
  await tx.db
    .update(service)
    .set({ active: false, version: row.version + 1 })
    .where(and(eq(service.establishmentId, row.establishmentId), eq(service.serviceId, row.serviceId)));
}

/** The latest end of the slots that carry a service; null when there is none. */
export async function lastSlotEndOf(tx: ScopedTx, row: ServiceRow): Promise<number | null> {
  const [found] = await tx.sql<{ endAt: number | null }[]>`
    SELECT max(end_at) AS "endAt" FROM slot
    WHERE establishment_id = ${row.establishmentId} AND service_ids @> ARRAY[${row.serviceId}]`;
  return found?.endAt ?? null;
}

function serviceColumns({ sql }: ScopedTx) {
  return sql`
    establishment_id AS "establishmentId", service_id AS "serviceId", professional_id AS "professionalId", type,
    consultation_reason AS "consultationReason", duration_minutes AS "durationMinutes", active, version,
    created_at AS "createdAt"`;
}

/** Policies say the same; the statement says it first, so that an index is used. */
function inScope() {
  return sql`${service.establishmentId} = ANY (scope_establishments())`;
}
