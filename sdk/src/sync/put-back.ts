/** What the hub once knew and knows no more: its database was put back to an earlier state (SYNC-72). */
import type { Context } from "./context.ts";
import { bodyOf, differing } from "./fields.ts";
import type { Incoming } from "./integrate.ts";
import type { Edit } from "./outbox.ts";
import { enqueue } from "./outbox.ts";
import type { Note } from "./pull.ts";
import { take } from "./pull.ts";

/**
 * Takes what was read at the hub. What it shows at a lower version than both had agreed on, without its name, or alive
 * though it was cancelled, it has lost: that waits in the outbox again, before what was waiting already.
 *
 * @param isBack the hub says itself that it was put back: what is not there is lost too, and what is otherwise is news
 */
export async function takeRead<Tx>(
  context: Context<Tx>,
  read: readonly Incoming[],
  isBack?: boolean,
  note?: Note<Tx>,
): Promise<void> {
  await context.transaction(async (work) => {
    const { notes } = work;
    for (const { objectType, objectId, externalId, version, object = null, cancelled } of read) {
      const base = await notes.base(objectId);
      // What others have cancelled since is cancelled.
      if (!base || cancelled) continue;
      const { id, bound } = base;
      const before = base.object ?? {};
      const isLess = object ? version < base.version || !base.object : isBack;
      const isUnnamed = object && bound && externalId !== id;
      const isNews = isBack && object && differing(objectType, object, before).size > 0;
      if (!isLess && !isUnnamed && !isNews) continue;
      const named = await notes.baseOf(base);
      // Its name is another's since.
      if (named?.object && named.objectId !== objectId) continue;
      const waiting = await notes.waiting(base);
      for (const edit of waiting) await notes.dropOperation(edit);
      const known = isLess ? { version, object } : isNews && { version: 0 };
      await notes.setBase({ ...base, ...known, bound: bound && !isUnnamed });
      // Made anew, and not changed.
      if (!object) await notes.dropBase(base);
      const agreed: Edit = { kind: base.object ? "put" : "remove", objectType, id, body: bodyOf(objectType, before) };
      if (isUnnamed) await enqueue(context, work, { ...agreed, kind: "name", body: {} });
      if (isLess) await enqueue(context, work, agreed);
      // Not joined with it: what the hub had refused does not take the rest along.
      for (const edit of waiting) await notes.addOperation({ ...edit, baseVersion: object ? version : null });
    }
  });
  const there = read.filter(({ object, cancelled }) => object ?? cancelled ?? !isBack);
  await take(context, there, note);
}
