import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { slotProblems } from "../slots/schema.ts";
import { copyWeek, deleteWeek, quickCreateWeek } from "./actions.ts";
import {
  quickCreatedExample,
  quickCreatedSchema,
  quickCreationExample,
  quickCreationSchema,
  weekCopiedExample,
  weekCopiedSchema,
  weekCopyExample,
  weekCopySchema,
  weekDeletedExample,
  weekDeletedSchema,
  weekDeletionExample,
  weekDeletionSchema,
} from "./schema.ts";

const whose =
  "For local administrators, super users and the professional; a grant is not enough. Agenda software needs a link with " +
  "every place of the professional, for a week is one agenda at all places together.";

const quickCreate = operation({
  operationId: "weeks.quickCreate",
  method: "post",
  path: "/v1/weeks/quick-create",
  tag: "agenda",
  summary: "Fill an empty week with slots",
  description:
    "SCHED-04: refused when the week holds any slot already; appointments do not count and stay (SCHED-05). All of the " +
    "slots are created or none, and every violation is told at once, by its place in `slots`. SCHED-06: no start and no end " +
    `may be in the past. ${whose}`,
  actors: ["employee", "machine"],
  scope: "slots.write",
  body: quickCreationSchema,
  idempotent: true,
  status: 201,
  result: quickCreatedSchema,
  problems: [...slotProblems, "OUT_OF_RANGE", "WEEK_NOT_EMPTY"],
  example: { body: quickCreationExample, result: quickCreatedExample },
});

const copy = operation({
  operationId: "weeks.copy",
  method: "post",
  path: "/v1/weeks/copy",
  tag: "agenda",
  summary: "Copy a week's slots onto later weeks",
  description:
    "Onto every `interval`-th week as far as `weeks` reaches: 8 and 3 give the third and the sixth (SCHED-14). Local " +
    "times are kept across clock changes, `openFrom` too (SCHED-15, SCHED-17); a slot whose start a change skips is left out " +
    "and told in `warnings`. What the target weeks hold stays, and copies are added beside it (SCHED-21, SCHED-22). All copies or none: a " +
    "refusal names in `objectId` each slot or service that stands against it. Changes and digest tell the copies like any " +
    `slot. ${whose}`,
  actors: ["employee", "machine"],
  scope: "slots.write",
  body: weekCopySchema,
  idempotent: true,
  status: 201,
  result: weekCopiedSchema,
  problems: [...slotProblems, "OUT_OF_RANGE", "WEEKS_BELOW_INTERVAL", "INACTIVE_REASON"],
  example: { body: weekCopyExample, result: weekCopiedExample },
});

const remove = operation({
  operationId: "weeks.delete",
  method: "post",
  path: "/v1/weeks/delete",
  tag: "agenda",
  summary: "Delete a week's slots",
  description:
    "SCHED-31: every incomplete slot and every slot that has not ended goes; complete ones that have ended stay " +
    "(SCHED-33). SCHED-32: with nothing to delete, `performed` is false. SCHED-34: appointments inside stay active and " +
    `become off-slot. ${whose}`,
  actors: ["employee", "machine"],
  scope: "slots.write",
  body: weekDeletionSchema,
  idempotent: true,
  status: 200,
  result: weekDeletedSchema,
  problems: ["NOT_FOUND", "MACHINE_NOT_LINKED"],
  example: { body: weekDeletionExample, result: weekDeletedExample },
});

export function weekRoutes(hub: Hub): void {
  const { deps } = hub;
  serve(hub, quickCreate, async (call, { body }) => {
    const { value, replayed } = await quickCreateWeek(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, copy, async (call, { body }) => {
    const { value, replayed } = await copyWeek(deps, call, body);
    return { body: value, replayed };
  });
  serve(hub, remove, async (call, { body }) => {
    const { value, replayed } = await deleteWeek(deps, call, body);
    return { body: value, replayed };
  });
}
