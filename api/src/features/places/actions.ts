import { announce } from "../../db/change-log.ts";
import { withScopeOnce } from "../../db/idempotency.ts";
import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import { scopeOfObject } from "../../db/scope-of-object.ts";
import type { Deps } from "../../deps.ts";
import type { Employee, Machine, Operator } from "../../domain/actor.ts";
import { Refusal, refusal, settle } from "../../domain/decision.ts";
import { refuseRegistration } from "../../domain/establishment.ts";
import { refuseFields } from "../../domain/field-editor.ts";
import {
  decidePlace,
  decidePlaceOptions,
  defaultPlaceOptions,
  placeFields,
  placeLabel,
  refuseCoordinates,
  refuseMembership,
} from "../../domain/place.ts";
import { mayReadAt, refuseConfigurationWrite } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { getEstablishment } from "../establishments/store.ts";
import type { NewPlace, Place, PlaceChange, PlaceOptions, PlaceOptionsChange, PlaceQuery } from "./schema.ts";
import {
  findPlace,
  getLinkedPlace,
  getPlace,
  hasAgenda,
  insertPlace,
  listPlaces,
  lockPlace,
  optionColumns,
  updatePlaceInformation,
  updatePlaceOptions,
} from "./store.ts";
import type { LinkedPlaceRow, PlaceRow } from "./store.ts";

type Reader = Operator | Employee | Machine;

/** EST-01: only the operator registers places. PLACE-01: the hub names them. PLACE-20: their options at first. */
export async function createPlace(deps: Deps, call: Call<Reader>, input: NewPlace): Promise<Settled<Place>> {
  const forbidden = refuseRegistration(call.actor);
  if (forbidden !== undefined) throw new Refusal([forbidden]);
  const { establishmentId } = input;
  return withScopeOnce(deps, scopeOf(call, [establishmentId]), call.once, async (tx) => {
    const now = deps.clock.now();
    await getEstablishment(tx, establishmentId);
    const [startDate, endDate] = [input.startDate ?? null, input.endDate ?? null];
    const coordinates = { latitude: input.latitude ?? null, longitude: input.longitude ?? null };
    const refused = [refuseMembership(startDate, endDate), refuseCoordinates(coordinates)];
    const found = refused.filter((each) => each !== undefined);
    if (found.length > 0) throw new Refusal(found);
    const row: PlaceRow = {
      ...input,
      placeId: deps.ids.next("plc", now),
      abbreviation: input.abbreviation ?? null,
      ramqNumber: input.ramqNumber ?? null,
      localityCode: input.localityCode ?? null,
      suite: input.suite ?? null,
      startDate,
      endDate,
      ...coordinates,
      ...optionColumns(defaultPlaceOptions),
      version: 1,
      createdAt: now,
    };
    await insertPlace(tx, row);
    const change = {
      establishmentId,
      objectType: "place",
      objectId: row.placeId,
      operation: "created",
      version: 1,
      placeIds: [row.placeId],
    } as const;
    await announce(tx, now, [{ author: call.actor, change }]);
    return placeOf({ place: row, machineId: null });
  });
}

export async function getOnePlace(deps: Deps, call: Call<Reader>, placeId: string): Promise<Place> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getLinkedPlace(tx, placeId);
    if (!mayReadAt(call.actor, whereaboutsOf(row.place))) throw refusal("NOT_FOUND");
    return placeOf(row);
  });
}

export async function listSomePlaces(deps: Deps, call: Call<Reader>, query: PlaceQuery): Promise<Page<Place>> {
  const placeIds = call.actor.kind === "machine" ? call.actor.links.map((link) => link.placeId) : undefined;
  const madeFor = `places.list|${query.establishmentId ?? ""}`;
  return withScope(deps.connection, scopeOf(call), async (tx) =>
    paginate(deps, madeFor, query, async (after, limit) => {
      const rows = await listPlaces(tx, { establishmentId: query.establishmentId, placeIds }, after ?? "", limit);
      return { rows: rows.map(placeOf), positionOf: (row) => row.placeId };
    }),
  );
}

/** PLACE-01, PLACE-02, PLACE-03, LCGA-04. PLACE-07: whose membership ends keeps its appointments. */
export async function updatePlace(deps: Deps, call: Call<Reader>, placeId: string, input: PlaceChange): Promise<Place> {
  const scope = await scopeOfObject(deps, call, (tx) => findPlace(tx, placeId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockPlace(tx, placeId);
    const refused = refuseFields(call.actor, whereaboutsOf(row), input, placeFields);
    if (refused.length > 0) throw new Refusal(refused);
    const linked = await getLinkedPlace(tx, placeId);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: placeOf(linked) });
    const facts = { hasAgenda: input.timeZone !== undefined && (await hasAgenda(tx, row)) };
    const { information, changed } = settle(decidePlace(row, input, facts));
    if (changed.length === 0) return placeOf(linked);
    const updated: PlaceRow = { ...row, ...information, version: row.version + 1 };
    await updatePlaceInformation(tx, updated, information);
    const change = {
      establishmentId: row.establishmentId,
      objectType: "place",
      objectId: placeId,
      operation: "updated",
      version: updated.version,
      placeIds: [placeId],
      changed,
    } as const;
    await announce(tx, now, [{ author: call.actor, change }]);
    return placeOf({ ...linked, place: updated });
  });
}

/** PLACE-21: everybody who reads the place reads its options. */
export async function getPlaceOptions(deps: Deps, call: Call<Reader>, placeId: string): Promise<PlaceOptions> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const row = await getPlace(tx, placeId);
    if (!mayReadAt(call.actor, whereaboutsOf(row))) throw refusal("NOT_FOUND");
    return optionsOf(row);
  });
}

/** PLACE-21, PLACE-22, PLACE-23, PLACE-26, PLACE-29, PLACE-30, LCGA-04. */
export async function replacePlaceOptions(
  deps: Deps,
  call: Call<Reader>,
  placeId: string,
  wanted: PlaceOptionsChange,
): Promise<PlaceOptions> {
  const scope = await scopeOfObject(deps, call, (tx) => findPlace(tx, placeId));
  return withScope(deps.connection, scope, async (tx) => {
    const now = deps.clock.now();
    const row = await lockPlace(tx, placeId);
    const forbidden = refuseConfigurationWrite(call.actor, whereaboutsOf(row), "PLACE-21");
    if (forbidden !== undefined) throw new Refusal([forbidden]);
    if (call.ifMatch !== row.version) throw refusal("PRECONDITION_FAILED", "", { current: optionsOf(row) });
    const options = settle(decidePlaceOptions(wanted));
    const updated: PlaceRow = { ...row, ...optionColumns(options), version: row.version + 1 };
    const changed = changedOptions(row, updated);
    if (changed.length === 0) return optionsOf(row);
    await updatePlaceOptions(tx, row, options);
    const change = {
      establishmentId: row.establishmentId,
      objectType: "place",
      objectId: placeId,
      operation: "updated",
      version: updated.version,
      placeIds: [placeId],
      changed,
    } as const;
    await announce(tx, now, [{ author: call.actor, change }]);
    return optionsOf(updated);
  });
}

function whereaboutsOf({ establishmentId, placeId }: PlaceRow) {
  return { establishmentId, placeIds: [placeId] };
}

/** Names of the options that differ, as the contract spells them. */
function changedOptions(before: PlaceRow, after: PlaceRow): string[] {
  const [was, is] = [optionsOf(before), optionsOf(after)];
  const names = ["displayMode", "maskProfessionalName", "cancellationPolicy", "noShowMessageEnabled"] as const;
  return names.filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]));
}

export function placeOf({ place: row, machineId }: LinkedPlaceRow): Place {
  return {
    placeId: row.placeId,
    version: row.version,
    establishmentId: row.establishmentId,
    name: row.name,
    abbreviation: row.abbreviation,
    ramqNumber: row.ramqNumber,
    localityCode: row.localityCode,
    startDate: row.startDate,
    endDate: row.endDate,
    civicNumber: row.civicNumber,
    street: row.street,
    suite: row.suite,
    city: row.city,
    province: row.province,
    postalCode: row.postalCode,
    phone: row.phone,
    latitude: row.latitude,
    longitude: row.longitude,
    timeZone: row.timeZone,
    label: placeLabel(row),
    machineIdentifier: machineId,
  };
}

function optionsOf(row: PlaceRow): PlaceOptions {
  return {
    placeId: row.placeId,
    version: row.version,
    displayMode: row.displayMode,
    maskProfessionalName: { gmf: row.maskGmf, gen: row.maskGen },
    cancellationPolicy: { value: row.cancellationValue, unit: row.cancellationUnit },
    noShowMessageEnabled: row.noShowMessageEnabled,
  };
}
