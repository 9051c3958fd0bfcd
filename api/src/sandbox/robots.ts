import type { Instant } from "../clock.ts";
import type { Deps } from "../deps.ts";
import { withScope } from "../db/scope.ts";
import { consultationReasons } from "../domain/reason.ts";
import { sandboxTokenSeconds } from "../http/access-token.ts";
import { utcText } from "../http/time.ts";
import { createHttpCaller } from "./http-caller.ts";
import type { HttpCaller } from "./http-caller.ts";
import { inventedCitizen } from "./invented-citizens.ts";
import type { InventedCitizen } from "./invented-citizens.ts";
import { findSlotToTake, listEstablishmentIds } from "./store.ts";
import type { SlotToTake } from "./store.ts";
import type { Wanted } from "./wanted-opening.ts";

/** Citizens who act by themselves, through the hub's own operations and with tokens of their own. */
export interface Robots {
  caller: HttpCaller;
  tokenOf(citizen: InventedCitizen): Promise<string>;
  /** Takes the time before somebody else does; false when it cannot be had. */
  take(wanted: Wanted): Promise<boolean>;
}

/** Those who take what others want are numbered from here on, behind those whom somebody has asked for. */
const firstRival = 40_000;
const rivals = 40_000;
const tries = 6;
const tokensKept = 10_000;

export const robotContact = { mobilePhone: "418-555-0199", communicationModes: ["sms"] };

export function createRobots(deps: Deps, fetch: (request: Request) => Response | Promise<Response>): Robots {
  const caller = createHttpCaller(deps.config.baseUrl, fetch, () => deps.ids.next("key", deps.clock.wall()));
  const tokens = new Map<string, { token: Promise<string>; until: Instant }>();
  let taken = 0;

  function tokenOf({ nam }: InventedCitizen): Promise<string> {
    const wall = deps.clock.wall();
    const known = tokens.get(nam);
    if (known !== undefined && wall < known.until) return known.token;
    if (tokens.size > tokensKept) tokens.clear();
    const body = { as: "citizen", nam };
    const token = caller
      .send<{ accessToken: string }>("POST", "/sandbox/tokens", { body })
      .then(({ accessToken }) => accessToken);
    tokens.set(nam, { token, until: wall + (sandboxTokenSeconds * 1000) / 2 });
    token.catch(() => tokens.delete(nam));
    return token;
  }

  return {
    caller,
    tokenOf,
    async take(wanted) {
      const slot = await slotOf(deps, wanted);
      if (slot === undefined) return false;
      const startAt = wanted.startAt ?? utcText(slot.startAt);
      const reasons = wanted.consultationReason === undefined ? reasonsOf(slot) : [wanted.consultationReason];
      for (const [attempt, consultationReason] of reasons.entries()) {
        if (attempt === tries) break;
        const rival = inventedCitizen(firstRival + (taken++ % rivals));
        await admit(caller, rival, slot);
        const as = await tokenOf(rival);
        const body = { slotId: slot.slotId, startAt, consultationReason };
        const { status } = await (wanted.by === "booking"
          ? caller.ask("POST", "/v1/citizen/appointments", { as, body: { ...body, ...robotContact } })
          : caller.ask("POST", "/v1/citizen/holds", { as, body }));
        if (status === 201) return true;
      }
      return false;
    },
  };
}

/** Registered with that professional, so that whatever is offered to anybody is offered to them. */
async function admit(caller: HttpCaller, citizen: InventedCitizen, slot: SlotToTake): Promise<void> {
  const { practiceNumber, gmfNumber } = slot;
  const registration = practiceNumber === null ? null : { practiceNumber, gmfNumber };
  await caller.send("PUT", "/sandbox/registry", { body: { persons: [{ ...citizen, registration }] } });
}

async function slotOf(deps: Deps, { slotId, professionalId, startAt }: Wanted): Promise<SlotToTake | undefined> {
  const at = startAt === undefined ? null : Date.parse(startAt);
  if (at !== null && Number.isNaN(at)) return undefined;
  const establishments = await withScope(
    deps.connection,
    { audience: "operator", establishments: [] },
    listEstablishmentIds,
  );
  return withScope(deps.connection, { audience: "system", establishments }, (tx) =>
    findSlotToTake(tx, slotId ?? null, professionalId ?? null, at),
  );
}

function reasonsOf({ consultationReasons: offered }: SlotToTake): readonly string[] {
  return offered.includes("allReasons") ? consultationReasons : offered;
}
