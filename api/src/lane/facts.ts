import type { Instant } from "../clock.ts";
import type { ScopedTx } from "../db/scope.ts";
import type { Binding } from "../domain/binding.ts";
import {
  listBookingEstablishments,
  listBookingPlaces,
  listPlacedSlotsById,
  listPlacedSlotsIn,
} from "../features/appointments/agenda-store.ts";
import type { CitizenDay } from "../features/appointments/store.ts";
import { listAppointmentsById, listAppointmentsIn, listCitizenDays } from "../features/appointments/store.ts";
import { bindingsOfObjects, findBindings } from "../features/bindings/store.ts";
import { listInactiveReasons } from "../features/consultation-reasons/store.ts";
import { countHoldsOf, listHoldsById, listHoldsIn } from "../features/holds/store.ts";
import { listProfessionalsById } from "../features/professionals/store.ts";
import { createBook } from "./book.ts";
import type { Book, Facts } from "./book.ts";
import { noReach } from "./reach.ts";
import type { Reach, Targets, VendorName } from "./reach.ts";

/**
 * Everything that the commands of a batch decide upon, in one burst of statements: none depends on another, so they
 * travel together and cost one round trip however many commands there are.
 */
export async function loadFacts(
  tx: ScopedTx,
  targets: Required<Targets>,
  reach: Reach,
  vendorIds: readonly string[],
  now: Instant,
): Promise<Facts> {
  const establishmentIds = unique(reach.spans.map(({ establishmentId }) => establishmentId));
  const professionalIds = unique([...targets.professionalIds, ...reach.spans.map((span) => span.professionalId)]);
  const appointmentIds = unique([...targets.appointmentIds, ...reach.appointmentIds]);
  const days = unique(reach.citizenDays.map(dayText)).map(dayOf);
  const [
    establishments,
    places,
    inactiveReasons,
    professionals,
    namedSlots,
    slots,
    namedAppointments,
    appointments,
    namedHolds,
    holds,
    holdCounts,
    counted,
    ...bindings
  ] = await Promise.all([
    listBookingEstablishments(tx, establishmentIds),
    listBookingPlaces(tx, establishmentIds),
    listInactiveReasons(tx),
    listProfessionalsById(tx, professionalIds),
    listPlacedSlotsById(tx, unique(targets.slotIds)),
    listPlacedSlotsIn(tx, reach.spans),
    listAppointmentsById(tx, appointmentIds),
    listAppointmentsIn(tx, reach.spans),
    listHoldsById(tx, unique(targets.holdIds)),
    listHoldsIn(tx, reach.spans, now),
    countHoldsOf(tx, uniqueOwners(reach.owners), now),
    listCitizenDays(tx, days),
    ...vendorIds.map((vendorId) => bindingsOfVendor(tx, vendorId, targets.names, appointmentIds)),
  ]);
  return {
    establishments,
    places,
    inactiveReasons,
    professionals,
    slots: [...namedSlots, ...slots],
    appointments: [...namedAppointments, ...appointments],
    holds: [...namedHolds, ...holds],
    holdCounts,
    citizenDays: [...days.map((day) => ({ ...day, appointments: 0 })), ...counted],
    bindings: bindings.flat(),
  };
}

/**
 * The agenda around an instant, to be looked at only: read as a command would read it, without its locks. Nothing that is
 * applied to it is ever written.
 */
export async function openBook(
  tx: ScopedTx,
  { slotIds = [], professionalIds = [] }: Targets,
  reach: Partial<Reach>,
  now: Instant,
): Promise<Book> {
  const targets = { professionalIds, slotIds, appointmentIds: [], holdIds: [], names: [] };
  return createBook(await loadFacts(tx, targets, { ...noReach, ...reach }, [], now), now);
}

async function bindingsOfVendor(
  tx: ScopedTx,
  vendorId: string,
  names: readonly VendorName[],
  appointmentIds: readonly string[],
): Promise<(Binding & { vendorId: string })[]> {
  const [named, ofObjects] = await Promise.all([
    findBindings(
      tx,
      vendorId,
      "appointment",
      names.filter((name) => name.vendorId === vendorId),
    ),
    bindingsOfObjects(tx, vendorId, "appointment", appointmentIds),
  ]);
  return [...named.values(), ...ofObjects.values()].map((binding) => ({ ...binding, vendorId }));
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function uniqueOwners(owners: Reach["owners"]): Reach["owners"][number][] {
  return [...new Map(owners.map((owner) => [`${owner.type} ${owner.id}`, owner])).values()];
}

function dayText({ namIndex, localDate }: CitizenDay): string {
  return `${localDate} ${namIndex}`;
}

function dayOf(text: string): CitizenDay {
  return { localDate: text.slice(0, 10), namIndex: text.slice(11) };
}
