/** Proves that agenda software keeps the contract: `arrimage-conformance` as functions. Node only. */
export type {
  Adapter,
  AdapterModule,
  AgendaEntry,
  Environment,
  LocalRef,
  NewBooking,
  NewOpening,
  Patient,
} from "./adapter.ts";
export { coverage } from "./coverage.ts";
export type { Coverage } from "./coverage.ts";
export { CHECKS, PROFILES } from "./checks.ts";
export type { Check, CheckId, Profile } from "./checks.ts";
export { connectAdapter } from "./http-adapter.ts";
export { digestOf, reportJunit, reportText } from "./report.ts";
export type { CheckReport, Report } from "./report.ts";
export { reportHtml } from "./report-html.ts";
export { KIT, runConformance } from "./run.ts";
export type { RunOptions } from "./run.ts";
export type { Patience } from "./stage.ts";
