import { announce, lastVersionOf } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor, Employee } from "../../domain/actor.ts";
import { clinicSection, refuseEmailFields } from "../../domain/customisation.ts";
import { Refusal, refusal, refuseAny } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { refuseConfigurationWrite } from "../../domain/permission.ts";
import { formatText } from "../../formatted-text.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import type {
  EmailCustomisation,
  EmailCustomisationChange,
  EmailCustomisationQuery,
  EmailKey,
  EmailPreview,
  EmailPreviewRequest,
} from "./schema.ts";
import {
  deleteEmailCustomisation,
  findEmailCustomisation,
  listEmailCustomisations,
  lockEmailCustomisation,
  putEmailCustomisation,
} from "./store.ts";
import type { EmailCustomisationKey, EmailCustomisationRow } from "./store.ts";

/** PERM-20: everybody of the establishment reads them, and agenda software of its places. */
export async function listSomeEmailCustomisations(
  deps: Deps,
  call: Call<ClinicActor>,
  query: EmailCustomisationQuery,
): Promise<Page<EmailCustomisation>> {
  const { subject, language } = query;
  const madeFor = `emailCustomisations.list|${subject ?? ""}|${language ?? ""}`;
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate<EmailCustomisation, EmailCustomisationKey>(deps, madeFor, query, async (after, limit) => {
      const rows = await listEmailCustomisations(tx, { subject, language }, after, limit);
      return { rows: rows.map(customisationOf), positionOf: keyOf };
    }),
  );
}

export async function getOneEmailCustomisation(
  deps: Deps,
  call: Call<Employee>,
  key: EmailKey,
): Promise<EmailCustomisation> {
  const { establishmentId } = call.actor;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await findEmailCustomisation(tx, { establishmentId, ...key });
    if (row === undefined) throw refusal("NOT_FOUND");
    return customisationOf(row);
  });
}

/** PERM-20, LCGA-04, COMM-03, COMM-04, COMM-08. Writing over another text needs If-Match. */
export async function replaceEmailCustomisation(
  deps: Deps,
  call: Call<ClinicActor>,
  named: EmailKey,
  { body, ...others }: EmailCustomisationChange,
): Promise<{ customisation: EmailCustomisation; notices: readonly Violation[] }> {
  const key = { establishmentId: writableEstablishment(call.actor, "PERM-20"), ...named };
  const unknown = refuseEmailFields(Object.keys(others));
  if (unknown.length > 0) throw new Refusal(unknown);
  const formatted = formatText(body);
  if (!formatted.ok) throw new Refusal(formatted.violations);
  const { html, text } = formatted.value;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const current = await lockEmailCustomisation(tx, key);
    const unchanged = current?.body === html;
    // The same text again, perhaps because its first answer was lost, needs no version.
    if (!unchanged || call.ifMatch !== undefined) checkVersion(call, current);
    if (unchanged) return { customisation: customisationOf(current), notices: formatted.warnings };
    const version = 1 + (current?.version ?? (await lastVersionOf(tx, objectOf(key))));
    const row: EmailCustomisationRow = {
      ...{ createdAt: now, ...current },
      ...key,
      ...{ body: html, bodyText: text, version },
    };
    await putEmailCustomisation(tx, row);
    const change = changeOf(row, current === undefined ? "created" : "updated");
    await announce(tx, now, [{ author: call.actor, change: { ...change, changed: ["body"] } }]);
    return { customisation: customisationOf(row), notices: formatted.warnings };
  });
}

/** COMM-05: from then on the e-mail goes out without a section of the clinic. */
export async function removeEmailCustomisation(deps: Deps, call: Call<ClinicActor>, named: EmailKey): Promise<void> {
  const key = { establishmentId: writableEstablishment(call.actor, "PERM-20"), ...named };
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const current = await lockEmailCustomisation(tx, key);
    if (current === undefined) throw refusal("NOT_FOUND");
    checkVersion(call, current);
    await deleteEmailCustomisation(tx, key);
    const change = changeOf({ ...current, version: current.version + 1 }, "deleted");
    await announce(tx, now, [{ author: call.actor, change }]);
  });
}

/** COMM-09: for those who may write it; nothing is kept. */
export function previewEmailCustomisation(
  call: Call<ClinicActor>,
  { subject, language, body }: EmailPreviewRequest,
): { section: EmailPreview["section"]; notices: readonly Violation[] } {
  writableEstablishment(call.actor, "COMM-09");
  const formatted = formatText(body);
  if (!formatted.ok) throw new Refusal(formatted.violations);
  const section = clinicSection(subject, language, [{ subject, language, ...formatted.value }]);
  return { section, notices: formatted.warnings };
}

/** PERM-20, LCGA-04: e-mails are the whole establishment's, so that any linked place of it speaks for agenda software. */
function writableEstablishment(actor: ClinicActor, rule: "PERM-20" | "COMM-09"): string {
  const [establishmentId = ""] = establishmentsOf(actor);
  const placeIds = actor.kind === "machine" ? actor.links.map(({ placeId }) => placeId) : [];
  refuseAny(refuseConfigurationWrite(actor, { establishmentId, placeIds }, rule));
  return establishmentId;
}

function checkVersion(call: Call, current: EmailCustomisationRow | undefined): void {
  if (call.ifMatch === current?.version) return;
  if (call.ifMatch === undefined) throw refusal("PRECONDITION_REQUIRED");
  throw refusal("PRECONDITION_FAILED", "", { current: current === undefined ? null : customisationOf(current) });
}

function changeOf(row: EmailCustomisationRow, operation: Change["operation"]): Change {
  return { ...objectOf(row), operation, version: row.version, placeIds: [] };
}

function objectOf({ establishmentId, subject, language }: EmailCustomisationKey) {
  return { establishmentId, objectType: "emailCustomisation", objectId: `${subject}/${language}` } as const;
}

function keyOf({ establishmentId, subject, language }: EmailCustomisationKey): EmailCustomisationKey {
  return { establishmentId, subject, language };
}

function customisationOf(row: EmailCustomisationRow): EmailCustomisation {
  const { establishmentId, subject, language, version, body } = row;
  return { establishmentId, subject, language, version, body };
}
