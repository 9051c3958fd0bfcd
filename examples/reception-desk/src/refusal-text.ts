import { ArrimageConnectionError, isArrimageProblem } from "@arrimage/sdk";

/**
 * What a person at a desk should read instead of "an error occurred": the hub's own sentence for each thing that stands
 * against the request, which field of the form it is about, and what can be done next.
 */
export interface RefusalText {
  /** One sentence for each violation, in the language the client was made with. */
  sentences: readonly { field: string | null; text: string; rule: string; href: string | null }[];
  next: "correct" | "acknowledge" | "otherTime" | "readAgain" | "tryLater" | "askSupport";
  /** For `acknowledge`: the codes to send back with the same request once the person has said yes. */
  codes: readonly string[];
  /** For `otherTime`: starts that could be booked when the hub answered. */
  otherTimes: readonly string[];
  /** For `askSupport`: what the hub's operator needs to find the request. Nothing of the patient. */
  requestId: string | null;
}

export function refusalText(error: unknown): RefusalText {
  if (error instanceof ArrimageConnectionError) return { ...nothing, next: "tryLater" };
  // A programming error is not for the desk.
  if (!isArrimageProblem(error)) throw error;
  const sentences = error.violations.map(({ pointer, detail, rule, href }) => ({
    field: fieldOf(pointer),
    text: detail,
    rule,
    href: href ?? null,
  }));
  const told = { ...nothing, sentences, requestId: error.requestId };
  if (isArrimageProblem(error, "PRECONDITION_FAILED")) return { ...told, next: "readAgain" };
  const codes = error.violations.map(({ code }) => code);
  if (codes.length > 0 && codes.every((code) => warnings.has(code))) return { ...told, next: "acknowledge", codes };
  const otherTimes = error.alternatives.flatMap(startOf);
  if (otherTimes.length > 0) return { ...told, next: "otherTime", otherTimes };
  if (error.retryable || error.status === 429 || error.status === 503) return { ...told, next: "tryLater" };
  return { ...told, next: sentences.length > 0 ? "correct" : "askSupport" };
}

/** The refusals that a person may overrule here, as /docs/problems tells them: the same request passes with `acknowledge`. */
const warnings = new Set(["HELD_BY_COLLEAGUE", "HELD_BY_CITIZEN", "OVERLAPS_APPOINTMENT"]);

const nothing = { sentences: [], codes: [], otherTimes: [], requestId: null };

/** `/patient/homePhone` is the form's field `homePhone`; the empty pointer is the whole request. */
function fieldOf(pointer: string | null | undefined): string | null {
  return pointer?.split("/").at(-1) || null;
}

function startOf(alternative: unknown): string[] {
  return typeof alternative === "object" &&
    alternative !== null &&
    "startAt" in alternative &&
    typeof alternative.startAt === "string"
    ? [alternative.startAt]
    : [];
}
