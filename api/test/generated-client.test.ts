/** Proof that the document suffices: a client that an independent generator makes of it compiles strictly and books. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aCitizen, aClinic } from "./factories.ts";
import { serveHub } from "./served-hub.ts";
import type { ServedHub } from "./served-hub.ts";

const run = promisify(execFile);
const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
const document = fileURLToPath(new URL("../../spec/openapi.json", import.meta.url));

let served: ServedHub;
let folder = "";
beforeAll(async () => {
  served = await serveHub();
  folder = await mkdtemp(join(tmpdir(), "arrimage-generated-"));
  await symlink(modules, join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const generator = [join(modules, "@hey-api/openapi-ts/bin/run.js"), "-i", document, "-o", "client"];
  await run(process.execPath, [...generator, "-c", "@hey-api/client-fetch", "--silent", "--no-log-file"], {
    cwd: folder,
  });
}, 60_000);
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a vendor would write over the generated client; nothing of it is cast. */
const book = `
import { citizenAppointmentsBook, citizenOpeningsSearch, changesList, slotsUpsertByExternalId } from "./client";
import { createClient } from "./client/client";
import type { ClientOptions, ProblemBody } from "./types";

const { HUB = "", MACHINE = "", CITIZEN = "", PROFESSIONAL = "", PLACE = "", SERVICE = "" } = process.env;
const clientOf = (token: string) => createClient({ baseUrl: HUB as ClientOptions["baseUrl"], auth: () => token });
const [machine, citizen] = [clientOf(MACHINE), clientOf(CITIZEN)];

const pushed = await slotsUpsertByExternalId({
  client: machine,
  path: { externalId: "slot-1" },
  body: {
    professionalId: PROFESSIONAL,
    placeId: PLACE,
    serviceIds: [SERVICE],
    visibility: "public",
    startAt: "2027-03-08T09:00:00-05:00",
    endAt: "2027-03-08T10:00:00-05:00",
  },
  throwOnError: true,
});
const search = { cascade: "3", consultationReason: "minorEmergency", placeId: PLACE } as const;
const found = await citizenOpeningsSearch({ client: citizen, body: search, throwOnError: true });
const [opening] = found.data.items;
if (opening === undefined) throw new Error("nothing is offered");
const booking = {
  slotId: opening.slotId,
  startAt: opening.startAt,
  consultationReason: "minorEmergency" as const,
  mobilePhone: "418-555-0142",
  communicationModes: ["sms" as const],
};
const headers = (key: string) => ({ "Idempotency-Key": key });
const booked = await citizenAppointmentsBook({
  client: citizen,
  body: booking,
  headers: headers("generated-1"),
  throwOnError: true,
});
const refused = await citizenAppointmentsBook({ client: citizen, body: booking, headers: headers("generated-2") });
const problem: ProblemBody | undefined = refused.error;
const changes = await changesList({ client: machine, throwOnError: true });
console.log(
  JSON.stringify({
    outcome: pushed.data.outcome,
    status: booked.data.status,
    startAt: booked.data.startAt,
    code: problem?.code,
    rules: problem?.violations.map(({ rule }) => rule),
    changes: changes.data.items.map(({ objectType, operation }) => objectType + " " + operation),
  }),
);
`;

test("a client of @hey-api/openapi-ts compiles under tsc --strict and books an appointment", async () => {
  const { hub, url } = served;
  const clinic = await aClinic(hub);
  const citizen = await aCitizen(hub);
  await writeFile(join(folder, "types.ts"), 'export type { ClientOptions, Problem as ProblemBody } from "./client";');
  await writeFile(join(folder, "book.ts"), book);
  const strict = ["--strict", "--noEmit", "--target", "es2023", "--module", "esnext", "--moduleResolution", "bundler"];
  const tsc = [join(modules, "typescript/bin/tsc"), ...strict, "--types", "node", "--skipLibCheck", "book.ts"];
  const compiled = await run(process.execPath, tsc, { cwd: folder }).catch((error: unknown) => error);
  expect(compiled).toMatchObject({ stdout: "" });
  await build({
    entryPoints: [join(folder, "book.ts")],
    outfile: join(folder, "book.mjs"),
    ...{ bundle: true, format: "esm", platform: "node", logLevel: "error" },
  });
  const env = {
    ...{ HUB: url, MACHINE: clinic.machine.token, CITIZEN: citizen.token, PROFESSIONAL: clinic.professionalId },
    ...{ PLACE: clinic.placeId, SERVICE: clinic.service.serviceId, PATH: process.env["PATH"] },
  };
  const { stdout, stderr } = await run(process.execPath, [join(folder, "book.mjs")], { env });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    outcome: "created",
    status: "active",
    startAt: "2027-03-08T09:00:00-05:00",
    code: "OPENING_NOT_AVAILABLE",
    rules: ["APPT-09"],
    changes: ["slot created", "appointment created"],
  });
}, 60_000);
