import type { Settled } from "../../db/idempotency.ts";
import { scopeOf } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import type { ClinicActor } from "../../domain/actor.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Call } from "../../http/call.ts";
import { settleApart } from "../../lane/apart.ts";
import { vendorOf } from "../appointments/reading.ts";
import { askRegistrations, professionalsOf, reachOfClosing, readClosing } from "./closing.ts";
import type { Registrations } from "./closing.ts";
import type { AgendaClosed, AgendaClosureBody } from "./schema.ts";
import { settleClosing } from "./settle-closing.ts";

/** CLOSE-01 to CLOSE-12. */
export async function closeAgenda(
  deps: Deps,
  call: Call<ClinicActor>,
  professionalId: string,
  body: AgendaClosureBody,
): Promise<Settled<AgendaClosed>> {
  checkScopes(call.actor);
  const closing = readClosing(professionalId, body);
  const registrations: Registrations = new Map();
  return settleApart(deps, {
    scope: scopeOf(call),
    once: call.once,
    ...vendorOf(call.actor),
    targets: { professionalIds: professionalsOf(closing) },
    reach: (book) => reachOfClosing(book, closing),
    prepare: (book) => askRegistrations(deps, book, closing, registrations),
    settle: (tx, book) => settleClosing(deps, tx, call, { book, closing, registrations }),
  });
}

/** An agenda holds slots and appointments: agenda software needs both scopes. */
function checkScopes(actor: ClinicActor): void {
  if (actor.kind === "machine" && !actor.scopes.includes("slots.write"))
    throw new Refusal([violation("CONTRACT", "INSUFFICIENT_SCOPE", "", { scope: "slots.write" })]);
}
