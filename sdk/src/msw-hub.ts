/** What a hub in memory can be told to hold. Everything else about it is said through its operations. */

/** An instant: RFC 3339, milliseconds since 1970, or a Date. */
export type Moment = string | number | Date;

export interface MemoryHubOptions {
  /** Where the hub is reached; also the issuer of its tokens. */
  baseUrl: string;
  /** Where its time stands until it is moved; the machine's own time, running, when absent. */
  now?: Moment | undefined;
  /** Ids are counted, so that each run has the same; another text makes others. */
  seed?: string | undefined;
  /** Of answers to requests that do not say (`Accept-Language`); the hub's own default is French. */
  language?: "fr" | "en" | undefined;
  /** Told of failures that the hub answers with 500: there should be none. */
  onError?: ((failure: string) => void) | undefined;
}

export type Scope =
  | "places.read"
  | "services.read"
  | "services.write"
  | "slots.read"
  | "slots.write"
  | "appointments.read"
  | "appointments.write"
  | "changes.read"
  | "webhooks.manage";

export interface EstablishmentFields {
  name?: string | undefined;
  /** A family medicine group's number makes the establishment one. */
  gmfNumber?: string | undefined;
  pastLimitDays?: 90 | 365 | undefined;
}

export interface PlaceFields {
  establishmentId: string;
  name?: string | undefined;
  timeZone?: "America/Toronto" | "America/Halifax" | "America/Blanc-Sablon" | undefined;
  postalCode?: string | undefined;
  /** Its last day, `YYYY-MM-DD`. */
  endDate?: string | undefined;
  /** What citizens see of its professionals' services: those of their relationship, or of the whole clientele. */
  displayMode?: "byRelationship" | "byClientele" | undefined;
  maskProfessionalName?: { gmf?: boolean; gen?: boolean } | undefined;
}

export interface ProfessionalFields {
  /** Where they work; all of one establishment. */
  placeIds: readonly [string, ...string[]];
  name?: string | undefined;
  practiceNumber?: string | undefined;
  profession?: "physician" | "nurse" | "resident" | undefined;
  /** Persons seen at once: of more than one it is a team. */
  capacity?: number | undefined;
  /** Opens citizens' openings at most so many weeks ahead. */
  maxWeeks?: number | undefined;
  /** Their last day, `YYYY-MM-DD`. */
  departureDate?: string | undefined;
}

export interface ServiceFields {
  professionalId: string;
  type?: "MF" | "GMF" | "GEN" | undefined;
  consultationReason?: string | undefined;
  durationMinutes?: number | undefined;
}

export interface MachineFields {
  /** The places whose agenda it keeps. */
  placeIds: readonly string[];
  name?: string | undefined;
  scopes?: readonly Scope[] | undefined;
  /** Public keys it proves itself with (`privateKeyJwt`); tokens of `tokens.machine` need none. */
  publicKeys?: readonly { kty?: string; kid?: string; crv?: string; x?: string; y?: string }[] | undefined;
  /** Another machine of the same vendor. */
  vendorId?: string | undefined;
  servicesManagedBy?: "machine" | "staff" | undefined;
}

export interface EmployeeFields {
  placeIds: readonly [string, ...string[]];
  ramqIdentifier?: string | undefined;
  profile?: "localAdmin" | "superUser" | "user" | undefined;
  grants?: readonly { placeId: string; professionalId: string; access: "read" | "write" }[] | undefined;
}

export interface CitizenFields {
  /** Twelve characters; one is invented when absent. */
  nam?: string | undefined;
  firstName?: string | undefined;
  lastName?: string | undefined;
  sex?: "F" | "M" | undefined;
  birthDate?: string | undefined;
  /** The physician's practice number, and the family medicine group they are registered through. */
  registeredWith?: { practiceNumber: string; gmfNumber?: string | undefined } | undefined;
}

/** A clinic as most tests need one: a place, a physician who has one service, and the software that keeps the agenda. */
export interface Clinic {
  establishmentId: string;
  placeId: string;
  professionalId: string;
  serviceId: string;
  machineId: string;
  vendorId: string;
}

export interface MemoryHub {
  baseUrl: string;
  /** The hub itself: `createClient({ fetch: hub.fetch })` does without MSW. */
  fetch(this: void, request: Request): Promise<Response>;
  clock: {
    /** Milliseconds since 1970. */
    now(this: void): number;
    set(this: void, at: Moment): void;
    advance(this: void, milliseconds: number): void;
  };
  addClinic(
    this: void,
    fields?: EstablishmentFields & Pick<PlaceFields, "timeZone"> & Pick<MachineFields, "publicKeys" | "scopes">,
  ): Clinic;
  addEstablishment(this: void, fields?: EstablishmentFields): { establishmentId: string };
  addPlace(this: void, fields: PlaceFields): { placeId: string };
  addProfessional(this: void, fields: ProfessionalFields): { professionalId: string; practiceNumber: string | null };
  addService(this: void, fields: ServiceFields): { serviceId: string };
  addMachine(this: void, fields: MachineFields): { machineId: string; vendorId: string };
  addEmployee(this: void, fields: EmployeeFields): { employeeId: string; ramqIdentifier: string };
  /** Somebody whom RAMQ knows. Every other well-formed number is nobody's, as in the hub. */
  addCitizen(this: void, fields?: CitizenFields): { nam: string };
  suspendMachine(this: void, machineId: string): void;
  /** Access tokens, as `/oauth/token` and the identity issuer give them. */
  tokens: {
    machine(this: void, machineId: string, scopes?: readonly Scope[]): Promise<string>;
    employee(this: void, ramqIdentifier: string): Promise<string>;
    citizen(this: void, nam: string): Promise<string>;
    operator(this: void): Promise<string>;
  };
  /** Empty again, and its ids go on. */
  reset(this: void): void;
}
