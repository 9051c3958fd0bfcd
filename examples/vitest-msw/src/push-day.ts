import { isArrimageProblem } from "@arrimage/sdk";
import type { Client } from "@arrimage/sdk";

/** A vendor's code, as there is in every agenda software: a day is sent to the hub, and the desk books in it. */

export interface OwnSlot {
  id: string;
  startAt: string;
  endAt: string;
}

export interface Agenda {
  professionalId: string;
  placeId: string;
  serviceIds: string[];
}

export interface Sent {
  kept: string[];
  refused: { id: string; code: string; field: string }[];
}

/** Sends a day's slots. Sending them again does no harm; a refused one stops no other. */
export async function pushDay(hub: Client, agenda: Agenda, slots: readonly OwnSlot[]): Promise<Sent> {
  const sent: Sent = { kept: [], refused: [] };
  for (const { id, startAt, endAt } of slots) {
    const body = { ...agenda, visibility: "public" as const, startAt, endAt };
    try {
      await hub.slots.upsertByExternalId({ externalId: id, body });
      sent.kept.push(id);
    } catch (error) {
      if (!isArrimageProblem(error)) throw error;
      sent.refused.push({ id, code: error.code, field: error.violations[0]?.pointer ?? "" });
    }
  }
  return sent;
}

/** What the person at the desk sees of a citizen who wanted an opening that somebody else has taken meanwhile. */
export async function holdForCitizen(citizen: Client, slotId: string, startAt: string): Promise<string> {
  try {
    const { expiresAt } = await citizen.citizenHolds.create({ body: { slotId, startAt } });
    return `held until ${expiresAt}`;
  } catch (error) {
    if (!isArrimageProblem(error, "OPENING_NOT_AVAILABLE")) throw error;
    return `gone; ${String(error.alternatives.length)} others`;
  }
}
