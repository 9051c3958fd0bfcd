import type { EndedLink, Grant, MachineLink, Scope as MachineScope } from "../domain/actor.ts";
import { machineScopes } from "../domain/actor.ts";
import type { TimeZone } from "../domain/time.ts";
import type { ScopedTx } from "./scope.ts";

/** What is known of those who call: read before any actor exists, in the scope of the caller alone. */

export interface MachineRecord {
  machineId: string;
  vendorId: string;
  name: string;
  status: "active" | "suspended";
  scopes: readonly MachineScope[];
  links: readonly MachineLink[];
  endedLinks: readonly EndedLink[];
  /** RFC 7517, public keys only; validated when it was registered. */
  jwks: { keys: readonly PublicJwk[] };
}

export interface PublicJwk {
  kty?: string;
  kid?: string;
  crv?: string;
  x?: string;
  y?: string;
}

/** A machine and its links; the scope's subject is the machine. */
export async function findMachineRecord(tx: ScopedTx, machineId: string): Promise<MachineRecord | undefined> {
  const [row] = await tx.sql<(Omit<MachineRecord, "scopes"> & { scopes: readonly string[] })[]>`
    SELECT machine_id AS "machineId", vendor_id AS "vendorId", name, status, to_jsonb(scopes) AS scopes, jwks,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('establishmentId', establishment_id, 'placeId', place_id,
          'servicesManagedBy', services_managed_by) ORDER BY establishment_id, place_id)
        FROM machine_link WHERE machine_link.machine_id = machine.machine_id), '[]') AS links,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('establishmentId', establishment_id, 'placeId', place_id, 'seq', seq)
          ORDER BY establishment_id, place_id, seq)
        FROM ended_link WHERE ended_link.machine_id = machine.machine_id), '[]') AS "endedLinks"
    FROM machine WHERE machine_id = ${machineId}`;
  return row && { ...row, scopes: machineScopes.filter((scope) => row.scopes.includes(scope)) };
}

export interface EmployeeRecord {
  establishmentId: string;
  employeeId: string;
  firstName: string;
  lastName: string;
  /** `YYYY-MM-DD` */
  departureDate: string | null;
  localAdmin: boolean;
  superUser: boolean;
}

/** Every establishment's record of one person; the scope's subject is the RAMQ identifier. */
export async function listEmployeeRecords(tx: ScopedTx, ramqIdentifier: string): Promise<EmployeeRecord[]> {
  return tx.sql<EmployeeRecord[]>`
    SELECT establishment_id AS "establishmentId", employee_id AS "employeeId", first_name AS "firstName",
      last_name AS "lastName", departure_date AS "departureDate", local_admin AS "localAdmin", super_user AS "superUser"
    FROM employee WHERE ramq_identifier = ${ramqIdentifier} AND deleted_at IS NULL ORDER BY establishment_id`;
}

export interface EmployeeRights {
  employeeId: string;
  professionalId: string | null;
  /** Of the first of the work places; null without any. */
  timeZone: TimeZone | null;
  workPlaceIds: readonly string[];
  grants: readonly Grant[];
}

/** Where these employees work and what they were granted, within the scope's establishments. */
export async function listEmployeeRights(tx: ScopedTx, ramqIdentifier: string): Promise<EmployeeRights[]> {
  return tx.sql<EmployeeRights[]>`
    SELECT e.employee_id AS "employeeId",
      (SELECT p.professional_id FROM professional p
        WHERE p.establishment_id = e.establishment_id AND p.employee_id = e.employee_id) AS "professionalId",
      (SELECT l.time_zone FROM employee_place w JOIN place l USING (establishment_id, place_id)
        WHERE w.establishment_id = e.establishment_id AND w.employee_id = e.employee_id
        ORDER BY w.place_id LIMIT 1) AS "timeZone",
      coalesce((SELECT jsonb_agg(w.place_id ORDER BY w.place_id) FROM employee_place w
        WHERE w.establishment_id = e.establishment_id AND w.employee_id = e.employee_id), '[]') AS "workPlaceIds",
      coalesce((SELECT jsonb_agg(jsonb_build_object('placeId', g.place_id, 'professionalId', g.professional_id,
          'access', g.access) ORDER BY g.place_id, g.professional_id) FROM employee_grant g
        WHERE g.establishment_id = e.establishment_id AND g.employee_id = e.employee_id), '[]') AS grants
    FROM employee e WHERE e.ramq_identifier = ${ramqIdentifier} AND e.deleted_at IS NULL`;
}

export type KeyPurpose = "access" | "sandbox-issuer";

/** The public half of a key of the hub's own, as its JWKS shows it. */
export interface OwnJwk {
  kty: "EC";
  crv: "P-256";
  x: string;
  y: string;
  kid: string;
  alg: "ES256";
  use: "sig";
  [extension: string]: unknown;
}

export interface SigningKeyRow {
  kid: string;
  publicJwk: OwnJwk;
  privateJwk: Uint8Array;
}

export async function findSigningKey(tx: ScopedTx, purpose: KeyPurpose): Promise<SigningKeyRow | undefined> {
  const [row] = await tx.sql<SigningKeyRow[]>`
    SELECT kid, public_jwk AS "publicJwk", private_jwk AS "privateJwk" FROM signing_key WHERE purpose = ${purpose}`;
  return row;
}

/** Nothing when another process was first. */
export async function insertSigningKey(
  tx: ScopedTx,
  key: SigningKeyRow & { purpose: KeyPurpose; createdAt: number },
): Promise<void> {
  await tx.sql`
    INSERT INTO signing_key (kid, purpose, public_jwk, private_jwk, created_at)
    VALUES (${key.kid}, ${key.purpose}, ${tx.sql.json(key.publicJwk as never)}, ${key.privateJwk}, ${key.createdAt})
    ON CONFLICT (purpose) DO NOTHING`;
}
