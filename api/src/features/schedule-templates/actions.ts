import { announce } from "../../db/change-log.ts";
import type { Change } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { Employee } from "../../domain/actor.ts";
import { refusal, refuseAny, settle } from "../../domain/decision.ts";
import { agendasNamedBy, writesSomeAgendaAt } from "../../domain/permission.ts";
import { placeLabel } from "../../domain/place.ts";
import { changedTemplateFields, decideTemplate, refuseTemplateAt } from "../../domain/schedule-template.ts";
import type { TemplateFacts, TemplateWish } from "../../domain/schedule-template.ts";
import { applicablePlaces } from "../../domain/template-application.ts";
import { localDateOf, perZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { findPlace, getPlace, listPlacesById } from "../places/store.ts";
import type { PlaceRow } from "../places/store.ts";
import { getProfessional, listProfessionalsById } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import type {
  NewScheduleTemplate,
  ScheduleTemplate,
  ScheduleTemplateChange,
  ScheduleTemplateQuery,
  TemplatePlace,
  TemplatePlaceQuery,
} from "./schema.ts";
import {
  deleteTemplate,
  findTemplateNamed,
  getTemplate,
  insertTemplate,
  listOfferedAt,
  listTemplates,
  lockTemplate,
  updateTemplate,
} from "./store.ts";
import type { TemplateRow, Today } from "./store.ts";

/** TPL-20 to TPL-23, TPL-25 to TPL-39, TPL-45. */
export async function createScheduleTemplate(
  deps: Deps,
  call: Call<Employee>,
  input: NewScheduleTemplate,
): Promise<Settled<ScheduleTemplate>> {
  return withScopeOnce(deps, scopeOf(call), call.once, async (tx) => {
    const now = deps.clock.now();
    const place = await findPlace(tx, input.placeId);
    if (place === undefined) throw refusal("NOT_FOUND", "/placeId");
    refuseAny(refuseTemplateAt(call.actor, place, await agendasOf(tx, call.actor), "TPL-23"));
    const facts = await loadFacts(tx, place, input, now);
    const content = settle(decideTemplate(input, facts, call.actor, null));
    const { establishmentId, placeId } = place;
    const templateId = deps.ids.next("tpl", now);
    const row: TemplateRow = { establishmentId, templateId, placeId, ...content, version: 1, createdAt: now };
    await insertTemplate(tx, row);
    await announce(tx, now, [{ author: call.actor, change: changeOf("created", row) }]);
    return templateOf(row);
  });
}

/** TPL-43. */
export async function getOneScheduleTemplate(
  deps: Deps,
  call: Call<Employee>,
  templateId: string,
): Promise<ScheduleTemplate> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getTemplate(tx, todayOf(deps.clock.now()), templateId);
    refuseAny(refuseTemplateAt(call.actor, row, await agendasOf(tx, call.actor), "TPL-43"));
    return templateOf(row);
  });
}

/** TPL-04, TPL-40, TPL-43: those of the places where the caller writes at least one agenda. */
export async function listSomeScheduleTemplates(
  deps: Deps,
  call: Call<Employee>,
  query: ScheduleTemplateQuery,
): Promise<Page<ScheduleTemplate>> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const today = todayOf(deps.clock.now());
    const { placeId, professionalId } = query;
    const filter = { placeId, professionalId, placeIds: await templatePlacesOf(tx, call.actor) };
    const madeFor = `scheduleTemplates.list|${placeId ?? ""}|${professionalId ?? ""}`;
    return paginate(deps, madeFor, query, async (after, limit) => {
      const rows = await listTemplates(tx, today, filter, after ?? "", limit);
      return { rows: rows.map(templateOf), positionOf: (row) => row.templateId };
    });
  });
}

/** TPL-20, TPL-24 to TPL-43, TPL-45. TPL-44: slots that were made from it stay as they are. */
export async function updateScheduleTemplate(
  deps: Deps,
  call: Call<Employee>,
  templateId: string,
  input: ScheduleTemplateChange,
): Promise<ScheduleTemplate> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const current = await getForWriting(tx, call, templateId, now);
    const wish = {
      placeId: input.placeId ?? current.placeId,
      name: input.name ?? current.name,
      professions: input.professions ?? current.professions,
      professionalIds: input.professionalIds ?? current.professionalIds,
      slots: input.slots ?? current.slots,
    };
    const facts = await loadFacts(tx, await getPlace(tx, current.placeId), wish, now, templateId);
    const content = settle(decideTemplate(wish, facts, call.actor, current));
    const changed = changedTemplateFields(current, content);
    if (changed.length === 0) return templateOf(current);
    const row = { ...current, ...content, version: current.version + 1 };
    await updateTemplate(tx, row, changed);
    await announce(tx, now, [{ author: call.actor, change: changeOf("updated", row, changed) }]);
    return templateOf(row);
  });
}

/** TPL-20, TPL-43. TPL-44: slots that were made from it stay as they are. */
export async function deleteScheduleTemplate(deps: Deps, call: Call<Employee>, templateId: string): Promise<void> {
  await withScope(deps.connection, scopeOf(call), async (tx) => {
    const now = deps.clock.now();
    const row = await getForWriting(tx, call, templateId, now);
    await deleteTemplate(tx, row);
    const gone = { ...row, version: row.version + 1 };
    await announce(tx, now, [{ author: call.actor, change: changeOf("deleted", gone) }]);
  });
}

/** TPL-03. */
export async function listTemplatePlaces(
  deps: Deps,
  call: Call<Employee>,
  professionalId: string,
  query: TemplatePlaceQuery,
): Promise<Page<TemplatePlace>> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const today = todayOf(deps.clock.now());
    const professional = await getProfessional(tx, professionalId);
    const workPlaces = await listPlacesById(tx, professional.placeIds);
    const places = applicablePlaces(call.actor, professional, workPlaces, ({ timeZone }) => today[timeZone]);
    return paginate(deps, `scheduleTemplates.listPlaces|${professionalId}`, query, (after = "", limit) => {
      const rows = places.filter(({ placeId }) => placeId > after).slice(0, limit);
      return Promise.resolve({ rows: rows.map(templatePlaceOf), positionOf: ({ placeId }) => placeId });
    });
  });
}

/** Today in every zone: a template is read together with who still works at its place. */
export function todayOf(now: number): Today {
  return perZone((zone) => localDateOf(now, zone));
}

/** The professionals whose agendas may let a plain user in; others need none (PERM-18). */
async function agendasOf(tx: ScopedTx, actor: Employee): Promise<ProfessionalFacts[]> {
  return actor.profile === "user" ? listProfessionalsById(tx, agendasNamedBy(actor)) : [];
}

/** TPL-43: undefined for every place. */
async function templatePlacesOf(tx: ScopedTx, actor: Employee): Promise<string[] | undefined> {
  if (actor.profile !== "user") return undefined;
  const { establishmentId } = actor;
  const professionals = await agendasOf(tx, actor);
  const placeIds = new Set(professionals.flatMap((professional) => professional.placeIds));
  return [...placeIds].filter((placeId) => writesSomeAgendaAt(actor, { establishmentId, placeId }, professionals));
}

/** `own`: the template that is changed, whose name is not taken by itself. */
async function loadFacts(
  tx: ScopedTx,
  place: PlaceRow,
  { professionalIds, name }: Pick<TemplateWish, "professionalIds" | "name">,
  now: number,
  own?: string,
): Promise<TemplateFacts> {
  const { establishmentId, placeId, timeZone } = place;
  const today = localDateOf(now, timeZone);
  const [professionals, offered, namesake] = await Promise.all([
    listProfessionalsById(tx, professionalIds),
    listOfferedAt(tx, place, today),
    findTemplateNamed(tx, { establishmentId, placeId, name: name.trim() }),
  ]);
  return {
    establishmentId,
    place,
    today,
    professionals: new Map(professionals.map((professional) => [professional.professionalId, professional])),
    offered,
    nameTaken: namesake !== undefined && namesake !== own,
  };
}

/** The template as the caller last saw it, which it may change. */
async function getForWriting(
  tx: ScopedTx,
  call: Call<Employee>,
  templateId: string,
  now: number,
): Promise<TemplateRow> {
  const row = await lockTemplate(tx, todayOf(now), templateId);
  refuseAny(refuseTemplateAt(call.actor, row, await agendasOf(tx, call.actor), "TPL-43"));
  if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: templateOf(row) });
  return row;
}

function changeOf(operation: Change["operation"], row: TemplateRow, changed: readonly string[] = []): Change {
  const { establishmentId, templateId: objectId, placeId, version } = row;
  return {
    establishmentId,
    objectType: "scheduleTemplate",
    objectId,
    operation,
    version,
    placeIds: [placeId],
    changed,
  };
}

function templateOf(row: TemplateRow): ScheduleTemplate {
  const { templateId, version, placeId, name, professions, professionalIds, slots } = row;
  return {
    ...{ templateId, version, placeId, name },
    professions: [...professions],
    professionalIds: [...professionalIds],
    slots: slots.map((slot) => ({ ...slot, services: [...slot.services] })),
  };
}

function templatePlaceOf(place: PlaceRow): TemplatePlace {
  return { placeId: place.placeId, name: place.name, placeLabel: placeLabel(place) };
}
