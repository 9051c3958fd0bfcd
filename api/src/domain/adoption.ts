import type { Machine } from "./actor.ts";
import type { Binding, BindingObject } from "./binding.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { refuseWrite } from "./permission.ts";

export interface AdoptionLine {
  objectType: BindingObject;
  objectId: string;
  externalId: string;
}

/** An object as an adoption sees it. */
export interface Adoptable {
  establishmentId: string;
  professionalId: string;
  /** Null for an incomplete slot. */
  placeId: string | null;
  professionalPlaceIds: readonly string[];
  version: number;
}

/** What is known of one line: the object, and what the vendor has bound already. */
export interface AdoptionFacts {
  line: AdoptionLine;
  object: Adoptable | undefined;
  /** Of this name, in the object's establishment. */
  bindingOfName: Binding | undefined;
  bindingOfObject: Binding | undefined;
}

/**
 * Names for objects that are there already, all or none of them (design, Synchronisation 5). Every line that cannot be
 * kept is named. A name that is bound to its object already stays as it is, with what the hub knows of the last push.
 *
 * The first push under an adopted name counts as another body (no hash is kept), and the vendor as the last to have
 * written the version it adopts.
 */
export function decideAdoption(machine: Machine, facts: readonly AdoptionFacts[]): Decision<Binding[]> {
  const violations: Violation[] = [];
  const bound: Binding[] = [];
  const named = new Map<string, string>();
  const objects = new Map<string, string>();
  facts.forEach(({ line, object, bindingOfName, bindingOfObject }, index) => {
    const { objectType, objectId, externalId } = line;
    const pointer = `/bindings/${String(index)}`;
    if (object === undefined) {
      violations.push(violation("CONTRACT", "NOT_FOUND", `${pointer}/objectId`));
      return;
    }
    const refused = refuseWrite(machine, object, "LCGA-02");
    if (refused !== undefined) {
      violations.push({ ...refused, pointer: `${pointer}/objectId` });
      return;
    }
    const name = `${object.establishmentId} ${objectType} ${externalId}`;
    const nameTaken = (bindingOfName?.objectId ?? named.get(name) ?? objectId) !== objectId;
    const objectTaken = (bindingOfObject?.externalId ?? objects.get(objectId) ?? externalId) !== externalId;
    if (nameTaken) violations.push(violation("CONTRACT", "EXTERNAL_ID_IN_USE", `${pointer}/externalId`));
    if (objectTaken)
      violations.push(violation("CONTRACT", "EXTERNAL_ID_IN_USE", `${pointer}/objectId`, { bound: "objectId" }));
    const repeated = bindingOfName !== undefined || named.has(name);
    named.set(name, objectId);
    objects.set(objectId, externalId);
    if (repeated) return;
    const { establishmentId, version } = object;
    bound.push({ establishmentId, objectType, externalId, objectId, bodyHash: null, vendorVersion: version });
  });
  return violations.length > 0 ? refuse(...violations) : accept(bound);
}
