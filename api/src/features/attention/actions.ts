import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { linkAttention, reasonOf, tellOverlaps } from "../../domain/attention.ts";
import { refusal } from "../../domain/decision.ts";
import { freshnessOf } from "../../domain/freshness.ts";
import { mayReadAt } from "../../domain/permission.ts";
import { zonedText } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { findMachineLink } from "../machine-links/store.ts";
import { utcTextOrNull } from "../machine-links/wire.ts";
import { getPlace } from "../places/store.ts";
import type { PlaceRow } from "../places/store.ts";
import { attentionFilter } from "./filter.ts";
import type { AttentionItem, AttentionQuery } from "./schema.ts";
import { listAttention } from "./store.ts";
import type { AttentionPosition, AttentionRow } from "./store.ts";

/** Before every appointment: the state of the link comes first. */
const first: AttentionPosition = { startAt: 0, appointmentId: "", kind: "" };

interface Listed {
  item: AttentionItem;
  position: AttentionPosition;
}

/** SYNC-17 to SYNC-19, LCGA-02. Times and ids only: nothing of a patient is read. */
export async function listAttentionAt(
  deps: Deps,
  call: Call<ClinicActor>,
  placeId: string,
  query: AttentionQuery,
): Promise<Page<AttentionItem>> {
  const { actor } = call;
  const now = deps.clock.now();
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const place = await getPlace(tx, placeId);
    const { establishmentId } = place;
    // A place that a machine is not linked with is not shown to it, as in digest.get.
    if (!mayReadAt(actor, { establishmentId, placeIds: [placeId] })) throw refusal("NOT_FOUND");
    const [link, { filter, ended, gone }] = await Promise.all([
      findMachineLink(tx, placeId),
      attentionFilter(tx, actor, place, now),
    ]);
    const page = await paginate<Listed, AttentionPosition>(
      deps,
      `attention.list|${placeId}`,
      query,
      async (after, limit) => {
        const rows = await listAttention(tx, filter, after, limit);
        const ofLink = after === undefined ? linkAttention(freshnessOf(link ?? null, now)) : null;
        const listed = rows.map((row) => {
          const facts = { gone: gone.get(row.professionalId) ?? null, ended, agenda: row.agenda };
          const reason = reasonOf(row.kind, facts, now);
          return { item: appointmentItem(actor, place, row, reason), position: row };
        });
        return {
          rows: ofLink === null ? listed : [{ item: linkItem(ofLink), position: first }, ...listed],
          positionOf: ({ position: { startAt, appointmentId, kind } }) => ({ startAt, appointmentId, kind }),
        };
      },
    );
    return { ...page, items: page.items.map(({ item }) => item) };
  });
}

function linkItem({ kind, rule, since }: NonNullable<ReturnType<typeof linkAttention>>): AttentionItem {
  const ofNoAppointment = { appointmentId: null, version: null, professionalId: null, startAt: null };
  return {
    kind,
    rule,
    ...ofNoAppointment,
    since: utcTextOrNull(since),
    agendaReason: null,
    overlaps: [],
    busyElsewhere: false,
  };
}

function appointmentItem(
  actor: ClinicActor,
  { establishmentId, timeZone }: PlaceRow,
  { kind, appointmentId, version, professionalId, startAt, agenda, overlapping }: AttentionRow,
  { rule, since }: ReturnType<typeof reasonOf>,
): AttentionItem {
  const told = tellOverlaps(actor, { establishmentId, professionalId }, overlapping);
  return {
    ...{ kind, rule, appointmentId, version, professionalId },
    startAt: zonedText(startAt, timeZone),
    since: utcTextOrNull(since),
    agendaReason: kind === "agendaRejected" ? (agenda?.reason ?? null) : null,
    overlaps: told.appointmentIds,
    busyElsewhere: told.busyElsewhere,
  };
}
