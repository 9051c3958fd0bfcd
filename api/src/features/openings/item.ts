import { distanceKm } from "../../domain/geography.ts";
import type { Nearby } from "../../domain/perimeter.ts";
import { onlineReasons } from "../../domain/reason.ts";
import { minuteMs, zonedText } from "../../domain/time.ts";
import type { CitizenView } from "../../domain/visibility.ts";
import type { AgendaRow } from "./agenda-store.ts";
import type { ClinicOpening, OfferedOpening } from "./schema.ts";
import type { FreeOpening } from "./search-store.ts";

type Shown = Omit<FreeOpening, "professionalId" | "placeId" | "consultationReasons"> & {
  consultationReasons: readonly string[];
};
type Named = Pick<AgendaRow, "professionalId" | "professionalName" | "placeId" | "placeName" | "timeZone" | "position">;

/**
 * An opening as a citizen reads it, or a nurse for them. PLACE-27: nobody's identity when the cascade is masked. REASON-02,
 * REASON-11: reasons that are open to who asks, and active, only.
 */
export function openingItem(
  opening: Shown,
  agenda: Named,
  { asker, masked, inactiveReasons }: Pick<CitizenView, "asker" | "masked" | "inactiveReasons">,
  nearby: Nearby | null,
): OfferedOpening {
  const item = clinicItem(opening, agenda);
  return {
    ...item,
    professionalId: masked ? null : agenda.professionalId,
    professionalName: masked ? null : agenda.professionalName,
    consultationReasons: onlineReasons(item.consultationReasons, inactiveReasons, asker),
    distanceKm: distanceFrom(nearby, agenda),
  };
}

/** To a hundred metres; a postal code's own place is known no better. */
function distanceFrom(nearby: Nearby | null, { position }: Pick<AgendaRow, "position">): number | null {
  return nearby === null || position === null ? null : Math.round(distanceKm(nearby.around, position) * 10) / 10;
}

/** An opening as the clinic reads it. */
export function clinicItem(opening: Shown, agenda: Omit<Named, "position">): ClinicOpening {
  return {
    slotId: opening.slotId,
    professionalId: agenda.professionalId,
    professionalName: agenda.professionalName,
    placeId: agenda.placeId,
    placeName: agenda.placeName,
    startAt: zonedText(opening.startAt, agenda.timeZone),
    endAt: zonedText(opening.endAt, agenda.timeZone),
    durationMinutes: (opening.endAt - opening.startAt) / minuteMs,
    serviceType: opening.serviceType,
    // Only what the domain's types allow is written to the column.
    consultationReasons: [...opening.consultationReasons] as ClinicOpening["consultationReasons"],
  };
}
