/** What the hub says now of the objects that a page of the log names. */
import { isArrimageProblem } from "../is-problem.ts";
import type { HubSchemas } from "../generated/hub.ts";
import type { Content } from "./fields.ts";
import type { Incoming } from "./integrate.ts";
import type { Base } from "./notes.ts";
import type { SyncClient, SyncedType } from "./types.ts";

type Change = HubSchemas["ListedChange"];

export function isSynced<C extends { objectType: string }>(change: C): change is C & { objectType: SyncedType } {
  return change.objectType === "slot" || change.objectType === "appointment";
}

/** An object as the hub shows it. */
export function incomingOf(objectType: SyncedType, object: Content, at: number): Incoming {
  const isCancelled = object["status"] === "cancelled";
  const { version, externalId } = object;
  return {
    objectType,
    objectId: String(object[objectType === "slot" ? "slotId" : "appointmentId"]),
    externalId: typeof externalId === "string" ? externalId : null,
    version: Number(version),
    object: isCancelled ? null : object,
    cancelled: isCancelled ? object : null,
    at,
    ownVersions: [],
    toldVersion: Infinity,
  };
}

/** What is not there any more, or out of sight; no version is known of it. */
function goneFrom({ objectType, objectId, id }: Pick<Base, "objectType" | "objectId" | "id">): Incoming {
  const gone = { version: 0, object: null, cancelled: null };
  return { objectType, objectId, externalId: id, at: 0, ownVersions: [], toldVersion: Infinity, ...gone };
}

/** Objects that the engine knows, as they are now. */
export async function readAgain(
  client: SyncClient,
  known: readonly Pick<Base, "objectType" | "objectId" | "id">[],
  signal: AbortSignal | undefined,
): Promise<Incoming[]> {
  const read: Incoming[] = [];
  for (const each of known) {
    const { objectType, objectId } = each;
    try {
      const object =
        objectType === "slot"
          ? await client.slots.get({ slotId: objectId }, { signal })
          : await client.appointments.get({ appointmentId: objectId }, { signal });
      read.push(incomingOf(objectType, object, 0));
    } catch (error) {
      if (!isArrimageProblem(error, "NOT_FOUND")) throw error;
      read.push(goneFrom(each));
    }
  }
  return read;
}

/** What a page of the log tells of one object. */
export interface Told {
  objectType: SyncedType;
  objectId: string;
  last: Change;
  /** When others last changed it; when it was last changed, if nobody else did. */
  at: string;
  ownVersions: number[];
}

/** In the order in which the objects first appear. */
export function byObject(changes: readonly Change[]): Told[] {
  const objects = new Map<string, Told>();
  for (const change of changes) {
    if (!isSynced(change)) continue;
    const { objectType, objectId, version, at, origin } = change;
    const told = objects.get(objectId) ?? { objectType, objectId, last: change, at, ownVersions: [] };
    objects.set(objectId, told);
    // Told again under its version when something beside it changed, another appointment at its time.
    const isNew = told.last === change || told.last.version < version;
    told.last = change;
    if (!origin.own) told.at = at;
    else if (isNew) told.ownVersions.push(version);
  }
  return [...objects.values()];
}

/** What the log tells of one object, with the object itself. */
export function incomingFrom({ objectType, objectId, last, ownVersions, ...rest }: Told): Incoming {
  const { externalId, resource: object = null } = last;
  const at = Date.parse(rest.at);
  const told = { ownVersions, toldVersion: last.version };
  if (object === null)
    return { objectType, objectId, externalId, version: last.version, object, cancelled: null, at, ...told };
  const shown = incomingOf(objectType, object, at);
  return { ...shown, externalId: shown.externalId ?? externalId, ...told };
}
