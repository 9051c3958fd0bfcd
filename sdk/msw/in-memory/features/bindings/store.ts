import { refusal } from "../../../../../api/src/domain/decision.ts";
import type { Binding } from "../../../../../api/src/domain/binding.ts";
import type * as real from "../../../../../api/src/features/bindings/store.ts";
import { bindingKey } from "../../../../../api/src/features/bindings/store.ts";
import { memoryOf } from "../../../world.ts";

export const findBindings: typeof real.findBindings = async (tx, vendorId, objectType, names) => {
  const memory = memoryOf(tx);
  const found = names.flatMap((name) =>
    memory.owns(name) ? (memory.find("binding", keyOf(vendorId, { ...name, objectType })) ?? []) : [],
  );
  return new Map(found.map(({ vendorId: _, ...binding }) => [bindingKey(binding), binding]));
};

export const bindingsOfObjects: typeof real.bindingsOfObjects = async (tx, vendorId, objectType, objectIds) => {
  const memory = memoryOf(tx);
  const wanted = new Set(objectIds);
  const found = memory
    .rows("binding")
    .filter((row) => row.vendorId === vendorId && row.objectType === objectType && wanted.has(row.objectId))
    .filter(memory.owns);
  return new Map(found.map(({ vendorId: _, ...binding }) => [binding.objectId, binding]));
};

export const namesOfObjects: typeof real.namesOfObjects = async (tx, vendorId, objectType, objectIds) => {
  const found = await bindingsOfObjects(tx, vendorId, objectType, objectIds);
  return new Map([...found].map(([objectId, { externalId }]) => [objectId, externalId]));
};

/** external_binding_pkey and external_binding_of_object: a name has one object, an object one name of a vendor. */
export const putBindings: typeof real.putBindings = async (tx, vendorId, bindings) => {
  const memory = memoryOf(tx);
  for (const binding of bindings) {
    const key = keyOf(vendorId, binding);
    const named = memory.find("binding", key);
    const other = memory
      .rows("binding")
      .some(
        (row) =>
          row.vendorId === vendorId && row.objectId === binding.objectId && row.externalId !== binding.externalId,
      );
    if ((named !== undefined && named.objectId !== binding.objectId) || (named === undefined && other))
      throw refusal("EXTERNAL_ID_IN_USE", "/externalId");
    memory.put("binding", key, { ...binding, vendorId });
  }
};

export const noteOwnWrites: typeof real.noteOwnWrites = async (tx, vendorId, objectType, writes) => {
  const memory = memoryOf(tx);
  const versions = new Map(writes.map(({ objectId, version }) => [objectId, version]));
  for (const row of memory.rows("binding")) {
    const version = versions.get(row.objectId);
    if (version === undefined || row.vendorId !== vendorId || row.objectType !== objectType) continue;
    memory.put("binding", keyOf(vendorId, row), { ...row, bodyHash: null, vendorVersion: version });
  }
};

export const deleteBindings: typeof real.deleteBindings = async (tx, vendorId, objectType, objectIds) => {
  const memory = memoryOf(tx);
  const gone = new Set(objectIds);
  for (const row of memory.rows("binding"))
    if (row.vendorId === vendorId && row.objectType === objectType && gone.has(row.objectId))
      memory.remove("binding", keyOf(vendorId, row));
};

function keyOf(
  vendorId: string,
  { establishmentId, objectType, externalId }: Pick<Binding, "establishmentId" | "objectType" | "externalId">,
): string {
  return `${vendorId} ${establishmentId} ${objectType} ${externalId}`;
}
