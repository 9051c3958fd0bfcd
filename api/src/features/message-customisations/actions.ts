import { announce, lastVersionOf } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor, Employee } from "../../domain/actor.ts";
import { decideMessage, everyPlace, messageShown } from "../../domain/customisation.ts";
import type { FormattedText, ShownMessage } from "../../domain/customisation.ts";
import { Refusal, refusal, refuseAny, settle } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { refuseConfigurationWrite } from "../../domain/permission.ts";
import { formatText } from "../../formatted-text.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getPlace } from "../places/store.ts";
import type {
  MessageCustomisation,
  MessageCustomisationChange,
  MessageCustomisationQuery,
  MessageKey,
  MessagePreviewRequest,
} from "./schema.ts";
import {
  deleteMessageCustomisation,
  findMessageCustomisation,
  listMessageCustomisations,
  lockMessageCustomisation,
  putMessageCustomisation,
} from "./store.ts";
import type { MessageCustomisationKey, MessageCustomisationRow } from "./store.ts";

/** PERM-20: everybody of the establishment reads them, and agenda software those of its places. */
export async function listSomeMessageCustomisations(
  deps: Deps,
  call: Call<ClinicActor>,
  query: MessageCustomisationQuery,
): Promise<Page<MessageCustomisation>> {
  const { type, scope, language } = query;
  const placeIds = call.actor.kind === "machine" ? linkedPlaces(call.actor) : undefined;
  const madeFor = `messageCustomisations.list|${[type, scope, language].join("|")}`;
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate<MessageCustomisation, MessageCustomisationKey>(deps, madeFor, query, async (after, limit) => {
      const rows = await listMessageCustomisations(tx, { type, scope, language, placeIds }, after, limit);
      return { rows: rows.map(customisationOf), positionOf: keyOf };
    }),
  );
}

export async function getOneMessageCustomisation(
  deps: Deps,
  call: Call<Employee>,
  key: MessageKey,
): Promise<MessageCustomisation> {
  const { establishmentId } = call.actor;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await findMessageCustomisation(tx, { establishmentId, ...key });
    if (row === undefined) throw refusal("NOT_FOUND");
    return customisationOf(row);
  });
}

/** PERM-20, LCGA-04, COMM-08, COMM-10, COMM-11, MSG-10. Writing over another message needs If-Match. */
export async function replaceMessageCustomisation(
  deps: Deps,
  call: Call<ClinicActor>,
  named: MessageKey,
  { option, body }: MessageCustomisationChange,
): Promise<{ customisation: MessageCustomisation; notices: readonly Violation[] }> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const key = { establishmentId: await writableEstablishment(tx, call.actor, named.scope, "PERM-20"), ...named };
    const { formatted, notices } = formattedOf(body);
    const wanted = settle(decideMessage(option, formatted));
    const current = await lockMessageCustomisation(tx, key);
    const changed = changedFields(current, wanted);
    // The same message again, perhaps because its first answer was lost, needs no version.
    if (changed.length > 0 || call.ifMatch !== undefined) checkVersion(call, current);
    if (current !== undefined && changed.length === 0) return { customisation: customisationOf(current), notices };
    const version = 1 + (current?.version ?? (await lastVersionOf(tx, objectOf(key))));
    const row: MessageCustomisationRow = { ...{ createdAt: now, ...current }, ...key, ...wanted, version };
    await putMessageCustomisation(tx, row);
    const change = changeOf(row, current === undefined ? "created" : "updated");
    await announce(tx, now, [{ author: call.actor, change: { ...change, changed } }]);
    return { customisation: customisationOf(row), notices };
  });
}

/** COMM-12: from then on the next in line is shown. */
export async function removeMessageCustomisation(
  deps: Deps,
  call: Call<ClinicActor>,
  named: MessageKey,
): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const key = { establishmentId: await writableEstablishment(tx, call.actor, named.scope, "PERM-20"), ...named };
    const current = await lockMessageCustomisation(tx, key);
    if (current === undefined) throw refusal("NOT_FOUND");
    checkVersion(call, current);
    await deleteMessageCustomisation(tx, key);
    const change = changeOf({ ...current, version: current.version + 1 }, "deleted");
    await announce(tx, now, [{ author: call.actor, change }]);
  });
}

/** COMM-09: what citizens would read, for those who may write it; nothing is kept. */
export async function previewMessageCustomisation(
  deps: Deps,
  call: Call<ClinicActor>,
  { option, body, ...named }: MessagePreviewRequest,
): Promise<{ shown: ShownMessage; notices: readonly Violation[] }> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const establishmentId = await writableEstablishment(tx, call.actor, named.scope, "COMM-09");
    const { formatted, notices } = formattedOf(body);
    const wanted = settle(decideMessage(option, formatted));
    const placeId = named.scope === everyPlace ? null : named.scope;
    const shown = messageShown({ ...named, establishmentId, placeId }, [{ ...named, ...wanted, establishmentId }]);
    return { shown, notices };
  });
}

/**
 * PERM-20, LCGA-02, LCGA-04: whose message it is, when the caller may write it. The establishment's own is written for
 * all of its places, so that any linked one speaks for agenda software.
 */
async function writableEstablishment(
  tx: ScopedTx,
  actor: ClinicActor,
  scope: string,
  rule: "PERM-20" | "COMM-09",
): Promise<string> {
  const place = scope === everyPlace ? undefined : await getPlace(tx, scope);
  const establishmentId = place?.establishmentId ?? establishmentsOf(actor)[0] ?? "";
  const placeIds = place === undefined ? (actor.kind === "machine" ? linkedPlaces(actor) : []) : [place.placeId];
  refuseAny(refuseConfigurationWrite(actor, { establishmentId, placeIds }, rule));
  return establishmentId;
}

function linkedPlaces({ links }: Extract<ClinicActor, { kind: "machine" }>): string[] {
  return links.map(({ placeId }) => placeId);
}

function formattedOf(body: string | null | undefined): {
  formatted: FormattedText | null;
  notices: readonly Violation[];
} {
  if (body === null || body === undefined) return { formatted: null, notices: [] };
  const decision = formatText(body);
  if (!decision.ok) throw new Refusal(decision.violations);
  return { formatted: decision.value, notices: decision.warnings };
}

function changedFields(
  current: MessageCustomisationRow | undefined,
  wanted: Pick<MessageCustomisationRow, "option" | "body">,
): string[] {
  return [
    ...(current?.option === wanted.option ? [] : ["option"]),
    ...(current !== undefined && current.body?.html === wanted.body?.html ? [] : ["body"]),
  ];
}

function checkVersion(call: Call, current: MessageCustomisationRow | undefined): void {
  if (call.ifMatch === current?.version) return;
  if (call.ifMatch === undefined) throw refusal("PRECONDITION_REQUIRED");
  throw refusal("PRECONDITION_FAILED", "", { current: current === undefined ? null : customisationOf(current) });
}

function changeOf(row: MessageCustomisationRow, operation: Change["operation"]): Change {
  const placeIds = row.scope === everyPlace ? [] : [row.scope];
  return { ...objectOf(row), operation, version: row.version, placeIds };
}

function objectOf({ establishmentId, type, scope, language }: MessageCustomisationKey) {
  return { establishmentId, objectType: "messageCustomisation", objectId: `${type}/${scope}/${language}` } as const;
}

function keyOf({ establishmentId, type, scope, language }: MessageCustomisationKey): MessageCustomisationKey {
  return { establishmentId, type, scope, language };
}

function customisationOf(row: MessageCustomisationRow): MessageCustomisation {
  const { establishmentId, type, scope, language, version, option, body } = row;
  return { establishmentId, type, scope, language, version, option, body: body?.html ?? null };
}
