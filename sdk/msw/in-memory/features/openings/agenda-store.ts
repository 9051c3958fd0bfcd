import { placePosition } from "../../../../../api/src/domain/place.ts";
import type * as real from "../../../../../api/src/features/openings/agenda-store.ts";
import { linkTimesOf } from "../../../../../api/src/features/machine-links/store.ts";
import { positionOfPostalCode } from "../../../../../api/src/postal-codes.ts";
import { linkColumnsOf } from "../../../offer.ts";
import { memoryOf, sortBy } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";

export const listAgendas: typeof real.listAgendas = async (tx, selection) => {
  const memory = memoryOf(tx);
  const rows = memory
    .rows("professional")
    .filter((professional) => memory.sees(professional, "citizen", "operator"))
    .flatMap((professional) =>
      professional.placeIds
        .filter((placeId) => isSelected(memory, selection, professional, placeId))
        .map((placeId) => agendaOf(memory, professional, placeId)),
    );
  return sortBy(
    rows,
    ({ professionalId }) => professionalId,
    ({ placeId }) => placeId,
  );
};

type Professional = ReturnType<MemoryTx["rows"]>[number] & { professionalId: string };

function isSelected(
  memory: MemoryTx,
  selection: real.AgendaSelection,
  professional: { establishmentId: string; professionalId: string; practiceNumber: string | null },
  placeId: string,
): boolean {
  const { establishmentId, professionalId, practiceNumber } = professional;
  switch (selection.by) {
    case "practiceNumber":
      return practiceNumber === selection.practiceNumber;
    case "professional":
      return selection.professionalIds.includes(professionalId);
    case "gmf":
      return memory.find("establishment", establishmentId)?.gmfNumber === selection.gmfNumber;
    case "place":
      return selection.placeIds.includes(placeId);
    case "agenda":
      return selection.agendas.some((agenda) => agenda.professionalId === professionalId && agenda.placeId === placeId);
  }
}

function agendaOf(
  memory: MemoryTx,
  professional: Extract<Professional, { displayName: string }>,
  placeId: string,
): real.AgendaRow {
  const place = memory.find("place", placeId);
  const establishment = memory.find("establishment", professional.establishmentId);
  if (place === undefined || establishment === undefined) throw new Error("a professional works at a place");
  const link = linkColumnsOf(memory, placeId);
  return {
    establishmentId: professional.establishmentId,
    professionalId: professional.professionalId,
    professionalName: professional.displayName,
    profession: professional.profession,
    practiceNumber: professional.practiceNumber,
    departureDate: professional.departureDate,
    maxWeeks: professional.maxWeeks,
    gmfNumber: establishment.gmfNumber,
    placeId,
    worksHere: true,
    placeName: place.name,
    placeEndDate: place.endDate,
    timeZone: place.timeZone,
    displayMode: place.displayMode,
    maskGmf: place.maskGmf,
    maskGen: place.maskGen,
    latitude: place.latitude,
    longitude: place.longitude,
    postalCode: place.postalCode,
    ...link,
    position: placePosition(place, positionOfPostalCode),
    link: linkTimesOf(link),
  };
}
