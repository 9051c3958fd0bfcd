import { withScope, scopeOf } from "../../db/scope.ts";
import type { ScopedTx } from "../../db/scope.ts";
import type { Settled } from "../../db/idempotency.ts";
import type { Deps } from "../../deps.ts";
import { readableAgendas } from "../../domain/agenda-filter.ts";
import { establishmentsOf } from "../../domain/actor.ts";
import type { ClinicActor, Machine } from "../../domain/actor.ts";
import type { Appointment } from "../../domain/appointment.ts";
import { notInContract, refusal, refuseAny } from "../../domain/decision.ts";
import { mayRead, mayWrite, refuseRead } from "../../domain/permission.ts";
import type { Registration } from "../../domain/registration.ts";
import type { Call } from "../../http/call.ts";
import { paginate } from "../../http/page.ts";
import type { Page } from "../../http/page.ts";
import { violationBody } from "../../http/problem.ts";
import { readInstant } from "../../http/time.ts";
import type { Lane } from "../../lane/lane.ts";
import { recordAccess } from "../access/store.ts";
import { bodyHashOf } from "../bindings/body-hash.ts";
import { findBindings } from "../bindings/store.ts";
import { establishmentOf, namedInAddress } from "../establishments/named.ts";
import type { NamedAt } from "../establishments/named.ts";
import { cancelCommand, createCommand, moveCommand, updateCommand } from "./commands.ts";
import { knowPatient, registrationOfAppointment } from "./known-patient.ts";
import { pushCommand } from "./push-command.ts";
import type { Pushed } from "./push-command.ts";
import { storedBody } from "./reading.ts";
import type {
  AppointmentBody,
  AppointmentCancellation,
  AppointmentChange,
  AppointmentListQuery,
  AppointmentMove,
  NewAppointment,
  PushedAppointment,
  PushResult,
} from "./schema.ts";
import { listAppointmentsById, readAppointments, readAppointmentsById } from "./store.ts";
import type { AppointmentPosition, AppointmentReading } from "./store.ts";

type ClinicCall = Call<ClinicActor>;

/** A list by ids is as long as a change page is read at once. */
const idsAtOnce = 100;

export async function createAppointment(
  deps: Deps,
  lane: Lane,
  call: ClinicCall,
  input: NewAppointment,
): Promise<Settled<AppointmentBody>> {
  const appointmentId = deps.ids.next("apt", deps.clock.now());
  const patient = await knowPatient(deps, input.patient.nam ?? null);
  return lane.submit(createCommand(deps, call, input, { appointmentId, patient }));
}

export async function updateAppointment(
  deps: Deps,
  lane: Lane,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentChange,
): Promise<Settled<AppointmentBody>> {
  const patient = await knowPatient(deps, input.patient?.nam);
  return lane.submit(updateCommand(deps, call, appointmentId, input, patient));
}

export async function moveAppointment(
  deps: Deps,
  lane: Lane,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentMove,
): Promise<Settled<AppointmentBody>> {
  const another = input.professionalId !== undefined || input.slotId !== undefined;
  const registration = another ? await findRegistration(deps, call, appointmentId) : undefined;
  return lane.submit(moveCommand(deps, call, appointmentId, input, registration));
}

export async function cancelAppointment(
  deps: Deps,
  lane: Lane,
  call: ClinicCall,
  appointmentId: string,
  input: AppointmentCancellation,
): Promise<Settled<AppointmentBody>> {
  return lane.submit(cancelCommand(deps, call, appointmentId, input));
}

/** MOVE-12: the registration of the patient of an existing appointment; If-Match guarantees that it is still that patient. */
async function findRegistration(
  deps: Deps,
  call: ClinicCall,
  appointmentId: string,
): Promise<Registration | null | undefined> {
  const [found] = await withScope(deps.connection, scopeOf(call), (tx) => listAppointmentsById(tx, [appointmentId]));
  if (found === undefined || !mayWrite(call.actor, found)) return undefined;
  return registrationOfAppointment(deps, found);
}

export interface PushInput {
  externalId: string;
  namedAt: NamedAt;
  establishmentId: string | undefined;
  body: PushedAppointment;
  ifMatch: number | undefined;
  purpose?: string;
}

/** One push, alone or as a line of a batch. */
export async function pushAppointment(
  deps: Deps,
  lane: Lane,
  call: Call<Machine>,
  input: PushInput,
): Promise<Settled<Pushed>> {
  const { externalId, namedAt, body, ifMatch } = input;
  const establishmentId = establishmentOf(call.actor, input.establishmentId, namedAt);
  const appointmentId = deps.ids.next("apt", deps.clock.now());
  const patient = await knowPatient(deps, body.patient?.nam);
  const registration =
    patient === undefined && body.professionalId !== undefined
      ? await findBoundRegistration(deps, call, { establishmentId, externalId })
      : undefined;
  const bodyHash = bodyHashOf(deps.secrets, body);
  return lane.submit(
    pushCommand(deps, call, {
      externalId,
      namedAt,
      establishmentId,
      body,
      bodyHash,
      ifMatch,
      appointmentId,
      patient,
      registration,
      purpose: input.purpose,
    }),
  );
}

export function pushResult(call: Call, { outcome, appointment, warnings }: Pushed): PushResult {
  return { outcome, appointment, warnings: warnings.map((each) => violationBody(each, call)) };
}

/** MOVE-12, when a push may name another professional and says nothing of the number. */
async function findBoundRegistration(
  deps: Deps,
  call: Call<Machine>,
  name: { establishmentId: string; externalId: string },
): Promise<Registration | null | undefined> {
  const found = await withScope(deps.connection, scopeOf(call, [name.establishmentId]), (tx) =>
    boundAppointment(tx, call, name),
  );
  return found && registrationOfAppointment(deps, found);
}

async function boundAppointment(
  tx: ScopedTx,
  { actor }: Call<Machine>,
  name: { establishmentId: string; externalId: string },
): Promise<Appointment | undefined> {
  const [binding] = (await findBindings(tx, actor.vendorId, "appointment", [name])).values();
  if (binding === undefined) return undefined;
  const [found] = await listAppointmentsById(tx, [binding.objectId]);
  return found;
}

export async function getAppointment(deps: Deps, call: ClinicCall, appointmentId: string): Promise<AppointmentBody> {
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const [found] = await readAppointmentsById(tx, [appointmentId], vendorIdOf(call.actor));
    return readOne(deps, tx, call, "appointments.get", found);
  });
}

export async function getAppointmentByExternalId(
  deps: Deps,
  call: Call<Machine>,
  externalId: string,
  named: string | undefined,
): Promise<AppointmentBody> {
  const establishmentId = establishmentOf(call.actor, named, namedInAddress);
  return withScope(deps.connection, scopeOf(call, [establishmentId]), async (tx) => {
    const bound = await boundAppointment(tx, call, { establishmentId, externalId });
    const [found] =
      bound === undefined ? [] : await readAppointmentsById(tx, [bound.appointmentId], call.actor.vendorId);
    return readOne(deps, tx, call, "appointments.getByExternalId", found);
  });
}

/** PERM-16, LCGA-02: what a machine is not linked with is not there; an employee is told that the agenda is not theirs. */
async function readOne(
  deps: Deps,
  tx: ScopedTx,
  call: ClinicCall,
  purpose: string,
  found: AppointmentReading | undefined,
): Promise<AppointmentBody> {
  if (found === undefined) throw refusal("NOT_FOUND");
  refuseAny(refuseRead(call.actor, found));
  await recordAccess(deps, tx, { ...call, purpose }, [found]);
  return storedBody(deps, call, found);
}

export async function listAppointments(
  deps: Deps,
  call: ClinicCall,
  query: AppointmentListQuery,
): Promise<Page<AppointmentBody>> {
  const ids = query.ids?.split(",");
  if (ids !== undefined && ids.length > idsAtOnce) throw notInContract("/query/ids", `≤ ${String(idsAtOnce)}`);
  return withScope(deps.connection, scopeOf(call), async (tx) => {
    const page = ids === undefined ? await readWindow(deps, tx, call, query) : await readIds(tx, call, ids);
    await recordAccess(deps, tx, { ...call, purpose: "appointments.list" }, page.items);
    return { items: page.items.map((row) => storedBody(deps, call, row)), nextCursor: page.nextCursor };
  });
}

/** Cancelled ones too: a follower asks for what a change named. */
async function readIds(tx: ScopedTx, { actor }: ClinicCall, ids: readonly string[]): Promise<Page<AppointmentReading>> {
  const rows = await readAppointmentsById(tx, ids, vendorIdOf(actor));
  return { items: rows.filter((row) => mayRead(actor, row)), nextCursor: null };
}

async function readWindow(
  deps: Deps,
  tx: ScopedTx,
  { actor }: ClinicCall,
  query: AppointmentListQuery,
): Promise<Page<AppointmentReading>> {
  const { professionalId, placeId } = query;
  const filter = {
    professionalId,
    placeId,
    ...(query.from === undefined ? {} : { from: readInstant(query.from) }),
    ...(query.to === undefined ? {} : { to: readInstant(query.to) }),
  };
  const madeFor = `appointments.list|${JSON.stringify([establishmentsOf(actor), filter])}`;
  return paginate<AppointmentReading, AppointmentPosition>(deps, madeFor, query, async (after, limit) => ({
    rows: await readAppointments(tx, readableAgendas(actor), filter, vendorIdOf(actor), after, limit),
    positionOf: ({ startAt, appointmentId }) => ({ startAt, appointmentId }),
  }));
}

function vendorIdOf(actor: ClinicActor): string | null {
  return actor.kind === "machine" ? actor.vendorId : null;
}
