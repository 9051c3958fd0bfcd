import { importJWK, SignJWT } from "jose";
import { withScope } from "../db/scope.ts";
import type { Deps } from "../deps.ts";
import { longestMinutes } from "../domain/freshness.ts";
import { timeZones } from "../domain/time.ts";
import type { TimeZone } from "../domain/time.ts";
import { slotsOf } from "./agenda.ts";
import { citizens, clinics } from "./clinics.ts";
import type { SeedBlock, SeedClinic } from "./clinics.ts";
import { createHttpCaller } from "./http-caller.ts";
import type { HttpCaller } from "./http-caller.ts";
import { publicPart, sandboxKey } from "./keys.ts";
import { registeredStaffOf } from "./staff.ts";
import { anyEstablishment } from "./store.ts";
import { seedSnapshot } from "./world.ts";

const vendors: Readonly<Record<SeedClinic["machine"], string>> = {
  "agenda-plus": "Agenda Plus inc.",
  "oscar-pont": "Pont OSCAR",
};

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * Fills an empty sandbox: three clinics (one of them a GMF with work groups), their people, four weeks of agenda from the
 * clock's today, invented citizens, and two machines whose keys everybody knows. Through the hub's own operations, so
 * that the log and the rules hold for it. A sandbox that has anything keeps it, unless that is what an interrupted seeding
 * has left. What is there then is kept as the snapshot that a reset goes back to.
 */
export async function seedSandbox(deps: Deps, fetch: Fetch): Promise<boolean> {
  const world = deps.sandbox?.world;
  if (world === undefined) throw new Error("only a sandbox is seeded");
  const inhabited = () => withScope(deps.connection, { audience: "operator", establishments: [] }, anyEstablishment);
  return world.seedOnce(inhabited, async () => {
    await fill(deps, fetch);
    for (const { name, snapshotId } of await world.list()) if (name === seedSnapshot) await world.delete(snapshotId);
    const [now, wall] = [deps.clock.now(), deps.clock.wall()];
    const running = deps.sandboxClock?.isRunning() ?? true;
    const snapshotId = deps.ids.next("snp", wall);
    await world.create({ snapshotId, name: seedSnapshot, createdAt: wall, now, running });
  });
}

async function fill(deps: Deps, fetch: Fetch): Promise<void> {
  const hub = createHttpCaller(deps.config.baseUrl, fetch, () => deps.ids.next("key", deps.clock.now()));
  const { accessToken: operator } = await hub.send<{ accessToken: string }>("POST", "/sandbox/tokens", {
    body: { as: "operator" },
  });
  await hub.send("PUT", "/sandbox/registry", { body: { persons: citizens } });
  const machines = new Map<string, string>();
  for (const [name, vendorName] of Object.entries(vendors)) {
    const { vendorId } = await hub.send<{ vendorId: string }>("POST", "/v1/vendors", {
      as: operator,
      body: { name: vendorName },
    });
    const body = { vendorId, name, keys: [publicPart(sandboxKey(name))] };
    const { machineId } = await hub.send<{ machineId: string }>("POST", "/v1/machines", { as: operator, body });
    machines.set(name, machineId);
  }
  for (const clinic of clinics) await seedClinic(deps, hub, operator, clinic, machines.get(clinic.machine) ?? "");
}

async function seedClinic(
  deps: Deps,
  hub: HttpCaller,
  operator: string,
  clinic: SeedClinic,
  machineId: string,
): Promise<void> {
  const { gmfNumber } = clinic;
  const { establishmentId } = await hub.send<{ establishmentId: string }>("POST", "/v1/establishments", {
    as: operator,
    body: { name: clinic.name, isGmf: gmfNumber !== null, gmfNumber },
  });
  const { placeId } = await hub.send<{ placeId: string }>("POST", "/v1/places", {
    as: operator,
    body: { establishmentId, ...clinic.place },
  });
  // Nobody runs software behind the seeded machines: with the times of a real link (SYNC-04) their agendas would be gone
  // from citizens' searches the next morning, or as soon as somebody moves the clock.
  await hub.send("PUT", `/v1/places/${placeId}/machine-link`, {
    as: operator,
    body: {
      machineId,
      servicesManagedBy: "machine",
      lateAfterMinutes: longestMinutes - 1,
      staleAfterMinutes: longestMinutes,
    },
  });
  await hub.send("PUT", "/sandbox/staff-registry", { body: { persons: registeredStaffOf(clinic) } });
  for (const { ramqIdentifier, localAdmin } of clinic.staff) {
    const body = { establishmentId, ramqIdentifier, localAdmin, workPlaceIds: [placeId] };
    await hub.send("POST", "/v1/employees", { as: operator, body });
  }
  for (const { practiceNumber } of clinic.professionals) {
    const body = { establishmentId, practiceNumber, workPlaceIds: [placeId] };
    await hub.send("POST", "/v1/employees", { as: operator, body });
  }
  const admin = clinic.staff.find(({ localAdmin }) => localAdmin)?.ramqIdentifier ?? "";
  const { accessToken } = await hub.send<{ accessToken: string }>("POST", "/sandbox/tokens", {
    body: { as: "employee", ramqIdentifier: admin },
  });
  const { items } = await hub.send<{ items: { professionalId: string; practiceNumber: string | null }[] }>(
    "GET",
    `/v1/professionals?placeId=${placeId}`,
    { as: accessToken },
  );
  const professionalIds = new Map(items.map(({ professionalId, practiceNumber }) => [practiceNumber, professionalId]));
  const machine = await machineToken(deps, hub, clinic.machine, machineId);
  await seedAgendas(deps, hub, machine, clinic, { establishmentId, placeId }, professionalIds);
  const idsOf = (numbers: readonly string[]) => numbers.map((number) => professionalIds.get(number) ?? "");
  for (const { members, relayTeam1, relayTeam2 } of clinic.workGroups) {
    const relayTeams = [relayTeam1, relayTeam2].map((team) => ({ professionalIds: idsOf(team) }));
    await hub.send("POST", "/v1/work-groups", {
      as: accessToken,
      body: { professionalIds: idsOf(members), relayTeams },
    });
  }
}

async function seedAgendas(
  deps: Deps,
  hub: HttpCaller,
  machine: string,
  clinic: SeedClinic,
  { establishmentId, placeId }: { establishmentId: string; placeId: string },
  professionalIds: ReadonlyMap<string | null, string>,
): Promise<void> {
  const zone = zoneOf(clinic.place.timeZone);
  const lines: unknown[] = [];
  for (const { practiceNumber, blocks } of clinic.professionals) {
    const professionalId = professionalIds.get(practiceNumber) ?? "";
    const services = await seedServices(hub, machine, professionalId, blocks);
    for (const { externalId, block, startAt, endAt, openFrom } of slotsOf(
      practiceNumber,
      blocks,
      zone,
      deps.clock.now(),
    )) {
      const serviceIds = [services.get(serviceKey(block))];
      lines.push({
        establishmentId,
        externalId,
        professionalId,
        startAt,
        endAt,
        placeId,
        serviceIds,
        visibility: block.visibility,
        ...(openFrom === null ? {} : { openFrom }),
      });
    }
  }
  const results = await hub.send<{ outcome: string }[]>("POST", "/v1/slots/batch", { as: machine, lines });
  const refused = results.find(({ outcome }) => outcome === "refused");
  if (refused !== undefined) throw new Error(`the seed's agenda was refused: ${JSON.stringify(refused)}`);
}

/** As any machine obtains one: private_key_jwt. */
async function machineToken(deps: Deps, hub: HttpCaller, name: string, machineId: string): Promise<string> {
  const key = sandboxKey(name);
  const seconds = Math.floor(deps.clock.wall() / 1000);
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: "client-authentication+jwt" })
    .setIssuer(machineId)
    .setSubject(machineId)
    .setAudience(deps.config.baseUrl)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 60)
    .setJti(deps.ids.random(16).toString("base64url"))
    .sign(await importJWK({ ...key }, "EdDSA"));
  const form = {
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  };
  const { access_token } = await hub.send<{ access_token: string }>("POST", "/oauth/token", { form });
  return access_token;
}

/** One service for each kind of time, made once. */
async function seedServices(
  hub: HttpCaller,
  machine: string,
  professionalId: string,
  blocks: readonly SeedBlock[],
): Promise<Map<string, string>> {
  const services = new Map<string, string>();
  for (const block of blocks) {
    if (services.has(serviceKey(block))) continue;
    const body = {
      professionalId,
      type: block.type,
      consultationReason: block.reason,
      durationMinutes: block.durationMinutes,
    };
    const { serviceId } = await hub.send<{ serviceId: string }>("POST", "/v1/services", { as: machine, body });
    services.set(serviceKey(block), serviceId);
  }
  return services;
}

function serviceKey({ type, reason, durationMinutes }: SeedBlock): string {
  return `${type} ${reason} ${String(durationMinutes)}`;
}

function zoneOf(name: string): TimeZone {
  const zone = timeZones.find((known) => known === name);
  if (zone === undefined) throw new Error(`no such zone in Québec: ${name}`);
  return zone;
}
