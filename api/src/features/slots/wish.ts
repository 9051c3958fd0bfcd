import type { SlotWish } from "../../domain/slot.ts";
import { readInstant } from "../../http/time.ts";
import type { NewSlot } from "./schema.ts";

/** What a body says of a slot, in the domain's terms. */
export function wishOf(body: Omit<NewSlot, "professionalId">): SlotWish {
  const { startAt, endAt, placeId, serviceIds, serviceGroupIds, visibility, openFrom } = body;
  return {
    startAt: readInstant(startAt),
    endAt: endAt === undefined ? undefined : readInstant(endAt),
    ...{ placeId, serviceIds, serviceGroupIds, visibility, openFrom: readOpenFrom(openFrom) },
  };
}

/** SLOT-25: a date alone stays a text, which the domain refuses. */
export function readOpenFrom(openFrom: string | null | undefined): number | string | null | undefined {
  return typeof openFrom === "string" && openFrom.includes("T") ? readInstant(openFrom) : openFrom;
}
