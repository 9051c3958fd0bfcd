import { extendableFrom, sameOwner } from "../../domain/hold.ts";
import type { Hold, HoldOwner } from "../../domain/hold.ts";
import type { TimeZone } from "../../domain/time.ts";
import { utcText } from "../../http/time.ts";
import { timesOf } from "../appointments/wire.ts";
import type { CitizenHoldBody, HoldBody } from "./schema.ts";

export function citizenHoldBody(hold: Hold, zone: TimeZone): CitizenHoldBody {
  const { startAt, endAt, durationMinutes } = timesOf(hold, zone);
  return {
    holdId: hold.holdId,
    version: hold.version,
    slotId: hold.slotId,
    placeId: hold.placeId,
    ...{ startAt, endAt, durationMinutes },
    expiresAt: utcText(hold.expiresAt),
    extendableFrom: utcText(extendableFrom(hold)),
  };
}

export function holdBody(hold: Hold, zone: TimeZone, reader: HoldOwner): HoldBody {
  return {
    ...citizenHoldBody(hold, zone),
    professionalId: hold.professionalId,
    owner: { type: hold.owner.type, own: sameOwner(hold.owner, reader) },
    createdAt: utcText(hold.createdAt),
  };
}
