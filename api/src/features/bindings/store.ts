import { lockKey } from "../../db/idempotency.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Binding, BindingObject } from "../../domain/binding.ts";
import { refusal } from "../../domain/decision.ts";

/** An externalId where it means something. */
export interface ExternalName {
  establishmentId: string;
  externalId: string;
}

/** The key under which findBindings answers a name. */
export function bindingKey({ establishmentId, externalId }: ExternalName): string {
  return `${establishmentId} ${externalId}`;
}

/** So many locks at most for one establishment, however long the batch: the server's lock table is shared by all. */
const lockBuckets = 64n;

/**
 * Names for lockNames, so that two pushes of one externalId follow each other and the second finds what the first has
 * bound. Take them in one call with the agenda days, before findBindings.
 */
export function bindingLockNames(
  vendorId: string,
  objectType: BindingObject,
  names: readonly ExternalName[],
): string[] {
  const buckets = names.map(({ establishmentId, externalId }) => {
    const bucket = BigInt.asUintN(64, BigInt(lockKey(externalId))) % lockBuckets;
    return `binding:${establishmentId}:${vendorId}:${objectType}:${String(bucket)}`;
  });
  return [...new Set(buckets)];
}

/** The vendor's bindings of these names, by bindingKey. */
export async function findBindings(
  tx: ScopedTx,
  vendorId: string,
  objectType: BindingObject,
  names: readonly ExternalName[],
): Promise<Map<string, Binding>> {
  if (names.length === 0) return new Map();
  const rows = await tx.sql<Binding[]>`
    SELECT b.establishment_id AS "establishmentId", b.object_type AS "objectType", b.external_id AS "externalId",
      b.object_id AS "objectId", b.body_hash AS "bodyHash", b.vendor_version AS "vendorVersion"
    FROM unnest(${names.map(({ establishmentId }) => establishmentId)}::text[],
      ${names.map(({ externalId }) => externalId)}::text[]) AS n(establishment_id, external_id)
    JOIN external_binding b ON b.establishment_id = n.establishment_id AND b.vendor_id = ${vendorId}
      AND b.object_type = ${objectType} AND b.external_id = n.external_id`;
  return new Map(rows.map((row) => [bindingKey(row), row]));
}

/** The vendor's bindings of these objects, by objectId: also of objects that are gone. */
export async function bindingsOfObjects(
  tx: ScopedTx,
  vendorId: string,
  objectType: BindingObject,
  objectIds: readonly string[],
): Promise<Map<string, Binding>> {
  if (objectIds.length === 0) return new Map();
  const rows = await tx.sql<Binding[]>`
    SELECT establishment_id AS "establishmentId", object_type AS "objectType", external_id AS "externalId",
      object_id AS "objectId", body_hash AS "bodyHash", vendor_version AS "vendorVersion"
    FROM external_binding
    WHERE establishment_id = ANY (scope_establishments()) AND vendor_id = ${vendorId} AND object_type = ${objectType}
      AND object_id = ANY (${[...objectIds]}::text[])`;
  return new Map(rows.map((row) => [row.objectId, row]));
}

/**
 * The vendor's names of these objects, by objectId: also of objects that are gone. They travel as one text, whose parts hold
 * no blank: a thousand of them as rows take three times as long.
 */
export async function namesOfObjects(
  tx: ScopedTx,
  vendorId: string,
  objectType: BindingObject,
  objectIds: readonly string[],
): Promise<Map<string, string>> {
  if (objectIds.length === 0) return new Map();
  const [row] = await tx.sql<{ names: string | null }[]>`
    SELECT string_agg(object_id || ' ' || external_id, E'\n') AS names FROM external_binding
    WHERE establishment_id = ANY (scope_establishments()) AND vendor_id = ${vendorId} AND object_type = ${objectType}
      AND object_id = ANY (${[...objectIds]}::text[])`;
  const lines = row?.names?.split("\n") ?? [];
  return new Map(
    lines.map((line): [string, string] => {
      const [objectId = "", externalId = ""] = line.split(" ");
      return [objectId, externalId];
    }),
  );
}

/**
 * Keeps bindings as given. A name never passes from one object to another while it is bound (EXTERNAL_ID_IN_USE), and
 * an object has one name of a vendor (the constraint says so, db/errors.ts maps it).
 */
export async function putBindings(tx: ScopedTx, vendorId: string, bindings: readonly Binding[]): Promise<void> {
  if (bindings.length === 0) return;
  const kept = await tx.sql`
    INSERT INTO external_binding AS kept
      (establishment_id, vendor_id, object_type, external_id, object_id, body_hash, vendor_version)
    SELECT establishment_id, ${vendorId}, object_type, external_id, object_id, body_hash, vendor_version
    FROM unnest(${bindings.map(({ establishmentId }) => establishmentId)}::text[],
      ${bindings.map(({ objectType }) => objectType)}::text[], ${bindings.map(({ externalId }) => externalId)}::text[],
      ${bindings.map(({ objectId }) => objectId)}::text[], ${bindings.map(({ bodyHash }) => bodyHash)}::text[],
      ${bindings.map(({ vendorVersion }) => vendorVersion)}::integer[])
      AS b(establishment_id, object_type, external_id, object_id, body_hash, vendor_version)
    ON CONFLICT (establishment_id, vendor_id, object_type, external_id) DO UPDATE
    SET body_hash = excluded.body_hash, vendor_version = excluded.vendor_version
    WHERE kept.object_id = excluded.object_id`;
  if (kept.count !== bindings.length) throw refusal("EXTERNAL_ID_IN_USE", "/externalId");
}

/**
 * After the vendor's own write by the object's id: it was the last to write, and the hub no longer holds a body of it
 * to compare, so that its next push of any body counts as a different one. Objects without a binding are left out.
 */
export async function noteOwnWrites(
  tx: ScopedTx,
  vendorId: string,
  objectType: BindingObject,
  writes: readonly { establishmentId: string; objectId: string; version: number }[],
): Promise<void> {
  if (writes.length === 0) return;
  await tx.sql`
    UPDATE external_binding b SET body_hash = NULL, vendor_version = w.version
    FROM unnest(${writes.map(({ establishmentId }) => establishmentId)}::text[],
      ${writes.map(({ objectId }) => objectId)}::text[], ${writes.map(({ version }) => version)}::integer[]) AS w(establishment_id, object_id, version)
    WHERE b.establishment_id = w.establishment_id AND b.vendor_id = ${vendorId} AND b.object_type = ${objectType}
      AND b.object_id = w.object_id`;
}

/** The vendor's own delete releases its names: a later push under them creates anew. */
export async function deleteBindings(
  tx: ScopedTx,
  vendorId: string,
  objectType: BindingObject,
  objectIds: readonly string[],
): Promise<void> {
  if (objectIds.length === 0) return;
  await tx.sql`
    DELETE FROM external_binding
    WHERE establishment_id = ANY (scope_establishments()) AND vendor_id = ${vendorId} AND object_type = ${objectType}
      AND object_id = ANY (${[...objectIds]}::text[])`;
}
