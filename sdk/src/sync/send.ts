/** From the outbox to the hub. */
import { isArrimageProblem } from "../is-problem.ts";
import type { ArrimageProblem } from "../problems.ts";
import type { Context, Work } from "./context.ts";
import { placesOf } from "./context.ts";
import type { Content } from "./fields.ts";
import { differing, overlay, pickGroups } from "./fields.ts";
import type { Incoming } from "./integrate.ts";
import { completed } from "./integrate.ts";
import type { Base, Operation } from "./notes.ts";
import { refOf } from "./notes.ts";
import { enqueue } from "./outbox.ts";
import { takeRead } from "./put-back.ts";
import { callsOf, incomingOf, unlessGone, wasRemoved } from "./read.ts";
import type { SyncedType, SyncEvent } from "./types.ts";

interface Done {
  outcome: Extract<SyncEvent, { type: "pushed" }>["outcome"];
  objectId?: string;
  version?: number;
  /** As the hub has it now. */
  object?: Content;
}

/** Others have written since it was made; whether an earlier attempt was done, the log knows. */
const unclear = new Error("stale");

interface Taken {
  operation: Operation;
  base: Base | undefined;
}

/** On their way at once: enough for the hub to settle them together. */
const atOnce = 8;
const mostTries = 5;

/**
 * Sends what waits, of each object the first.
 *
 * @returns true when something has left: the log tells of it, and of what others have written meanwhile, and has to be
 *   followed before the rest
 * @throws what kept the hub from being reached
 */
export async function flush<Tx>(context: Context<Tx>): Promise<boolean> {
  const seen = new Set<string>();
  const open: Operation[] = [];
  for (const operation of await context.transaction(({ notes }) => notes.outbox())) {
    const ref = refOf(operation);
    if (!seen.has(ref) && !operation.refused) open.push(operation);
    seen.add(ref);
  }
  for (let at = 0; at < open.length; at += atOnce) await sendSome(context, open.slice(at, at + atOnce));
  return open.length > 0;
}

async function sendSome<Tx>(context: Context<Tx>, some: readonly Operation[]): Promise<void> {
  // As they are by now, and noted as sent before they are.
  const taken = await context.transaction(async ({ notes }) => {
    const left: Taken[] = [];
    for (const each of some) {
      const [operation] = await notes.waiting(each);
      if (!operation) continue;
      left.push({ operation, base: await notes.baseOf(operation) });
      await notes.setOperation({ ...operation, doubtful: true });
    }
    return left;
  });
  const answers = await Promise.all(
    taken.map((each) =>
      send(context, each).then(
        (done) => ({ each, done }),
        (error: unknown) => ({ each, error }),
      ),
    ),
  );
  const met: Incoming[] = [];
  const unreached = await context.transaction(async (work) => {
    const errors: unknown[] = [];
    for (const answer of answers)
      if ("done" in answer) await noteDone(work, answer.each, answer.done);
      else if (await noteFailure(context, work, answer.each.operation, answer.error, met)) errors.push(answer.error);
    return errors;
  });
  // Apart from the answers, which are noted even when the agenda does not take one of these.
  await takeRead(context, met);
  if (unreached.length > 0) throw unreached[0];
}

async function noteDone<Tx>(
  work: Work<Tx>,
  { operation, base }: Taken,
  { outcome, objectId = base?.objectId, version = base?.version ?? 1, object = {} }: Done,
): Promise<void> {
  const { objectType, id, kind } = operation;
  const { notes } = work;
  if (kind === "name" && base) await notes.setBase({ ...base, bound: true });
  // A removal of what the hub does not have leaves nothing to note.
  if (kind === "name" || objectId === undefined) await notes.dropOperation(operation);
  else await completed(work, operation, { objectId, version, object });
  work.report({ type: "pushed", objectType, id, outcome });
}

/** True when the hub was not reached: it has to wait, and so has the rest. */
async function noteFailure<Tx>(
  context: Context<Tx>,
  work: Work<Tx>,
  operation: Operation,
  error: unknown,
  met: Incoming[],
): Promise<boolean> {
  const { objectType, id, baseVersion } = operation;
  const { notes, report } = work;
  // Of what is no refusal of the hub there is none of these.
  const { code = "INVALID_REQUEST", status, problem, retryable } = Object(error) as Partial<ArrimageProblem>;
  const isOver = code === "PRECONDITION_FAILED";
  // What others have cancelled or deleted a moment ago, the log tells of.
  const isGone = code === "NOT_FOUND" || (code === "APPOINTMENT_CANCELLED" && baseVersion !== null);
  const stale = error === unclear || isOver || isGone;
  // Something in between answered, or an answer was cut off.
  const foreign = code === "UNEXPECTED_ANSWER";
  const broken = status ? status >= 500 || foreign : !stale && !(error instanceof TypeError);
  // Or it is not the operation's fault, and will pass.
  const unreached = broken || retryable || status === 401 || code === "MACHINE_SUSPENDED";
  // Below 500 what is in between refuses, a firewall perhaps, and will go on.
  const counts = stale || code === "INTERNAL" || (foreign && Number(status) < 500);
  const tries = operation.tries + Number(counts);
  if ((unreached || stale) && tries < mostTries) {
    // Also of what is stale: it may have arrived twice, and met itself.
    await notes.setOperation({ ...operation, doubtful: broken || stale || operation.doubtful, tries });
    // What the engine does not know, or the log does not tell again, is met as the hub shows it.
    const current = problem?.current;
    if (isOver && current && (baseVersion === null || tries > 2))
      met.push(incomingOf(objectType, current as Content, context.runtime.now()));
    return !stale;
  }
  await notes.setOperation({ ...operation, doubtful: false, refused: code });
  const [, ...edits] = await notes.waiting(operation);
  // Said otherwise while it was on its way: that takes the place of what was refused.
  for (const edit of edits) await notes.dropOperation(edit);
  for (const edit of edits) await enqueue(context, work, edit);
  if (!edits[0]) report({ type: "quarantined", direction: "toHub", objectType, id, code, error });
  return false;
}

async function send<Tx>(context: Context<Tx>, taken: Taken, establishmentId?: string): Promise<Done> {
  const { client, options } = context;
  const { operation, base } = taken;
  const { objectType, kind, id: externalId, body, baseVersion } = operation;
  // It may be gone meanwhile, as the log says or will say. What only is not shown waits until it is.
  const hidden = async (error: unknown): Promise<undefined> => {
    unlessGone(error);
    if (!(await wasRemoved(context, base?.object))) throw error;
  };
  if (base && !base.bound)
    await client.adoptions
      .create({ body: { bindings: [{ objectType, objectId: base.objectId, externalId }] } }, options)
      .catch(hidden);
  if (kind === "name") return { outcome: "named" };
  const named = { externalId, establishmentId, ifMatch: baseVersion ?? undefined };
  const said =
    kind === "put" ? put(context, operation, base?.object, named) : remove(context, operation, named, hidden);
  return said.catch(async (error: unknown) => {
    // Only of a machine that works in several.
    if (establishmentId || !isArrimageProblem(error, "ESTABLISHMENT_REQUIRED")) throw error;
    const placeId = body["placeId"] ?? base?.object?.["placeId"];
    const place = (await placesOf(context)).find((each) => each.placeId === placeId);
    if (!place) throw error;
    return send(context, taken, place.establishmentId);
  });
}

interface Name {
  externalId: string;
  establishmentId: string | undefined;
  ifMatch: number | undefined;
}

async function put<Tx>(
  context: Context<Tx>,
  { objectType, body: wanted, baseVersion }: Operation,
  before: Content | null | undefined,
  named: Name,
): Promise<Done> {
  const { client, options } = context;
  const isSlot = objectType === "slot";
  // Of an appointment only what is to change: what the hub has made of a name or a number stays as it is.
  const body = isSlot || !before ? wanted : pickGroups(objectType, wanted, differing(objectType, wanted, before));
  const upsert = (): Promise<Required<Done>> => say(context, objectType, { ...named, body });
  const done = await upsert().catch(async (error: unknown) => {
    // The name is still that of a slot which others have deleted.
    const isTaken = isSlot && baseVersion === null && isArrimageProblem(error, "PRECONDITION_FAILED");
    if (!isTaken || error.problem.current) throw error;
    await client.slots.deleteByExternalId(named, options);
    return upsert();
  });
  // Unchanged: it is so already, or an earlier attempt was done. What became of it since, the log tells.
  if (done.outcome !== "unchanged" || done.version === baseVersion) return done;
  if (baseVersion !== null) throw unclear;
  return { ...done, version: 1, object: overlay(objectType, done.object, body) };
}

async function say<Tx>(context: Context<Tx>, objectType: SyncedType, params: object): Promise<Required<Done>> {
  const answer = await callsOf(context, objectType).upsertByExternalId(params, context.options);
  const object = answer[objectType];
  // The document names three outcomes; what it may name later is told as it is.
  const outcome = answer.outcome as Done["outcome"];
  const { objectId, version } = incomingOf(objectType, object, 0);
  return { outcome, objectId, version, object };
}

async function remove<Tx>(
  context: Context<Tx>,
  { objectType }: Operation,
  named: Name,
  hidden: (error: unknown) => Promise<undefined>,
): Promise<Done> {
  const outcome = "removed";
  if (objectType === "appointment") {
    const said = say(context, objectType, { ...named, body: { status: "cancelled" } });
    return { ...(await said.catch(hidden)), outcome };
  }
  await context.client.slots.deleteByExternalId(named, context.options).catch(hidden);
  return { outcome, version: (named.ifMatch ?? 0) + 1 };
}
