import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { agendaDayNames, lockNames } from "../../db/locks.ts";
import { scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Machine } from "../../domain/actor.ts";
import { decideAdoption } from "../../domain/adoption.ts";
import type { AdoptionFacts, AdoptionLine } from "../../domain/adoption.ts";
import type { BindingObject } from "../../domain/binding.ts";
import { Refusal, settle, violation } from "../../domain/decision.ts";
import { accepted } from "../../domain/inbox.ts";
import type { Appointment } from "../../domain/appointment.ts";
import type { Call } from "../../http/call.ts";
import { listAppointmentsById } from "../appointments/store.ts";
import { bindingKey, bindingLockNames, bindingsOfObjects, findBindings, putBindings } from "../bindings/store.ts";
import { settleAnswers } from "../inbox/settle.ts";
import type { Adoption, NewAdoption } from "./schema.ts";
import { findAdoptables } from "./store.ts";

/**
 * Binds objects that are there already to the vendor's own identifiers, so that linking a clinic duplicates nothing.
 *
 * Nothing is announced of a binding, which is the vendor's own note. The object stays as it is, with its version, and no
 * other reader could tell a difference; this reader knows what it has just asked for. SYNC-48: but an appointment that was
 * asked about is accepted thereby, and that is told.
 */
export async function createAdoption(
  deps: Deps,
  call: Call<Machine>,
  { establishmentId, bindings }: NewAdoption,
): Promise<Settled<Adoption>> {
  const { actor, once } = call;
  if (bindings.some(({ objectType }) => objectType === "appointment") && !actor.scopes.includes("appointments.write"))
    throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: "appointments.write" })]);
  return withScopeOnce(deps, scopeOf(call), once, async (tx) => {
    const { facts, lockedDays } = await loadFacts(tx, actor, bindings, establishmentId);
    const bound = settle(decideAdoption(actor, facts));
    await putBindings(tx, actor.vendorId, bound);
    await acceptAdopted(deps, tx, actor, { bindings, lockedDays });
    return { bound: bound.length, unchanged: bindings.length - bound.length };
  });
}

async function loadFacts(
  tx: ScopedTx,
  { vendorId }: Machine,
  lines: readonly AdoptionLine[],
  onlyIn: string | undefined,
): Promise<{ facts: AdoptionFacts[]; lockedDays: string[] }> {
  const idsOf = (objectType: BindingObject) =>
    lines.filter((line) => line.objectType === objectType).map(({ objectId }) => objectId);
  const found = await findAdoptables(tx, { slots: idsOf("slot"), appointments: idsOf("appointment") });
  const objectOf = ({ objectId }: AdoptionLine) => {
    const object = found.get(objectId);
    return onlyIn === undefined || object?.establishmentId === onlyIn ? object : undefined;
  };
  const namesOf = (objectType: BindingObject) =>
    lines.flatMap((line) => {
      const object = line.objectType === objectType ? objectOf(line) : undefined;
      return object === undefined ? [] : [{ establishmentId: object.establishmentId, externalId: line.externalId }];
    });
  const names = { slot: namesOf("slot"), appointment: namesOf("appointment") };
  const adopted = await listAppointmentsById(tx, idsOf("appointment"));
  const lockedDays = agendaDayNames(adopted.filter(waits));
  // A push under one of these names waits, and then finds it bound; so does whoever writes what is accepted thereby.
  await lockNames(tx, [
    ...lockedDays,
    ...bindingLockNames(vendorId, "slot", names.slot),
    ...bindingLockNames(vendorId, "appointment", names.appointment),
  ]);
  const byName = {
    slot: await findBindings(tx, vendorId, "slot", names.slot),
    appointment: await findBindings(tx, vendorId, "appointment", names.appointment),
  };
  const byObject = {
    slot: await bindingsOfObjects(tx, vendorId, "slot", idsOf("slot")),
    appointment: await bindingsOfObjects(tx, vendorId, "appointment", idsOf("appointment")),
  };
  const facts = lines.map((line) => {
    const object = objectOf(line);
    const { objectType, objectId, externalId } = line;
    return {
      line,
      object,
      bindingOfName:
        object && byName[objectType].get(bindingKey({ establishmentId: object.establishmentId, externalId })),
      bindingOfObject: byObject[objectType].get(objectId),
    };
  });
  return { facts, lockedDays };
}

/** SYNC-48. What has been moved meanwhile, out of the days that are locked, was asked about anew. */
async function acceptAdopted(
  deps: Deps,
  tx: ScopedTx,
  actor: Machine,
  { bindings, lockedDays }: { bindings: readonly AdoptionLine[]; lockedDays: readonly string[] },
): Promise<void> {
  if (lockedDays.length === 0) return;
  const now = deps.clock.now();
  const adopted = await listAppointmentsById(
    tx,
    bindings.map(({ objectId }) => objectId),
  );
  const answered = adopted.filter(
    (each) => waits(each) && agendaDayNames([each]).every((day) => lockedDays.includes(day)),
  );
  await settleAnswers(
    tx,
    now,
    actor,
    answered.map((before) => ({ before, agenda: accepted(before.agenda, now) })),
  );
}

function waits({ agenda }: Appointment): boolean {
  return agenda !== null && agenda.status !== "accepted";
}
