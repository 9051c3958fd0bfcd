import type { ScopedTx } from "../../db/scope.ts";
import type { AgendaFilter } from "../../domain/agenda-filter.ts";
import { refusal } from "../../domain/decision.ts";
import type { ServiceGroupContent } from "../../domain/service-group.ts";

export interface ServiceGroupRow extends ServiceGroupContent {
  establishmentId: string;
  serviceGroupId: string;
  professionalId: string;
  version: number;
  createdAt: number;
}

/** Of these ids, those the scope may see. Read by pushes of slots that name groups, hence prepared. */
export async function listServiceGroupsById(
  tx: ScopedTx,
  serviceGroupIds: readonly string[],
): Promise<ServiceGroupRow[]> {
  if (serviceGroupIds.length === 0) return [];
  return tx.sql<ServiceGroupRow[]>`
    SELECT ${columns(tx)} FROM service_group g
    WHERE g.establishment_id = ANY (${[...tx.establishments]}::text[])
      AND g.service_group_id = ANY (${[...serviceGroupIds]}::text[])
    ORDER BY g.service_group_id`;
}

export async function getServiceGroup(tx: ScopedTx, serviceGroupId: string): Promise<ServiceGroupRow> {
  const [row] = await listServiceGroupsById(tx, [serviceGroupId]);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
}

/**
 * The group until the end of the transaction; who would change it waits. Locked first and then read: a statement that
 * waits for a row looks at it again, but not at the members that it has read already.
 */
export async function lockServiceGroup(tx: ScopedTx, serviceGroupId: string): Promise<ServiceGroupRow> {
  await lock(tx, [serviceGroupId]);
  return getServiceGroup(tx, serviceGroupId);
}

/** SVC-21: those that hold a service, locked. */
export async function listServiceGroupsWith(tx: ScopedTx, serviceId: string): Promise<ServiceGroupRow[]> {
  const holding = await tx.sql<{ serviceGroupId: string }[]>`
    SELECT service_group_id AS "serviceGroupId" FROM service_group_member
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[]) AND service_id = ${serviceId}`;
  const serviceGroupIds = holding.map(({ serviceGroupId }) => serviceGroupId);
  await lock(tx, serviceGroupIds);
  const rows = await listServiceGroupsById(tx, serviceGroupIds);
  return rows.filter(({ serviceIds }) => serviceIds.includes(serviceId));
}

/** Every group of a professional. */
export async function listServiceGroupsOf(tx: ScopedTx, professionalId: string): Promise<ServiceGroupRow[]> {
  return tx.sql<ServiceGroupRow[]>`
    SELECT ${columns(tx)} FROM service_group g
    WHERE g.establishment_id = ANY (${[...tx.establishments]}::text[]) AND g.professional_id = ${professionalId}
    ORDER BY g.service_group_id`;
}

/** Those of the scope that the reader may see, in order of id, after one. */
export async function listServiceGroups(
  tx: ScopedTx,
  readable: AgendaFilter,
  professionalId: string | undefined,
  after: string,
  limit: number,
): Promise<ServiceGroupRow[]> {
  const { sql } = tx;
  const professionalIds = [...readable.professionalIds, ...readable.pairs.map((pair) => pair.professionalId)];
  return sql<ServiceGroupRow[]>`
    SELECT ${columns(tx)} FROM service_group g
    WHERE g.establishment_id = ANY (${[...tx.establishments]}::text[]) AND g.service_group_id > ${after}
      ${professionalId === undefined ? sql`` : sql`AND g.professional_id = ${professionalId}`}
      AND (${readable.everything} OR g.professional_id = ANY (${professionalIds}::text[]) OR EXISTS (
        SELECT FROM professional_place at WHERE at.establishment_id = g.establishment_id
          AND at.professional_id = g.professional_id AND at.place_id = ANY (${[...readable.placeIds]}::text[])))
    ORDER BY g.service_group_id LIMIT ${limit}`;
}

export async function insertServiceGroup(tx: ScopedTx, row: ServiceGroupRow): Promise<void> {
  const { establishmentId, serviceGroupId, professionalId, name, version, createdAt } = row;
  await tx.sql`
    INSERT INTO service_group (establishment_id, service_group_id, professional_id, name, version, created_at)
    VALUES (${establishmentId}, ${serviceGroupId}, ${professionalId}, ${name}, ${version}, ${createdAt})`;
  await insertMembers(tx, [row]);
}

/** GRP-09: names and services as they are now. */
export async function updateServiceGroups(tx: ScopedTx, rows: readonly ServiceGroupRow[]): Promise<void> {
  if (rows.length === 0) return;
  const establishmentIds = rows.map(({ establishmentId }) => establishmentId);
  const serviceGroupIds = rows.map(({ serviceGroupId }) => serviceGroupId);
  await tx.sql`
    UPDATE service_group g SET name = r.name, version = r.version
    FROM unnest(${establishmentIds}::text[], ${serviceGroupIds}::text[], ${rows.map(({ name }) => name)}::text[],
      ${rows.map(({ version }) => version)}::integer[]) AS r(establishment_id, service_group_id, name, version)
    WHERE g.establishment_id = r.establishment_id AND g.service_group_id = r.service_group_id`;
  await tx.sql`
    DELETE FROM service_group_member m
    USING unnest(${establishmentIds}::text[], ${serviceGroupIds}::text[]) AS r(establishment_id, service_group_id)
    WHERE m.establishment_id = r.establishment_id AND m.service_group_id = r.service_group_id`;
  await insertMembers(tx, rows);
}

/** Its members go with it (the foreign key cascades). */
export async function deleteServiceGroup(tx: ScopedTx, row: ServiceGroupRow): Promise<void> {
  await tx.sql`
    DELETE FROM service_group
    WHERE establishment_id = ${row.establishmentId} AND service_group_id = ${row.serviceGroupId}`;
}

/** In one order for everybody. */
async function lock(tx: ScopedTx, serviceGroupIds: readonly string[]): Promise<void> {
  await tx.sql`
    SELECT FROM service_group
    WHERE establishment_id = ANY (${[...tx.establishments]}::text[])
      AND service_group_id = ANY (${[...serviceGroupIds]}::text[])
    ORDER BY service_group_id FOR UPDATE`;
}

async function insertMembers(tx: ScopedTx, rows: readonly ServiceGroupRow[]): Promise<void> {
  const members = rows.flatMap(({ establishmentId, serviceGroupId, serviceIds }) =>
    serviceIds.map((serviceId) => ({ establishmentId, serviceGroupId, serviceId })),
  );
  await tx.sql`
    INSERT INTO service_group_member (establishment_id, service_group_id, service_id)
    SELECT * FROM unnest(${members.map(({ establishmentId }) => establishmentId)}::text[],
      ${members.map(({ serviceGroupId }) => serviceGroupId)}::text[],
      ${members.map(({ serviceId }) => serviceId)}::text[])`;
}

function columns({ sql }: ScopedTx) {
  return sql`
    g.establishment_id AS "establishmentId", g.service_group_id AS "serviceGroupId",
    g.professional_id AS "professionalId", g.name, g.version, g.created_at AS "createdAt", ARRAY(
      SELECT m.service_id FROM service_group_member m
      WHERE m.establishment_id = g.establishment_id AND m.service_group_id = g.service_group_id
      ORDER BY m.service_id) AS "serviceIds"`;
}
