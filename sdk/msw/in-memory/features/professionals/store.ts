import type { ScopedTx } from "../../../../../api/src/db/scope.ts";
import { refusal } from "../../../../../api/src/domain/decision.ts";
import { overlaps } from "../../../../../api/src/domain/time.ts";
import type * as real from "../../../../../api/src/features/professionals/store.ts";
import { isReadable } from "../../../agenda.ts";
import { memoryOf, sortBy } from "../../../world.ts";
import type { MemoryTx } from "../../../world.ts";

function seen(tx: ScopedTx): real.ProfessionalFacts[] {
  const memory = memoryOf(tx);
  return sortBy(
    memory.rows("professional").filter((row) => memory.sees(row, "citizen", "operator")),
    ({ professionalId }) => professionalId,
  );
}

export const listProfessionalsById: typeof real.listProfessionalsById = async (tx, professionalIds) =>
  seen(tx).filter(({ professionalId }) => professionalIds.includes(professionalId));

export const findProfessional: typeof real.findProfessional = async (tx, professionalId) =>
  (await listProfessionalsById(tx, [professionalId]))[0];

export const getProfessional: typeof real.getProfessional = async (tx, professionalId) => {
  const row = await findProfessional(tx, professionalId);
  if (row === undefined) throw refusal("NOT_FOUND");
  return row;
};

export const lockProfessional: typeof real.lockProfessional = getProfessional;

export const listProfessionsOf: typeof real.listProfessionsOf = async (tx, establishmentId) => {
  const found = seen(tx).filter((row) => row.establishmentId === establishmentId);
  return [...new Set(found.map(({ profession }) => profession))].sort();
};

export const listProfessionals: typeof real.listProfessionals = async (tx, filter, after, limit) => {
  const memory = memoryOf(tx);
  const { establishmentId, practiceNumber, professionalIds, placeIds, readable, today, name, busyIn } = filter;
  return seen(tx)
    .filter((row) => row.professionalId > after)
    .filter((row) => establishmentId === undefined || row.establishmentId === establishmentId)
    .filter((row) => practiceNumber === undefined || row.practiceNumber === practiceNumber)
    .filter((row) => professionalIds === undefined || professionalIds.includes(row.professionalId))
    .filter((row) => name === undefined || plain(row.displayName).includes(plain(name)))
    .filter((row) => isSomewhere(row, busyIn === undefined ? [] : busyPlaces(memory, row, busyIn), placeIds, readable))
    .filter((row) => {
      const zone = memory.find("place", [...row.placeIds].sort()[0] ?? "")?.timeZone ?? "America/Toronto";
      return row.departureDate === null || row.departureDate >= (today[zone] ?? "");
    })
    .slice(0, limit);
};

/** As `plain` in SQL. */
function plain(text: string): string {
  const letters = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return letters
    .replace(/[-‐‑–''’]/g, " ")
    .replace(/œ/gi, "oe")
    .toLowerCase();
}

/** EMP-16: where somebody has a slot or an appointment in this time. */
function busyPlaces(
  memory: MemoryTx,
  { professionalId }: real.ProfessionalFacts,
  time: { startAt: number; endAt: number },
): string[] {
  const appointments = memory.rows("appointment").filter(({ status }) => status === "active");
  return [...memory.rows("slot"), ...appointments]
    .filter((row) => row.professionalId === professionalId && overlaps(row, time))
    .flatMap(({ placeId }) => placeId ?? []);
}

function isSomewhere(
  row: real.ProfessionalFacts,
  busyAt: readonly string[],
  placeIds: readonly string[] | undefined,
  readable: real.ProfessionalFilter["readable"],
): boolean {
  const theirs = readable === undefined || readable.everything || readable.professionalIds.includes(row.professionalId);
  if (placeIds === undefined && theirs) return true;
  return [...row.placeIds, ...busyAt].some(
    (placeId) =>
      (placeIds === undefined || placeIds.includes(placeId)) &&
      (theirs || isReadable(readable, { professionalId: row.professionalId, placeId })),
  );
}

export const findProfessionalOfEmployee: typeof real.findProfessionalOfEmployee = async (tx, employeeId) => {
  const memory = memoryOf(tx);
  const record = memory.find("employee", employeeId);
  if (record === undefined || !memory.sees(record, "operator")) return undefined;
  const professional = seen(tx).find((row) => row.employeeId === employeeId);
  return { establishmentId: record.establishmentId, professionalId: professional?.professionalId ?? null };
};

export const withRecord: typeof real.withRecord = async (tx, professionals) => {
  const memory = memoryOf(tx);
  return professionals.filter(
    ({ employeeId }) => employeeId === null || memory.find("employee", employeeId) !== undefined,
  );
};

export const hasRecord: typeof real.hasRecord = async (tx, professional) =>
  (await withRecord(tx, [professional])).length > 0;
