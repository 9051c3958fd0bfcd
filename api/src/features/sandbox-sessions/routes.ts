import { operation } from "../../http/operation.ts";
import { serve } from "../../http/serve.ts";
import type { Hub } from "../../http/serve.ts";
import { createKeyring } from "../../http/signing-keys.ts";
import { end, refresh, signIn } from "./actions.ts";
import {
  endSchema,
  refreshExample,
  refreshSchema,
  sessionExample,
  sessionSchema,
  signInExample,
  signInSchema,
} from "./schema.ts";

const start = operation({
  operationId: "sessions.signIn",
  method: "post",
  path: "/sandbox/sign-in",
  tag: "sandbox",
  summary: "Sign in as a member of staff",
  description:
    "As RAMQ's identity issuer would. AUTH-02: an unknown identifier and a wrong password are answered alike. AUTH-03: an " +
    "active employee record is needed, somewhere.",
  actors: [],
  body: signInSchema,
  status: 200,
  result: sessionSchema,
  problems: ["INVALID_IDENTIFIER", "INVALID_CREDENTIALS", "NOT_ACTIVE_IN_RVSQ"],
  example: { body: signInExample, result: sessionExample },
});

const goOn = operation({
  operationId: "sessions.refresh",
  method: "post",
  path: "/sandbox/sessions/refresh",
  tag: "sandbox",
  summary: "Say what the signed-in person does, and have a fresh token",
  description:
    "AUTH-04: a session ends 200 minutes after its last activity on settings or in slot-editing mode, by the machine's " +
    "time, whatever the sandbox's clock says. AUTH-05: never after one on the agenda in appointment mode.",
  actors: [],
  body: refreshSchema,
  status: 200,
  result: sessionSchema,
  problems: ["INVALID_TOKEN", "NOT_ACTIVE_IN_RVSQ"],
  example: { body: refreshExample, result: sessionExample },
});

const signOut = operation({
  operationId: "sessions.end",
  method: "post",
  path: "/sandbox/sessions/end",
  tag: "sandbox",
  summary: "Sign out",
  description: "Access tokens that were given live on until they expire.",
  actors: [],
  body: endSchema,
  status: 204,
  problems: [],
  example: { body: { sessionId: sessionExample.sessionId } },
});

/** Registered in sandbox mode only. */
export function sandboxSessionRoutes(hub: Hub): void {
  const { deps } = hub;
  const keyring = createKeyring(deps);
  serve(hub, start, async (_call, { body }) => ({ body: await signIn(deps, keyring, body) }));
  serve(hub, goOn, async (_call, { body }) => ({ body: await refresh(deps, keyring, body) }));
  serve(hub, signOut, async (_call, { body }) => {
    await end(deps, body.sessionId);
    return {};
  });
}
