/** The other side: what the operator, the clinic's staff and citizens do at the hub, and what the hub knows of an agenda. */
import { generateKeyPairSync, randomInt } from "node:crypto";
import { bearer, createClient, privateKeyJwt } from "../index.ts";
import type { Client, PrivateJwk, Schemas } from "../index.ts";
import { createSandboxClient } from "../sandbox.ts";
import type { SandboxClient } from "../sandbox.ts";
import type { Environment, Patient } from "./adapter.ts";
import { CannotRun, messageOf } from "./cannot-run.ts";
import { inTime } from "./limit.ts";
import { localOf } from "./local-time.ts";
import { readContract } from "./requests.ts";
import type { Contract } from "./requests.ts";

export type TimeZone = Schemas["NewPlace"]["timeZone"];
export type Slot = Schemas["Slot"];
export type Appointment = Schemas["Appointment"];

export interface Hub {
  url: string;
  contract: Contract;
  sandbox: SandboxClient;
  operator: Client;
  /** The hub's own time: the sandbox's clock may stand anywhere. */
  now: Date;
}

/** A clinic of its own for each scenario: what one leaves behind is nothing to the next, nor to another run. */
export interface Clinic {
  environment: Omit<Environment, "baseUrl" | "now" | "seed" | "webhookUrl" | "webhookSecret">;
  /** Signs in with the software's own key, and so sees its `externalId`s. */
  machine: Client;
  /** The clinic's local administrator. */
  staff: Client;
  suspend(): Promise<void>;
  resume(): Promise<void>;
}

const KEY_ID = "conformance-1";
const REASON = "minorEmergency" as const;
const DURATION = 30;
const DAY = 86_400_000;

/** How long a hub that is there may take to say so. */
const PRESENT = 15_000;

export async function connectHub(url: string): Promise<Hub> {
  return inTime(PRESENT, connect(url)).catch((error: unknown) => {
    throw new CannotRun(`No sandbox answers at ${url} (--hub takes the address of a running one): ${messageOf(error)}`);
  });
}

async function connect(url: string): Promise<Hub> {
  const answer = await fetch(new URL("/openapi.json", url));
  if (!answer.ok) throw new Error(`${url} serves no /openapi.json (${answer.status}).`);
  const contract = readContract(await answer.json());
  const sandbox = createSandboxClient({ baseUrl: url });
  const { accessToken } = await sandbox.tokens.create({ body: { as: "operator" } });
  const { now } = await sandbox.clock.get();
  const operator = createClient({ baseUrl: url, auth: bearer(accessToken) });
  return { url, contract, sandbox, operator, now: new Date(now) };
}

export async function openClinic(hub: Hub, timeZone: TimeZone): Promise<Clinic> {
  const { url, sandbox, operator } = hub;
  const [place, { machineId, privateKeyJwk }, people] = await Promise.all([
    registerPlace(hub, timeZone),
    registerMachine(hub),
    registerStaff(hub),
  ]);
  const { establishmentId, placeId } = place;
  const employed = { establishmentId, workPlaceIds: [placeId] };
  const [{ professionalId }] = await Promise.all([
    operator.employees.create({ body: { ...employed, ramqIdentifier: people.physician } }),
    operator.employees.create({ body: { ...employed, ramqIdentifier: people.administrator, localAdmin: true } }),
    operator.machineLinks.put({ placeId, body: { machineId, servicesManagedBy: "machine" } }),
  ]);
  if (professionalId === null) throw new Error("The hub made no professional of a practice number.");
  const signedIn = { as: "employee", ramqIdentifier: people.administrator } as const;
  const { accessToken } = await sandbox.tokens.create({ body: signedIn });
  const staff = createClient({ baseUrl: url, auth: bearer(accessToken) });
  const offered = { type: "GEN", consultationReason: REASON, durationMinutes: DURATION } as const;
  const { serviceId } = await staff.services.create({ body: { professionalId, ...offered } });

  const auth = privateKeyJwt({ clientId: machineId, privateKey: privateKeyJwk });
  const environment = { clientId: machineId, privateKeyJwk, placeId, timeZone, professionalId, serviceId };
  return {
    environment: { ...environment, durationMinutes: DURATION },
    machine: createClient({ baseUrl: url, auth, fetch: straightTo(url) }),
    staff,
    suspend: async () => void (await operator.machines.suspend({ machineId })),
    resume: async () => void (await operator.machines.resume({ machineId })),
  };
}

async function registerPlace(
  { operator }: Hub,
  timeZone: TimeZone,
): Promise<{ establishmentId: string; placeId: string }> {
  const establishment = { name: "Clinique de conformité", isGmf: false };
  const { establishmentId } = await operator.establishments.create({ body: establishment });
  const where = { civicNumber: "825", street: "rue Saint-Jean", city: "Québec", province: "QC", postalCode: "G1R 1R2" };
  const place = { establishmentId, name: "Conformité", ...where, phone: "418-555-0100", timeZone };
  const { placeId } = await operator.places.create({ body: place });
  return { establishmentId, placeId };
}

async function registerMachine({ operator }: Hub): Promise<{ machineId: string; privateKeyJwk: PrivateJwk }> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { vendorId } = await operator.vendors.create({ body: { name: "Conformité" } });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID }];
  const { machineId } = await operator.machines.create({ body: { vendorId, name: "Conformité", keys } });
  return { machineId, privateKeyJwk: { ...privateKey.export({ format: "jwk" }), kid: KEY_ID } };
}

async function registerStaff({ sandbox }: Hub): Promise<{ physician: string; administrator: string }> {
  const practiceNumber = `1${String(randomInt(100_000)).padStart(5, "0")}`;
  const [physician, administrator] = [staffIdentifier("IP"), staffIdentifier("CE")];
  const persons = [
    { ramqIdentifier: physician, firstName: "Élise", lastName: "Côté", practiceNumber },
    { ramqIdentifier: administrator, firstName: "Camille", lastName: "Roy" },
  ];
  await sandbox.staffRegistry.put({ body: { persons } });
  return { physician, administrator };
}

/** The hub's discovery may name the proxy as its address: what the kit itself asks does not go that way. */
function straightTo(hubUrl: string): typeof fetch {
  return (input, init) => {
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    return fetch(new URL(pathname + search, hubUrl), init);
  };
}

/** EMP-04's form. Others' runs may be on the same hub: two of the same name would be one person. */
function staffIdentifier(prefix: "IP" | "CE"): string {
  return (
    prefix +
    randomInt(36 ** 6)
      .toString(36)
      .toUpperCase()
      .padStart(6, "0")
  );
}

/** Somebody invented (0 as the eleventh character), whom RAMQ's registry in the sandbox knows. */
export async function registerPatient(
  { sandbox }: Hub,
  lastName: string,
  firstName = "Noé",
): Promise<Patient & { nam: string }> {
  const letters = Array.from({ length: 4 }, () => String.fromCharCode(65 + randomInt(26))).join("");
  const [year, month, day] = [randomInt(50, 99), randomInt(1, 13), randomInt(1, 29)];
  const two = (value: number): string => String(value).padStart(2, "0");
  const nam = `${letters}${two(year)}${two(month)}${two(day)}0${randomInt(10)}`;
  const person = { firstName, lastName, sex: "M", birthDate: `19${two(year)}-${two(month)}-${two(day)}` } as const;
  await sandbox.registry.put({ body: { persons: [{ nam, ...person }] } });
  return { nam, ...person, mobilePhone: "418-555-0142" };
}

export interface CitizensBooking {
  appointmentId: string;
  referenceNumber: string;
  nam: string;
}

export async function bookAsCitizen(
  hub: Hub,
  patient: Patient & { nam: string },
  { slotId, startAt }: { slotId: string; startAt: string },
): Promise<CitizensBooking> {
  const citizen = await citizenClient(hub, patient.nam);
  const contact = { mobilePhone: patient.mobilePhone, communicationModes: ["sms" as const] };
  const body = { slotId, startAt, consultationReason: REASON, ...contact };
  const { appointmentId, referenceNumber } = await citizen.citizenAppointments.book({ body });
  return { appointmentId, referenceNumber, nam: patient.nam };
}

export async function cancelAsCitizen(hub: Hub, { referenceNumber, nam }: CitizensBooking): Promise<void> {
  const citizen = await citizenClient(hub, nam);
  await citizen.citizenAppointments.cancel({ body: { referenceNumber, nam } });
}

async function citizenClient({ url, sandbox }: Hub, nam: string): Promise<Client> {
  const { accessToken } = await sandbox.tokens.create({ body: { as: "citizen", nam } });
  return createClient({ baseUrl: url, auth: bearer(accessToken) });
}

/** What the hub has of the clinic's agenda on a local day, in the form in which the software shows its own. */
export interface HubDay {
  slots: { slot: Slot; from: string; to: string }[];
  appointments: { appointment: Appointment; from: string; to: string }[];
}

export async function readHubDay({ machine, environment }: Clinic, day: string): Promise<HubDay> {
  const { placeId, timeZone } = environment;
  // Two days wide, then cut at the place's own midnights.
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const window = {
    placeId,
    from: new Date(midnight).toISOString(),
    to: new Date(midnight + 2 * DAY).toISOString(),
  };
  const [slots, appointments] = await Promise.all([
    machine.slots.list(window).collect({ max: 1_000 }),
    machine.appointments.list(window).collect({ max: 1_000 }),
  ]);
  const local = ({ startAt, endAt }: { startAt: string; endAt: string }) => {
    const [start, end] = [localOf(new Date(startAt), timeZone), localOf(new Date(endAt), timeZone)];
    return { day: start.day, from: start.time, to: end.time };
  };
  return {
    slots: slots.map((slot) => ({ slot, ...local(slot) })).filter((it) => it.day === day),
    appointments: appointments
      .map((appointment) => ({ appointment, ...local(appointment) }))
      .filter((it) => it.day === day),
  };
}
