import type { ClinicActor, Operator } from "./actor.ts";
import { accept, refuse, violation } from "./decision.ts";
import type { Decision, Violation } from "./decision.ts";
import { nobodys } from "./field-editor.ts";
import type { FieldTable } from "./field-editor.ts";

/** APPT-02, APPT-03: the past limit is a value RAMQ sets; 90 days unless it granted 365. */
export const defaultPastLimitDays = 90;

export interface EstablishmentInformation {
  name: string;
  email: string | null;
  phone: string | null;
  isGmf: boolean;
  gmfNumber: string | null;
  pastLimitDays: number;
}

/** Of the field table `Establishment`, who edits what. EST-02: a local administrator email and phone. EST-03: others nothing. */
export const establishmentFields = {
  forbidden: "EST-03",
  notEditable: "EST-02",
  fields: {
    establishmentId: nobodys("Establishment.establishmentId"),
    name: { editableBy: ["operator"] },
    administrators: nobodys("EST-04"),
    email: { editableBy: ["operator", "localAdmin"] },
    phone: { editableBy: ["operator", "localAdmin"] },
    isGmf: { editableBy: ["operator"] },
    gmfNumber: { editableBy: ["operator"] },
    places: nobodys("Establishment.places"),
    pastLimitDays: { editableBy: ["operator"] },
  },
} as const satisfies FieldTable;

/** EST-01: only RAMQ creates establishments and places. */
export function refuseRegistration(actor: Operator | ClinicActor): Violation | undefined {
  return actor.kind === "operator" ? undefined : violation("EST-01", "FORBIDDEN");
}

/** EST-06, EST-07: a GMF has a number, another establishment has none. */
export function decideGmf(input: {
  isGmf: boolean;
  gmfNumber: string | null;
}): Decision<{ isGmf: boolean; gmfNumber: string | null }> {
  if (input.isGmf && input.gmfNumber === null) return refuse(violation("EST-06", "REQUIRED_FIELD", "/gmfNumber"));
  if (!input.isGmf && input.gmfNumber !== null) return refuse(violation("EST-07", "NOT_A_GMF", "/gmfNumber"));
  return accept(input);
}

/** What somebody would have of an establishment; what is left out stays as it is. */
export type WantedEstablishment = {
  [Field in keyof EstablishmentInformation]?: EstablishmentInformation[Field] | undefined;
};

export interface DecidedEstablishment {
  information: EstablishmentInformation;
  /** Names of the fields that are not as they were. */
  changed: string[];
  /** EST-09: what the caller should know of this success. */
  notices: Violation[];
}

/** EST-06, EST-07: who is no GMF any more loses the number with it. EST-09: nobody is kept from clearing a contact. */
export function decideEstablishment(
  before: EstablishmentInformation,
  wanted: WantedEstablishment,
): Decision<DecidedEstablishment> {
  const isGmf = wanted.isGmf ?? before.isGmf;
  const keptNumber = isGmf ? before.gmfNumber : null;
  const gmf = decideGmf({ isGmf, gmfNumber: wanted.gmfNumber === undefined ? keptNumber : wanted.gmfNumber });
  if (!gmf.ok) return gmf;
  const information = {
    name: wanted.name ?? before.name,
    email: wanted.email === undefined ? before.email : wanted.email,
    phone: wanted.phone === undefined ? before.phone : wanted.phone,
    ...gmf.value,
    pastLimitDays: wanted.pastLimitDays ?? before.pastLimitDays,
  };
  const fields = ["name", "email", "phone", "isGmf", "gmfNumber", "pastLimitDays"] as const;
  const notices = (["email", "phone"] as const)
    .filter((contact) => before[contact] !== null && information[contact] === null)
    .map((contact) => violation("EST-09", "ESTABLISHMENT_UNREACHABLE", `/${contact}`));
  return accept({ information, changed: fields.filter((field) => information[field] !== before[field]), notices });
}
