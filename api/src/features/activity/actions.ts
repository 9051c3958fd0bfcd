import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee } from "../../domain/actor.ts";
import { readableAgendas, readableAt } from "../../domain/agenda-filter.ts";
import { attentionKinds, linkAttention } from "../../domain/attention.ts";
import type { AttentionKind } from "../../domain/attention.ts";
import { notInContract, refusal } from "../../domain/decision.ts";
import { freshnessOf } from "../../domain/freshness.ts";
import { mayReadAt } from "../../domain/permission.ts";
import { addDays, localDateOf, startOfDay } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import { attentionFilter } from "../attention/filter.ts";
import { listAttention } from "../attention/store.ts";
import { findMachineLink } from "../machine-links/store.ts";
import { freshnessBody, utcTextOrNull } from "../machine-links/wire.ts";
import { getPlace } from "../places/store.ts";
import { isWindow, maxDays } from "./schema.ts";
import type { ActivityItem, ActivityPage, ActivityQuery } from "./schema.ts";
import { getMachineActivity, listActivity } from "./store.ts";
import type { ActivityPosition, ActivityRow } from "./store.ts";

const shownDays = 7;
/** So many of what wants attention are counted. */
const countedAtMost = 1_000;

/** SYNC-57, SYNC-58: who read and wrote which agenda of the place, what its software did, and what wants attention. */
export async function listPlaceActivity(
  deps: Deps,
  call: Call<Employee>,
  placeId: string,
  query: ActivityQuery,
): Promise<ActivityPage> {
  const { actor } = call;
  const now = deps.clock.now();
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const place = await getPlace(tx, placeId);
    const { establishmentId, timeZone } = place;
    if (!mayReadAt(actor, { establishmentId, placeIds: [placeId] })) throw refusal("NOT_FOUND");
    const { from, to } = windowOf(query, localDateOf(now, timeZone));
    const filter = {
      ...{ establishmentId, placeId, timeZone, from, to },
      ...{ startAt: startOfDay(from, timeZone), endAt: startOfDay(to, timeZone) },
      readable: readableAt(readableAgendas(actor), placeId),
    };
    const madeFor = `places.activity|${[placeId, query.from, query.to].join("|")}`;
    const page = await paginate<ActivityRow, ActivityPosition>(deps, madeFor, query, async (after, limit) => ({
      rows: await listActivity(tx, filter, after, limit),
      positionOf: ({ date, actorType, actorId, professionalId }) => ({ date, actorType, actorId, professionalId }),
    }));
    const link = await findMachineLink(tx, placeId);
    const freshness = freshnessOf(link ?? null, now);
    const software = link && (await getMachineActivity(tx, link.machineId, filter));
    const wanting = await listAttention(
      tx,
      (await attentionFilter(tx, actor, place, now)).filter,
      undefined,
      countedAtMost,
    );
    const ofLink = linkAttention(freshness);
    return {
      items: page.items.map(itemOf),
      nextCursor: page.nextCursor,
      ...{ placeId, from, to },
      freshness: freshnessBody(freshness),
      machine:
        link === undefined || software === undefined
          ? null
          : {
              machineId: link.machineId,
              name: software.name,
              confirmedAt: utcTextOrNull(link.confirmedAt),
              lastReadAt: utcTextOrNull(software.lastReadAt),
              lastWrittenAt: utcTextOrNull(software.lastWrittenAt),
              inboxWaiting: software.inboxWaiting,
              inboxWaitingSince: utcTextOrNull(software.inboxWaitingSince),
            },
      attention: countsOf([...(ofLink === null ? [] : [ofLink.kind]), ...wanting.map(({ kind }) => kind)]),
    };
  });
}

/** One of two that is left out follows from the other. */
function windowOf({ from, to }: ActivityQuery, today: string): { from: string; to: string } {
  const end = to ?? (from === undefined ? addDays(today, 1) : addDays(from, shownDays));
  const start = from ?? addDays(end, -shownDays);
  if (!isWindow(start, end)) throw notInContract("/query/to", `from < to ≤ from + ${String(maxDays)}`);
  return { from: start, to: end };
}

function itemOf(row: ActivityRow): ActivityItem {
  return {
    date: row.date,
    // Whoever acted was known then; a record is never removed.
    actor: { type: row.actorType, id: row.actorId, name: row.actorName ?? "" },
    professionalId: row.professionalId,
    readings: row.readings,
    lastReadAt: utcTextOrNull(row.lastReadAt),
    writes: row.writes,
    lastWrittenAt: utcTextOrNull(row.lastWrittenAt),
  };
}

function countsOf(kinds: readonly AttentionKind[]): ActivityPage["attention"] {
  return attentionKinds.flatMap((kind) => {
    const count = kinds.filter((each) => each === kind).length;
    return count === 0 ? [] : [{ kind, count }];
  });
}
