import type { CsvFile, CsvRecord } from "./csv-file.ts";
import { isLocalDate } from "./local-time.ts";
import type { MalformedCode } from "./malformed.ts";

export const providerColumns = ["provider_no", "last_name", "first_name", "practitioner_no"] as const;
type ProviderRow = CsvRecord<(typeof providerColumns)[number]>;
export type ProviderFile = CsvFile<(typeof providerColumns)[number]>;

export const patientColumns = [
  "demographic_no",
  "last_name",
  "first_name",
  "sex",
  "year_of_birth",
  "month_of_birth",
  "date_of_birth",
  "hin",
  "hc_type",
  "phone",
  "cell",
  "email",
  "spoken_lang",
  "provider_no",
] as const;
type PatientRow = CsvRecord<(typeof patientColumns)[number]>;
export type PatientFile = CsvFile<(typeof patientColumns)[number]>;

/** A professional of the clinic. `professionalNumber` is the practice number: six digits, whose first ones are the class (EMP-05, EMP-06). */
export interface Provider {
  providerNo: string;
  professionalNumber: string;
  firstName: string;
  lastName: string;
}

export interface Patient {
  demographicNo: string;
  /** Twelve characters, or null when unknown, of another province, or not in a NAM's format. */
  nam: string | null;
  firstName: string;
  lastName: string;
  sex: "F" | "M";
  /** `YYYY-MM-DD` */
  birthDate: string;
  homePhone: string | null;
  mobilePhone: string | null;
  email: string | null;
  language: "fr" | "en";
  /** Of OSCAR's `postal`, which an export may leave out. */
  postalCode: string | null;
  /** OSCAR's number of the patient's own professional; null when none, or not in the export. */
  ownProviderNo: string | null;
}

export function readProvider(row: ProviderRow): Provider | MalformedCode {
  const provider: Provider = {
    providerNo: row.text("provider_no").trim(),
    professionalNumber: row.text("practitioner_no").trim(),
    firstName: row.text("first_name").trim(),
    lastName: row.text("last_name").trim(),
  };
  if (provider.providerNo === "") return "PROVIDER_NO_MISSING";
  if (!/^([15]\d{5}|81\d{4})$/.test(provider.professionalNumber)) return "PRACTITIONER_NO_FORMAT";
  if (provider.firstName === "" || provider.lastName === "") return "NAME_MISSING";
  return provider;
}

/** A patient, with a `flaw` when the row can be used but not whole: a number that is no NAM leaves the patient without one. */
export function readPatient(
  row: PatientRow,
  providers: ReadonlyMap<string, Provider>,
): { patient: Patient; flaw: MalformedCode | null } | MalformedCode {
  const demographicNo = row.text("demographic_no").trim();
  const birthDate = birthDateOf(row);
  const sex = row.text("sex").trim();
  const firstName = row.text("first_name").trim();
  const lastName = row.text("last_name").trim();
  if (!/^[1-9]\d*$/.test(demographicNo)) return "DEMOGRAPHIC_NO_FORMAT";
  if (firstName === "" || lastName === "") return "NAME_MISSING";
  if (sex !== "F" && sex !== "M") return "SEX_FORMAT";
  if (birthDate === null) return "BIRTH_DATE_FORMAT";

  const hin = row.text("hc_type").trim() === "QC" ? filled(row.text("hin")) : null;
  const nam = hin === null ? null : normaliseNam(hin);
  const ownProviderNo = row.text("provider_no").trim();
  return {
    patient: {
      demographicNo,
      nam,
      firstName,
      lastName,
      sex,
      birthDate,
      homePhone: like(phoneForm, row.text("phone")),
      mobilePhone: like(phoneForm, row.text("cell")),
      email: like(emailForm, row.text("email")),
      language: row.text("spoken_lang").trim().toLowerCase() === "english" ? "en" : "fr",
      postalCode: like(postalForm, row.optionalText("postal") ?? ""),
      ownProviderNo: providers.has(ownProviderNo) ? ownProviderNo : null,
    },
    flaw: hin !== null && nam === null ? "NAM_FORMAT" : null,
  };
}

/**
 * The number as RAMQ writes it, or null when it has not a NAM's format ("NAM format" of the rules): four letters, the birth
 * year's last two digits, month (plus 50 for a woman) and day, two digits. The date must be real in either century.
 */
export function normaliseNam(text: string): string | null {
  const nam = text.replace(/[\s-]/g, "").toUpperCase();
  const parts = /^[A-Z]{4}(\d{2})(\d{2})(\d{2})\d{2}$/.exec(nam);
  if (!parts) return null;
  const [, year = "", month = "", day = ""] = parts;
  const realMonth = String(Number(month) % 50).padStart(2, "0");
  return ["19", "20"].some((century) => isLocalDate(`${century}${year}-${realMonth}-${day}`)) ? nam : null;
}

function birthDateOf(row: PatientRow): string | null {
  const month = row.text("month_of_birth").trim().padStart(2, "0");
  const day = row.text("date_of_birth").trim().padStart(2, "0");
  const date = `${row.text("year_of_birth").trim()}-${month}-${day}`;
  return isLocalDate(date) ? date : null;
}

/** Ten digits, after a 1 or not, with an extension or not: what the hub takes for a North American number. */
const phoneForm = /^(\+?1[\s.-]*)?\(?\d{3}\)?[\s.-]*\d{3}[\s.-]*\d{4}([\s,;]*(x|ext\.?|poste)\s*\d{1,6})?$/i;
const emailForm = /^[\w'+-]+(\.[\w'+-]+)*@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;
const postalForm = /^[A-Z]\d[A-Z][ -]?\d[A-Z]\d$/i;

/**
 * Front desks write other things into these cells ("aucun", "voir notes"). Nobody can be reached by them: they count as empty,
 * so that the hub says what is missing instead of refusing the row for its form.
 */
function like(form: RegExp, text: string): string | null {
  const trimmed = text.trim();
  return form.test(trimmed) ? trimmed : null;
}

function filled(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" ? null : trimmed;
}
