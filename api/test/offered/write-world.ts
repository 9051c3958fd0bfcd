import { refreshOpenings, writeOpenings } from "../../src/features/openings/store.ts";
import { putPersons } from "../../src/features/registry/actions.ts";
import { insertSlots } from "../../src/features/slots/store.ts";
import { positionOfPostalCode } from "../../src/postal-codes.ts";
import { insertAppointments } from "../agenda-rows.ts";
import { aLink, aMachine, anEstablishment, aPlace, aProfessional, aTeam, aWorkGroup } from "../factories.ts";
import type { TestHub } from "../harness.ts";
import type { World } from "./world.ts";

/** The postal code that every citizen gives. */
export const postalCode = "G1R 1R2";

/** Puts a world into a hub's empty database, and answers it with the identifiers that it has there. */
export async function writeWorld(hub: TestHub, world: World): Promise<World> {
  const ids = new Map<string, string>();
  const idOf = (kind: string, name: string) => {
    const id = ids.get(`${kind} ${name}`);
    if (id === undefined) throw new Error(`${kind} ${name} was not written`);
    return id;
  };
  for (const { establishmentId, gmfNumber } of world.establishments) {
    const made = await anEstablishment(hub, { isGmf: gmfNumber !== null, gmfNumber });
    ids.set(`establishment ${establishmentId}`, made.establishmentId);
  }
  const from = positionOfPostalCode(postalCode);
  if (from === null) throw new Error("the postal code is nowhere");
  for (const place of world.places) {
    const establishmentId = idOf("establishment", place.establishmentId);
    const made = await aPlace(
      hub,
      { establishmentId },
      {
        ...{
          timeZone: place.zone,
          endDate: place.endDate,
          displayMode: place.byRelationship ? "byRelationship" : "byClientele",
          maskGmf: place.maskGmf,
          maskGen: place.maskGen,
        },
        ...{ latitude: from.latitude + place.northKm / 111.195, longitude: from.longitude },
      },
    );
    ids.set(`place ${place.placeId}`, made.placeId);
    if (place.staleAt !== null) {
      const staleAfterMinutes = (place.staleAt - hub.clock.now()) / 60_000;
      await aLink(hub, await aMachine(hub), made, { lateAfterMinutes: 5, staleAfterMinutes });
    }
  }
  await writeFarPlaces(hub, idOf("establishment", "clinic"));
  for (const professional of world.professionals) {
    const establishmentId = idOf("establishment", professional.establishmentId);
    const at = professional.placeIds.map((placeId) => ({ establishmentId, placeId: idOf("place", placeId) }));
    const [first, ...others] = at;
    if (first === undefined) throw new Error("who works nowhere has no agenda");
    const { practiceNumber, departureDate, maxWeeks, capacity } = professional;
    const fields = { limitFutureBooking: maxWeeks !== null, maxWeeks };
    const made =
      practiceNumber === null
        ? await aTeam(hub, [first, ...others], capacity, fields)
        : await aProfessional(hub, [first, ...others], { ...fields, practiceNumber, departureDate });
    ids.set(`professional ${professional.professionalId}`, made.professionalId);
  }
  for (const { establishmentId, groups } of world.establishments) {
    const of = (names: readonly string[]) => names.map((name) => ({ professionalId: idOf("professional", name) }));
    for (const { members, team1, team2 } of groups)
      await aWorkGroup(
        hub,
        { establishmentId: idOf("establishment", establishmentId) },
        {
          ...{ members: of(members), relayTeam1: of(team1), relayTeam2: of(team2) },
        },
      );
  }
  for (const slot of world.slots) ids.set(`slot ${slot.slotId}`, hub.deps.ids.next("slt", hub.clock.now()));
  const written = renamed(world, idOf);
  await writeAgendas(hub, written);
  await writePeople(hub, written);
  return written;
}

/**
 * Nobody works there. Those near are then few among many: a long page of theirs is searched place by place, a short one
 * among the openings of everywhere (near-search.ts).
 */
async function writeFarPlaces(hub: TestHub, establishmentId: string): Promise<void> {
  for (let n = 0; n < 60; n++) await aPlace(hub, { establishmentId }, { latitude: 49.5, longitude: -66 - n / 100 });
}

function renamed(world: World, idOf: (kind: string, name: string) => string): World {
  const agenda = <T extends { professionalId: string; placeId: string }>(row: T): T => ({
    ...row,
    ...{ professionalId: idOf("professional", row.professionalId), placeId: idOf("place", row.placeId) },
  });
  const professionals = (names: readonly string[]) => names.map((name) => idOf("professional", name));
  return {
    ...world,
    establishments: world.establishments.map((each) => ({
      ...each,
      establishmentId: idOf("establishment", each.establishmentId),
      groups: each.groups.map(({ members, team1, team2 }) => ({
        ...{ members: professionals(members), team1: professionals(team1), team2: professionals(team2) },
      })),
    })),
    places: world.places.map((each) => ({
      ...each,
      ...{ establishmentId: idOf("establishment", each.establishmentId), placeId: idOf("place", each.placeId) },
    })),
    professionals: world.professionals.map((each) => ({
      ...each,
      establishmentId: idOf("establishment", each.establishmentId),
      professionalId: idOf("professional", each.professionalId),
      placeIds: each.placeIds.map((placeId) => idOf("place", placeId)),
    })),
    slots: world.slots.map((slot) => ({ ...agenda(slot), slotId: idOf("slot", slot.slotId) })),
    appointments: world.appointments.map(agenda),
    holds: world.holds.map(agenda),
  };
}

async function writeAgendas(hub: TestHub, world: World): Promise<void> {
  const now = hub.clock.now();
  const establishmentOf = (professionalId: string) =>
    world.professionals.find((each) => each.professionalId === professionalId)?.establishmentId ?? "";
  await hub.write(
    world.establishments.map(({ establishmentId }) => establishmentId),
    async (tx) => {
      const rows = world.slots.map((slot) => ({
        ...{ establishmentId: establishmentOf(slot.professionalId), slotId: slot.slotId },
        ...{ professionalId: slot.professionalId, placeId: slot.placeId, startAt: slot.startAt, endAt: slot.endAt },
        ...{ serviceIds: ["a service"], visibility: slot.visibility, openFrom: slot.openFrom, serviceType: slot.type },
        ...{ durationMinutes: slot.durationMinutes, consultationReasons: slot.reasons },
        ...{ version: 1, createdAt: now, updatedAt: now },
      }));
      await insertSlots(tx, rows);
      await writeOpenings(tx, rows, { replace: false });
      await insertAppointments(
        tx,
        world.appointments.map((each) => ({
          ...each,
          ...{ establishmentId: establishmentOf(each.professionalId), appointmentId: hub.deps.ids.next("apt", now) },
          ...{ status: "active" as const, attendance: "unconfirmed" as const },
        })),
      );
      for (const { professionalId, placeId, startAt, endAt, expiresAt } of world.holds)
        await tx.sql`
          INSERT INTO hold (establishment_id, hold_id, professional_id, place_id, slot_id, start_at, end_at, owner_type,
            owner_id, expires_at, version, created_at)
          VALUES (${establishmentOf(professionalId)}, ${hub.deps.ids.next("hld", now)}, ${professionalId}, ${placeId}, NULL,
            ${startAt}, ${endAt}, 'citizen', 'v1:somebody', ${expiresAt}, 1, ${now})`;
      const spans = [...world.appointments, ...world.holds].map(({ professionalId, startAt, endAt }) => ({
        ...{ establishmentId: establishmentOf(professionalId), professionalId, startAt, endAt },
      }));
      await refreshOpenings(tx, spans);
      for (const code of world.inactiveReasons)
        await tx.sql`INSERT INTO consultation_reason_state (code, active, version, changed_at) VALUES (${code}, false, 2, ${now})`;
    },
  );
}

async function writePeople(hub: TestHub, world: World): Promise<void> {
  const persons = world.citizens.map(({ nam, birthDate, registration }) => ({
    ...{ nam, birthDate, firstName: "Alice", lastName: "Citoyenne", sex: "F" as const, eligible: true },
    ...(registration === null ? {} : { registration }),
  }));
  await putPersons(hub.deps, { persons });
  await hub.write([], async (tx) => {
    for (const { citizen, placeId, startAt } of world.appointments) {
      if (citizen === null) continue;
      const zone = world.places.find((place) => place.placeId === placeId)?.zone ?? "America/Toronto";
      const namIndex = hub.deps.secrets.namIndex(world.citizens[citizen]?.nam ?? "");
      await tx.sql`
        INSERT INTO citizen_day (nam_index, local_date, appointments)
        VALUES (${namIndex}, (${new Date(startAt).toISOString()}::timestamptz AT TIME ZONE ${zone})::date, 1)
        ON CONFLICT (nam_index, local_date) DO UPDATE SET appointments = citizen_day.appointments + 1`;
    }
  });
}
