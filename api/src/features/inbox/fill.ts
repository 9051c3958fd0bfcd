import { withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { fillInbox, listFillings, listUnanswered, listUnfilled, lockInboxes } from "./store.ts";
import type { Inbox, InboxReader } from "./store.ts";

/** Takes what is new in the log into an inbox that is locked, a bounded piece of it; whether that was all. */
export async function fill(
  deps: Pick<Deps, "clock" | "ids">,
  tx: ScopedTx,
  owner: InboxReader,
  inbox: Inbox,
): Promise<boolean> {
  if (inbox.seq >= inbox.lastSeq) return true;
  const { fillings, scannedTo } = await listFillings(tx, owner, inbox);
  const objectIds = [...new Set(fillings.map(({ objectId }) => objectId))];
  const unanswered = await listUnanswered(tx, owner, inbox.establishmentId, objectIds);
  let { givenSeq } = inbox;
  const items = fillings.map((filling) => {
    const prevSeq = givenSeq;
    givenSeq = filling.seq;
    const heldUp = unanswered.has(filling.objectId);
    unanswered.add(filling.objectId);
    return { ...filling, prevSeq, heldUp, itemId: deps.ids.next("ibx", deps.clock.now()) };
  });
  await fillInbox(tx, owner, inbox, scannedTo, items);
  return scannedTo >= inbox.lastSeq;
}

/** SYNC-43: what is about to leave the log is put into the inboxes of those who use theirs, however long they have been away. */
export async function fillBeforePruning(deps: Deps, establishmentId: string, before: number): Promise<void> {
  const scope = { audience: "system", establishments: [establishmentId] } as const;
  for (;;) {
    const unfilled = await withScope(deps.connection, scope, (tx) => listUnfilled(tx, establishmentId, before));
    if (unfilled.length === 0) return;
    for (const owner of unfilled)
      await withScope(deps.connection, scope, async (tx) => {
        for (const inbox of await lockInboxes(tx, owner, [establishmentId])) await fill(deps, tx, owner, inbox);
      });
  }
}
