import { scopeOf, withScope } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { decideDays, everybody, whoseAgendas } from "../../domain/agenda-view.ts";
import type { WantedDays, Whose } from "../../domain/agenda-view.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { notInContract, Refusal, refusal, refuseAny, settle, violation } from "../../domain/decision.ts";
import { hasLeft } from "../../domain/employee.ts";
import { refuseRead } from "../../domain/permission.ts";
import { localDateOf, perZone } from "../../domain/time.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { recordReadings } from "../access/readings-store.ts";
import { recordAccesses } from "../access/store.ts";
import { getProfessional, listProfessionals } from "../professionals/store.ts";
import type { ProfessionalFacts } from "../professionals/store.ts";
import { everywhere, readAgendas } from "./read.ts";
import type { Look, Read } from "./read.ts";
import type { AgendaListQuery, AgendaQuery, ProfessionalAgendas } from "./schema.ts";
import { listAgendaPlaces } from "./store.ts";

/** As many professionals as one call may name. */
const namedAtOnce = 100;

/** VIEW-01, VIEW-06, VIEW-07, APPT-06, EMP-19, PERM-16, LCGA-02: a day, a week, the days that come. */
export async function getAgenda(
  deps: Deps,
  call: Call<ClinicActor>,
  professionalId: string,
  { placeId, ...wanted }: AgendaQuery,
): Promise<ProfessionalAgendas> {
  checkScopes(call.actor);
  const now = deps.clock.now();
  const look: Look = { placeId, now, days: daysIn(wanted, now) };
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const [professional, places] = await Promise.all([getProfessional(tx, professionalId), listAgendaPlaces(tx)]);
    const { establishmentId, placeIds } = professional;
    const known = places.some((place) => place.placeId === placeId && place.establishmentId === establishmentId);
    if (placeId !== undefined && !known) throw refusal("NOT_FOUND");
    const agenda = { establishmentId, professionalId, placeId: placeId ?? null, professionalPlaceIds: placeIds };
    refuseAny(refuseRead(call.actor, agenda));
    const { timeZone = "America/Toronto" } = places.find((place) => place.placeId === placeIds[0]) ?? {};
    if (hasLeft(professional.departureDate, localDateOf(now, timeZone)))
      throw new Refusal([violation("EMP-19", "NOT_FOUND")]);
    const read = await readAgendas(deps, tx, call, [professional], places, look);
    const [item] = await recorded(deps, tx, call, "agendas.get", read);
    if (item === undefined) throw new Error("one professional has one answer");
    return item;
  });
}

/** VIEW-02 to VIEW-04, VIEW-06, VIEW-07, APPT-07, EMP-19, PERM-16, LCGA-02: of one day, by professional. */
export async function listSomeAgendas(
  deps: Deps,
  call: Call<ClinicActor>,
  query: AgendaListQuery,
): Promise<Page<ProfessionalAgendas>> {
  checkScopes(call.actor);
  const { placeId, date } = query;
  const whose = whoseAgendas(call.actor, namedIn(query.professionalIds));
  if (whose.length === 0) return { items: [], nextCursor: null };
  const now = deps.clock.now();
  const look: Look = { placeId, now, days: daysIn({ date }, now) };
  const madeFor = `agendas.list|${[date, placeId, query.professionalIds].join("|")}`;
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const places = await listAgendaPlaces(tx);
    const { items, nextCursor } = await paginate<ProfessionalFacts>(deps, madeFor, query, async (after, limit) => {
      const rows = await listProfessionals(tx, filterOf(call.actor, whose, look), after ?? "", limit);
      return { rows, positionOf: ({ professionalId }) => professionalId };
    });
    const read = await readAgendas(deps, tx, call, items, places, look);
    return { items: await recorded(deps, tx, call, "agendas.list", read), nextCursor };
  });
}

/** An agenda holds appointments; its slots need the other scope of agenda software. */
function checkScopes(actor: ClinicActor): void {
  if (actor.kind === "machine" && !actor.scopes.includes("slots.read"))
    throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: "slots.read" })]);
}

function namedIn(text: string | undefined): Whose | undefined {
  if (text === undefined || text === everybody) return text;
  const named = text.split(",");
  if (named.length > namedAtOnce) throw notInContract("/query/professionalIds", `≤ ${String(namedAtOnce)}`);
  return named;
}

function filterOf(actor: ClinicActor, whose: Whose, { placeId, days, now }: Look) {
  return {
    establishmentId: undefined,
    practiceNumber: undefined,
    placeIds: placeId === undefined ? undefined : [placeId],
    today: perZone((zone) => localDateOf(now, zone)),
    readable: readableAgendas(actor),
    busyIn: everywhere(days),
    ...(whose === everybody ? {} : { professionalIds: whose }),
  };
}

/** Today, and so the days that are meant, differ from zone to zone. */
function daysIn(wanted: WantedDays, now: number): Look["days"] {
  return perZone((zone) => settle(decideDays(wanted, localDateOf(now, zone))));
}

/** Every read of patient data leaves an access record; SYNC-57: and an agenda that is shown is known to be, empty or not. */
async function recorded(
  deps: Deps,
  tx: ScopedTx,
  call: Call<ClinicActor>,
  purpose: string,
  { items, shown }: Read,
): Promise<ProfessionalAgendas[]> {
  await recordAccesses(deps, tx, [{ access: { ...call, purpose }, shown }]);
  const agendas = items.flatMap(({ establishmentId, professionalId, agendas: here }) =>
    here.map(({ placeId }) => ({ establishmentId, professionalId, placeId })),
  );
  await recordReadings(deps, tx, call.actor, agendas);
  return items;
}
