import type { Instant } from "../../clock.ts";
import { announce, lastVersionOf } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import { scopeOfObject } from "../../db/scope-of-object.ts";
import type { Deps } from "../../deps.ts";
import type { Employee, Machine, Operator } from "../../domain/actor.ts";
import { Refusal, refusal } from "../../domain/decision.ts";
import { decideThresholds, freshnessOf } from "../../domain/freshness.ts";
import { decideAnswerWithin } from "../../domain/inbox.ts";
import { decideImportUntil, decideLink } from "../../domain/machine.ts";
import { mayReadAt } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { readInstant, utcText } from "../../http/time.ts";
import { releaseLeft } from "../inbox/store.ts";
import { findMachine } from "../machines/store.ts";
import { findPlace, getPlace, lockPlace } from "../places/store.ts";
import { followEstablishment } from "../webhook-endpoints/store.ts";
import type { MachineLink, NewMachineLink } from "./schema.ts";
import { withdrawQuestions } from "../appointments/write-store.ts";
import { deleteMachineLink, findMachineLink, insertEndedLink, insertMachineLink, updateMachineLink } from "./store.ts";
import type { MachineLinkOfVendor, MachineLinkRow } from "./store.ts";
import { freshnessBody, utcTextOrNull } from "./wire.ts";

/** What the operator sets of a link. */
const settings = [
  "servicesManagedBy",
  "lateAfterMinutes",
  "staleAfterMinutes",
  "answerWithinMinutes",
  "importUntil",
] as const;

/**
 * LCGA-02, PLACE-08: from now on the machine acts at the place. A place has one machine at a time, an establishment
 * may have several at several places. SYNC-04, SYNC-05: after how long its agenda is late and stale. The same link again
 * changes nothing.
 */
export async function putMachineLink(
  deps: Deps,
  call: Call<Operator>,
  placeId: string,
  input: NewMachineLink,
): Promise<MachineLink> {
  const scope = await scopeOfObject(deps, call, (tx) => findPlace(tx, placeId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const { establishmentId } = await lockPlace(tx, placeId);
    const current = await findMachineLink(tx, placeId);
    if (call.ifMatch !== undefined && call.ifMatch !== current?.version)
      throw refusal("PRECONDITION_FAILED", "", { current: current === undefined ? null : linkOf(current, now) });
    const machine = await findMachine(tx, input.machineId);
    if (machine === undefined) throw refusal("NOT_FOUND", "/machineId");
    const link = decideLink(current, input, deps.config.mode);
    const [thresholds, answers] = [decideThresholds(current, input), decideAnswerWithin(current, input)];
    const importing = decideImportUntil(current, instantIn(input.importUntil), now);
    if (!link.ok || !thresholds.ok || !answers.ok || !importing.ok)
      throw new Refusal([link, thresholds, answers, importing].flatMap((each) => (each.ok ? [] : each.violations)));
    const wanted = { ...link.value, ...thresholds.value, ...answers.value, ...importing.value };
    const changed = settings.filter((name) => wanted[name] !== current?.[name]);
    if (current !== undefined && changed.length === 0) return linkOf(current, now);
    const row: MachineLinkOfVendor = {
      ...(current ?? { establishmentId, placeId, machineId: machine.machineId, linkedAt: now, confirmedAt: null }),
      vendorId: machine.vendorId,
      ...wanted,
      version: 1 + (current?.version ?? (await lastVersionOf(tx, objectOf({ establishmentId, placeId })))),
    };
    await (current === undefined ? insertMachineLink(tx, row) : updateMachineLink(tx, row));
    if (current === undefined) await followEstablishment(tx, row.machineId, establishmentId);
    const change = current === undefined ? changeOf(row, "created") : { ...changeOf(row, "updated"), changed };
    await announce(tx, now, [{ author: call.actor, change }]);
    return linkOf(row, now);
  });
}

export async function getMachineLink(
  deps: Deps,
  call: Call<Operator | Employee | Machine>,
  placeId: string,
): Promise<MachineLink> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const { establishmentId } = await getPlace(tx, placeId);
    const link = await findMachineLink(tx, placeId);
    if (link === undefined || !mayReadAt(call.actor, { establishmentId, placeIds: [placeId] }))
      throw refusal("NOT_FOUND");
    return linkOf(link, deps.clock.now());
  });
}

/**
 * SYNC-55, SYNC-56: what the machine pushed stays, with its identifiers; from now on only staff write there. What it was
 * asked and has not answered nobody answers any more. Its feed ends with this change, so it comes last.
 */
export async function removeMachineLink(deps: Deps, call: Call<Operator>, placeId: string): Promise<void> {
  const scope = await scopeOfObject(deps, call, (tx) => findPlace(tx, placeId));
  await withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    await lockPlace(tx, placeId);
    const link = await findMachineLink(tx, placeId);
    if (link === undefined) throw refusal("NOT_FOUND");
    if (call.ifMatch !== link.version) throw refusal("PRECONDITION_FAILED", "", { current: linkOf(link, now) });
    await deleteMachineLink(tx, link);
    await withdrawQuestions(tx, link);
    await releaseLeft(tx, link.machineId, link.establishmentId);
    const change = { ...changeOf({ ...link, version: link.version + 1 }, "deleted"), status: "ended" };
    await announce(tx, now, [{ author: call.actor, change }]);
    await insertEndedLink(tx, link);
  });
}

function instantIn(text: string | null | undefined): Instant | null | undefined {
  return typeof text === "string" ? readInstant(text) : text;
}

function changeOf(row: MachineLinkRow, operation: Change["operation"]): Change {
  return {
    ...objectOf(row),
    operation,
    version: row.version,
    placeIds: [row.placeId],
  };
}

function objectOf({ establishmentId, placeId }: Pick<MachineLinkRow, "establishmentId" | "placeId">) {
  return { establishmentId, objectType: "machineLink", objectId: placeId } as const;
}

function linkOf(link: MachineLinkOfVendor, now: Instant): MachineLink {
  const { placeId, version, machineId, vendorId, servicesManagedBy, lateAfterMinutes, staleAfterMinutes } = link;
  const { answerWithinMinutes, importUntil } = link;
  return {
    ...{ placeId, version, machineId, vendorId, servicesManagedBy },
    linkedAt: utcText(link.linkedAt),
    ...{ lateAfterMinutes, staleAfterMinutes, answerWithinMinutes },
    importUntil: utcTextOrNull(importUntil),
    confirmedAt: utcTextOrNull(link.confirmedAt),
    freshness: freshnessBody(freshnessOf(link, now)),
  };
}
