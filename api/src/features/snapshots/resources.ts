import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import { mayRead } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { recordAccess } from "../access/store.ts";
import { storedBody } from "../appointments/reading.ts";
import { readAppointmentsById } from "../appointments/store.ts";
import { listProfessionalsById } from "../professionals/store.ts";
import { listServicesById } from "../services/store.ts";
import { serviceOf } from "../services/wire.ts";
import { slotAnswers } from "../slots/answer.ts";
import { listSlotsById } from "../slots/store.ts";
import { resourceTypes } from "./schema.ts";
import type { Resource, ResourceType } from "./schema.ts";

/** What a machine's token must hold to be shown objects of these kinds, wherever they are shown. */
const scopeOfType = { service: "services.read", slot: "slots.read", appointment: "appointments.read" } as const;

export function needScopes(actor: ClinicActor, types: readonly ResourceType[]): void {
  if (actor.kind !== "machine") return;
  for (const type of types)
    if (!actor.scopes.includes(scopeOfType[type]))
      throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: scopeOfType[type] })]);
}

/**
 * The objects that changes name, by id, as their own GET shows them to this caller now. One that is gone, or that the
 * caller may no longer read, is not there. Whoever is shown an appointment is recorded, under `purpose`.
 */
export async function readResources(
  deps: Deps,
  tx: ScopedTx,
  call: Call<ClinicActor> & { purpose: string },
  named: readonly { objectType: string; objectId: string }[],
): Promise<Map<string, Resource>> {
  const ids = Object.fromEntries(
    resourceTypes.map((type) => {
      const ofType = named.filter(({ objectType }) => objectType === type);
      return [type, [...new Set(ofType.map(({ objectId }) => objectId))]];
    }),
  );
  const { actor } = call;
  const vendorId = actor.kind === "machine" ? actor.vendorId : null;
  const [services, slots, appointments] = await Promise.all([
    listServicesById(tx, ids["service"] ?? []),
    listSlotsById(tx, ids["slot"] ?? []),
    readAppointmentsById(tx, ids["appointment"] ?? [], vendorId),
  ]);
  const professionals = await listProfessionalsById(
    tx,
    [...services, ...slots].map(({ professionalId }) => professionalId),
  );
  const workPlaces = new Map(professionals.map(({ professionalId, placeIds }) => [professionalId, placeIds]));
  const isShown = (agenda: { establishmentId: string; professionalId: string; placeId: string | null }) =>
    mayRead(actor, { ...agenda, professionalPlaceIds: workPlaces.get(agenda.professionalId) ?? [] });
  const shown = appointments.filter((row) => mayRead(actor, row));
  await recordAccess(deps, tx, call, shown);
  const ownSlots = await slotAnswers(tx, actor, slots.filter(isShown));
  return new Map<string, Resource>([
    ...services
      .filter((row) => isShown({ ...row, placeId: null }))
      .map((row) => [row.serviceId, serviceOf(row)] as const),
    ...ownSlots.map((slot) => [slot.slotId, slot] as const),
    ...shown.map((row) => [row.appointmentId, storedBody(deps, call, row)] as const),
  ]);
}
