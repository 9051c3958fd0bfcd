/** Why a row of the export cannot be used as it stands. Stable: the report and the JSON print these codes. */
export type MalformedCode =
  // any file
  | "QUOTES"
  | "ENCODING"
  | "COLUMN_COUNT"
  // provider.csv, demographic.csv
  | "PROVIDER_NO_MISSING"
  | "PRACTITIONER_NO_FORMAT"
  | "DUPLICATE_PROVIDER_NO"
  | "DEMOGRAPHIC_NO_FORMAT"
  | "DUPLICATE_DEMOGRAPHIC_NO"
  | "NAME_MISSING"
  | "SEX_FORMAT"
  | "BIRTH_DATE_FORMAT"
  | "NAM_FORMAT"
  // scheduletemplatecode.csv, scheduletemplate.csv, scheduledate.csv
  | "CODE_FORMAT"
  | "DUPLICATE_CODE"
  | "DURATION_FORMAT"
  | "TEMPLATE_NAME_MISSING"
  | "TEMPLATE_LENGTH"
  | "DUPLICATE_TEMPLATE"
  | "TEMPLATE_MISSING"
  | "AVAILABLE_FORMAT"
  | "DUPLICATE_SCHEDULE_DATE"
  // appointment.csv
  | "APPOINTMENT_NO_FORMAT"
  | "DUPLICATE_APPOINTMENT_NO"
  | "TIME_FORMAT"
  | "END_BEFORE_START"
  | "UNKNOWN_PATIENT"
  | "LOCAL_TIME_DOES_NOT_EXIST"
  // several files
  | "DATE_FORMAT"
  | "STATUS_UNKNOWN"
  | "UNKNOWN_PROVIDER";

/** A row that was left aside and named, so that a person can find it: `line` is the physical line where it begins, header = 1. */
export interface MalformedRow {
  file: string;
  line: number;
  code: MalformedCode;
}

/** The folder as a whole is not an export this bridge can read; nothing has been sent or written. */
export class ExportError extends Error {
  override name = "ExportError";
}
