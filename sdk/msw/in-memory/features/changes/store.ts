import type * as real from "../../../../../api/src/features/changes/store.ts";
import type { Reader } from "../../../../../api/src/features/changes/reader.ts";
import { memoryOf, sortBy } from "../../../world.ts";

/** Nothing is pruned here: a unit test is not thirty days long. */
const prunedSeq = 0;
/** Nor is anything put back. */
const unmarked = { passedMark: null, scannedMark: null };

export const readChanges: typeof real.readChanges = async (tx, reader, after, limit) => {
  const memory = memoryOf(tx);
  const logs = after.filter(memory.owns).map(({ establishmentId, seq }) => {
    const log = memory.find("log", establishmentId) ?? [];
    const lastSeq = log.at(-1)?.seq ?? 0;
    const readableTo = Math.min(lastSeq, reader.readableTo[establishmentId] ?? lastSeq);
    const given = log
      .filter((change) => change.seq > seq && change.seq <= readableTo && maySee(reader, change))
      .slice(0, limit);
    return { head: { establishmentId, lastSeq, prunedSeq, readableTo, scannedTo: readableTo, ...unmarked }, given };
  });
  const byTurns = logs.flatMap(({ given }) => given.map((change, turn) => ({ change, turn })));
  return {
    heads: logs.map(({ head }) => head),
    changes: sortBy(
      byTurns,
      ({ turn }) => turn,
      ({ change }) => change.establishmentId,
    )
      .slice(0, limit)
      .map(({ change }) => change),
  };
};

function maySee({ objectTypes, placeIds, agendas, employeeId }: Reader, change: real.ChangeRow): boolean {
  if (objectTypes !== null && !objectTypes.includes(change.objectType)) return false;
  if (placeIds !== null && !placeIds.some((placeId) => change.placeIds.includes(placeId))) return false;
  if (agendas === null) return true;
  if (change.objectType === "employee") return change.objectId === employeeId;
  if (!["slot", "hold", "appointment"].includes(change.objectType)) return true;
  return agendas.some(
    ({ professionalId, placeId }) =>
      professionalId === change.professionalId && (placeId === null || placeId === change.placeIds[0]),
  );
}

export const listEnds: typeof real.listEnds = async (tx, { establishments, readableTo }) => {
  const heads = await listHeads(tx, establishments);
  return heads.map(({ establishmentId, lastSeq }) => {
    const seq = Math.min(lastSeq, readableTo[establishmentId] ?? lastSeq);
    return { establishmentId, seq, given: 0, mark: null };
  });
};

export const listHeads: typeof real.listHeads = async (tx, establishments) => {
  const memory = memoryOf(tx);
  return establishments.map((establishmentId) => ({
    establishmentId,
    lastSeq: memory.find("log", establishmentId)?.at(-1)?.seq ?? 0,
    prunedSeq,
  }));
};
