import type { Settled } from "../../db/idempotency.ts";
import { scopeOf, withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor, OnlineActor } from "../../domain/actor.ts";
import { refusal, refuseAny } from "../../domain/decision.ts";
import { isRunning } from "../../domain/hold.ts";
import { refuseRead } from "../../domain/permission.ts";
import type { Call } from "../../http/call.ts";
import { readInstant } from "../../http/time.ts";
import type { Lane } from "../../lane/lane.ts";
import { holdOwnerOf } from "../appointments/decide-agenda.ts";
import { identify } from "../citizen-bookings/identify.ts";
import type { OnlineCaller } from "../citizen-bookings/identify.ts";
import type { FindOpening } from "../citizen-bookings/find-opening.ts";
import { getPlace } from "../places/store.ts";
import {
  clinicHold,
  createHoldCommand,
  createOnlineHoldCommand,
  extendHoldCommand,
  onlineHold,
  releaseHoldCommand,
} from "./commands.ts";
import type { CitizenHoldBody, HoldBody, NewCitizenHold, NewHold } from "./schema.ts";
import { listHoldsById } from "./store.ts";
import { holdBody } from "./wire.ts";

export async function createHold(
  deps: Deps,
  lane: Lane,
  call: Call<ClinicActor>,
  input: NewHold,
): Promise<Settled<HoldBody>> {
  return lane.submit(createHoldCommand(call, input, deps.ids.next("hld", deps.clock.now())));
}

/** HOLD-08: one that has ended is not there any more. */
export async function getHold(deps: Deps, call: Call<ClinicActor>, holdId: string): Promise<HoldBody> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const [hold] = await listHoldsById(tx, [holdId]);
    if (hold === undefined || !isRunning(hold, deps.clock.now())) throw refusal("NOT_FOUND");
    refuseAny(refuseRead(call.actor, hold));
    const { timeZone } = await getPlace(tx, hold.placeId);
    return holdBody(hold, timeZone, holdOwnerOf(call.actor));
  });
}

export async function extendHold(lane: Lane, call: Call<ClinicActor>, holdId: string): Promise<Settled<HoldBody>> {
  return lane.submit(extendHoldCommand(call, clinicHold(call, holdId)));
}

export async function releaseHold(lane: Lane, call: Call<ClinicActor>, holdId: string): Promise<Settled<null>> {
  return lane.submit(releaseHoldCommand(call, clinicHold(call, holdId)));
}

export async function holdOnline(
  deps: Deps,
  lane: Lane,
  find: FindOpening,
  caller: OnlineCaller,
  input: NewCitizenHold,
): Promise<Settled<CitizenHoldBody>> {
  const holdId = deps.ids.next("hld", deps.clock.now());
  const startAt = readInstant(input.startAt);
  const [patient, opening] = await Promise.all([identify(deps, caller), find({ slotId: input.slotId, startAt })]);
  return lane.submit(createOnlineHoldCommand(caller.call, input, { holdId, opening, patient }));
}

export async function extendOnline(
  deps: Deps,
  lane: Lane,
  call: Call<OnlineActor>,
  holdId: string,
): Promise<Settled<CitizenHoldBody>> {
  return lane.submit(extendHoldCommand(call, onlineHold(call, holdId, await whereHeld(deps, call, holdId))));
}

export async function releaseOnline(
  deps: Deps,
  lane: Lane,
  call: Call<OnlineActor>,
  holdId: string,
): Promise<Settled<null>> {
  return lane.submit(releaseHoldCommand(call, onlineHold(call, holdId, await whereHeld(deps, call, holdId))));
}

/** The establishment of the caller's own hold; their scope shows no other. */
async function whereHeld(deps: Deps, call: Call<OnlineActor>, holdId: string): Promise<string> {
  const [hold] = await withScope(deps.connection, scopeOf(call), (tx) => listHoldsById(tx, [holdId]));
  if (hold === undefined) throw refusal("NOT_FOUND");
  return hold.establishmentId;
}
