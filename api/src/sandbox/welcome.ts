import type { RunningHub } from "../hub.ts";
import { listSandboxMachines } from "../features/sandbox-machines/actions.ts";
import { citizens, clinics, sandboxPassword } from "./clinics.ts";
import type { SeedClinic } from "./clinics.ts";
import { pseudonymOf } from "./staff.ts";

/** What a developer reads when a sandbox starts: what runs where, and what to try. */
export async function welcome(hub: RunningHub, seeded: boolean): Promise<string> {
  const { url, deps, postgres } = hub;
  const { machines } = await listSandboxMachines(deps);
  const first = machines[0];
  const database =
    postgres === undefined
      ? "the server of DATABASE_URL"
      : `PostgreSQL ${postgres.serverVersion} on port ${String(postgres.port)}, data in ${postgres.dataDir}`;
  const lines = [
    "",
    "  arrimage, sandbox",
    "",
    `  hub        ${url}`,
    `  reference  ${url}/docs`,
    `  guides     ${url}/docs/guides`,
    `  console    ${url}/sandbox`,
    `  database   ${database}`,
    `  clock      ${new Date(deps.clock.now()).toISOString()}   (PUT ${url}/sandbox/clock moves it)`,
    `  clinics    ${clinics.map(({ name }) => name).join(", ")}${seeded ? "   (just seeded)" : ""}`,
    `  machines   ${machines.map(({ name, machineId }) => `${name} ${machineId}`).join("\n             ")}`,
    `             their private keys: ${url}/sandbox/machines`,
    `  staff      ${staffOf(clinics).join("\n             ")}`,
    `             their password: ${sandboxPassword}   (POST ${url}/sandbox/sign-in)`,
    "",
    "  try, as a citizen looking for a doctor:",
    `    TOKEN=$(curl -s ${url}/sandbox/tokens -H 'content-type: application/json' \\`,
    `      -d '{"as":"citizen","nam":"${citizens.at(-2)?.nam ?? ""}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    `    curl -s ${url}/v1/citizen/openings/search -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\`,
    `      -d '{"cascade":"3","consultationReason":"minorEmergency","limit":3,"placeId":"${first?.places[0]?.placeId ?? ""}"}'`,
    "",
    "  and, with JSON by POST:",
    `    a robot citizen books      ${url}/sandbox/citizens/act        {"behaviour":"book"}`,
    `    time passes                ${url}/sandbox/clock/advance       {"seconds":3600}`,
    `    answers get lost           ${url}/sandbox/faults              {"fault":"lostResponse","times":1}`,
    `    keep all of it, go back    ${url}/sandbox/snapshots           {}   then …/{snapshotId}/restore, or ${url}/sandbox/reset`,
    `  what your software called, and whether it was right: ${url}/sandbox/requests`,
    "",
    "  Ctrl-C stops it; the data stays.",
    "",
    "",
  ];
  return lines.join("\n");
}

/** One of each clinic who keeps its settings. */
function staffOf(seeded: readonly SeedClinic[]): string[] {
  return seeded.flatMap((clinic) =>
    clinic.staff.filter(({ localAdmin }) => localAdmin).map((person) => pseudonymOf(person, clinic)),
  );
}
