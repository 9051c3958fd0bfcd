import type { ClinicActor, Operator, Profile } from "./actor.ts";
import { violation } from "./decision.ts";
import type { Violation } from "./decision.ts";
import { refuseConfigurationWrite } from "./permission.ts";
import type { Whereabouts } from "./permission.ts";

/** Those whom the rule book's field tables name under "editable by". */
export type Editor = "operator" | Profile;

export interface FieldRow {
  /** Absent: nobody; it is given by the hub, computed, or written by an operation of its own. */
  editableBy?: readonly Editor[];
  /** Of a field of nobody's: the rule that the operator reads, who writes every other one. */
  rule?: string;
}

/** The column "editable by" of a field table, and the rules of those who do not stand in it. */
export interface FieldTable {
  fields: Readonly<Record<string, FieldRow>>;
  /** Of somebody who writes none of the fields: FORBIDDEN. */
  forbidden: string;
  /** Of somebody who writes other fields only: FIELD_NOT_EDITABLE. */
  notEditable: string;
}

export const nobodys = (rule: string): FieldRow => ({ rule });

/**
 * EST-02, EST-03, PLACE-01 to PLACE-03, LCGA-04: whether this actor may write these fields, all that it may not being
 * named at once.
 */
export function refuseFields(
  actor: Operator | ClinicActor,
  at: Whereabouts,
  sent: Readonly<Record<string, unknown>>,
  table: FieldTable,
): Violation[] {
  const keptInRvsq = refuseConfigurationWrite(actor, at, table.forbidden);
  if (keptInRvsq !== undefined) return [keptInRvsq];
  const editor = "profile" in actor ? actor.profile : actor.kind;
  const writes = (field: string) => table.fields[field]?.editableBy?.some((each) => each === editor) === true;
  if (!Object.keys(table.fields).some(writes)) return [violation(table.forbidden, "FORBIDDEN")];
  return Object.keys(sent)
    .filter((field) => sent[field] !== undefined && !writes(field))
    .map((field) => {
      const own = actor.kind === "operator" ? table.fields[field]?.rule : undefined;
      return violation(own ?? table.notEditable, "FIELD_NOT_EDITABLE", `/${field}`);
    });
}
