import { generateKeyPairSync } from "node:crypto";
import { bearer, type Client, type ConnectionConfig, createClient, privateKeyJwt, type Schemas } from "@arrimage/sdk";
import { createSandboxClient, type SandboxClient } from "@arrimage/sdk/sandbox";
import type { BridgeConfig, WorkGroup } from "./bridge-json.ts";
import type { InsuredPerson, PushPlan } from "./plan-push.ts";

/** A clinic that the hub knows, and what its agenda software needs to speak for it. */
export interface LinkedClinic {
  connection: ConnectionConfig;
  sandbox: SandboxClient;
  /** Signs in with the machine's own key. */
  machine: Client;
  placeId: string;
  /** Professionals' ids at the hub, by practice number. */
  professionalIds: ReadonlyMap<string, string>;
}

const KEY_ID = "demo-1";
const PERSONS_A_CALL = 500;

/**
 * What the operator (RAMQ) does before a clinic can link its software: establishment, place, vendor, machine, link and
 * employees; and, in the sandbox, the insured persons with their registrations. The clinic's administrator adds its work
 * groups. The clock is set and stands still.
 */
export async function setUpClinic(
  connection: ConnectionConfig,
  config: BridgeConfig,
  plan: Pick<PushPlan, "professionals" | "insuredPersons">,
  clock: Date,
): Promise<LinkedClinic> {
  const sandbox = createSandboxClient(connection);
  await sandbox.clock.set({ body: { now: clock.toISOString(), running: false } });
  const { accessToken } = await sandbox.tokens.create({ body: { as: "operator" } });
  const operator = createClient({ ...connection, auth: bearer(accessToken) });

  const { establishmentId } = await operator.establishments.create({ body: config.establishment });
  // bridge.json may name any zone: the hub knows those of Québec, and refuses another.
  const timeZone = config.place.timeZone as Schemas["NewPlace"]["timeZone"];
  const { placeId } = await operator.places.create({ body: { establishmentId, ...config.place, timeZone } });
  const machine = await registerMachine(operator, connection);
  await operator.machineLinks.put({ placeId, body: { machineId: machine.machineId, servicesManagedBy: "machine" } });

  await registerStaff(sandbox, plan.professionals);
  const professionalIds = new Map<string, string>();
  for (const { professionalNumber } of plan.professionals) {
    const body = { establishmentId, practiceNumber: professionalNumber, workPlaceIds: [placeId] };
    const { professionalId } = await operator.employees.create({ body });
    if (professionalId === null) throw new Error(`The hub made no professional of ${professionalNumber}.`);
    professionalIds.set(professionalNumber, professionalId);
  }
  if (config.workGroups.length > 0) {
    const administrator = await employAdministrator(connection, sandbox, operator, { establishmentId, placeId });
    await registerWorkGroups(administrator, config.workGroups, professionalIds);
  }
  await fillRegistry(sandbox, plan.insuredPersons, config.establishment.gmfNumber);
  return { connection, sandbox, machine: machine.client, placeId, professionalIds };
}

/** A key of its own for each demo: only the public half leaves this process. */
async function registerMachine(
  operator: Client,
  connection: ConnectionConfig,
): Promise<{ machineId: string; client: Client }> {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { vendorId } = await operator.vendors.create({ body: { name: "OSCAR EMR" } });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID }];
  const { machineId } = await operator.machines.create({ body: { vendorId, name: "OSCAR bridge", keys } });
  const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const auth = privateKeyJwt({ clientId: machineId, privateKey: pem, keyId: KEY_ID });
  return { machineId, client: createClient({ ...connection, auth }) };
}

/** The hub employs whom RAMQ's online services know (EMP-09): in the sandbox, whoever is put there. */
async function registerStaff(sandbox: SandboxClient, professionals: PushPlan["professionals"]): Promise<void> {
  const persons = professionals.map(({ professionalNumber, firstName, lastName }, index) => ({
    // Invented: OSCAR does not know RAMQ's identifiers of persons (EMP-04).
    ramqIdentifier: `IP${String(index + 1).padStart(6, "0")}`,
    ...{ firstName, lastName, practiceNumber: professionalNumber },
  }));
  await sandbox.staffRegistry.put({ body: { persons } });
}

/** WG-02: work groups are for a clinic's own administrator, whom the export does not name. */
async function employAdministrator(
  connection: ConnectionConfig,
  sandbox: SandboxClient,
  operator: Client,
  { establishmentId, placeId }: { establishmentId: string; placeId: string },
): Promise<Client> {
  const ramqIdentifier = "CE000001";
  await sandbox.staffRegistry.put({ body: { persons: [{ ramqIdentifier, firstName: "Camille", lastName: "Roy" }] } });
  await operator.employees.create({
    body: { establishmentId, ramqIdentifier, workPlaceIds: [placeId], localAdmin: true },
  });
  const { accessToken } = await sandbox.tokens.create({ body: { as: "employee", ramqIdentifier } });
  return createClient({ ...connection, auth: bearer(accessToken) });
}

/** WG-14, WG-16: a team without anybody is not sent, and the first comes first. */
async function registerWorkGroups(
  administrator: Client,
  groups: readonly WorkGroup[],
  professionalIds: ReadonlyMap<string, string>,
): Promise<void> {
  const idsOf = (numbers: readonly string[]): string[] =>
    numbers.map((number) => {
      const id = professionalIds.get(number);
      if (id === undefined) throw new Error(`The hub was not told of ${number} before the work groups.`);
      return id;
    });
  for (const { members, relayTeam1, relayTeam2 } of groups) {
    const relayTeams = [relayTeam1, relayTeam2]
      .filter((team) => team.length > 0)
      .map((team) => ({ professionalIds: idsOf(team) }));
    await administrator.workGroups.create({ body: { professionalIds: idsOf(members), relayTeams } });
  }
}

async function fillRegistry(
  sandbox: SandboxClient,
  insured: readonly InsuredPerson[],
  gmfNumber: string | null,
): Promise<void> {
  const persons = insured.map(({ nam, firstName, lastName, sex, birthDate, ownProfessionalNumber }) => ({
    ...{ nam, firstName, lastName, sex, birthDate },
    registration: ownProfessionalNumber === null ? null : { practiceNumber: ownProfessionalNumber, gmfNumber },
  }));
  for (let from = 0; from < persons.length; from += PERSONS_A_CALL) {
    await sandbox.registry.put({ body: { persons: persons.slice(from, from + PERSONS_A_CALL) } });
  }
}
