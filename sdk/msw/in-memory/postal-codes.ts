import { positions } from "arrimage:postal-codes";
import { sortationAreaOf } from "../../../api/src/domain/postal-code.ts";
import type * as real from "../../../api/src/postal-codes.ts";

/** The hub's own answers (api/src/postal-codes.ts), put here by the build: areas by three characters, villages by six. */
export const positionOfPostalCode: typeof real.positionOfPostalCode = (postalCode) =>
  positionIn(postalCode) ?? positionIn(sortationAreaOf(postalCode));

function positionIn(code: string) {
  const found = positions[code];
  return found === undefined ? null : { latitude: found[0], longitude: found[1] };
}
