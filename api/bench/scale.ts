import { overHttp, repeatedly } from "./load.ts";
import type { Measured } from "./load.ts";
import { writeRegion } from "./region.ts";
import type { Region } from "./region.ts";
import { add, addRow } from "./report.ts";
import {
  enterScope,
  firstsOfPlaces,
  nextOfProfessionals,
  pageOfPlace,
  pageOfProfessional,
  pageOfRegion,
} from "./scale-references.ts";
import { connections, setStage } from "./stage.ts";
import type { Stage } from "./stage.ts";

/**
 * Searches upon 200 professionals in clinics of twenty (60 days of 32 openings) and 500 places in all; and again upon a
 * tenth of it: what ten times the agendas cost. The two hubs are asked in turn, so that both see the same minutes.
 */
const sizes = { whole: { clinics: 10, places: 500, citizens: 26 }, tenth: { clinics: 1, places: 50, citizens: 26 } };
const rounds = 3;

type Request = Parameters<typeof overHttp>[0]["next"];

interface Question {
  what: string;
  next: Request;
  /** What can be asked upon a tenth of the agendas too, of the same agendas there and here. */
  inBoth: Request;
  /** The same answer in SQL as to `next`. */
  reference: (n: number) => Promise<unknown>;
}

export async function measureScale(serverUrl: string, seconds: number): Promise<void> {
  const stages = { whole: await setStage(serverUrl, "scale_whole"), tenth: await setStage(serverUrl, "scale_tenth") };
  try {
    const whole = await questionsOf(stages.whole, sizes.whole);
    const tenth = await questionsOf(stages.tenth, sizes.tenth);
    for (const [at, { what, next, inBoth, reference }] of whole.questions.entries()) {
      const small = tenth.questions[at];
      if (small === undefined) throw new Error("the two hubs are asked the same");
      const found: Record<"hub" | "raw" | "large" | "small", Measured[]> = { hub: [], raw: [], large: [], small: [] };
      for (let round = 0; round < rounds; round++) {
        const share = seconds / rounds;
        found.raw.push(await repeatedly(connections, share, reference));
        found.hub.push(await overHttp({ url: whole.url, connections, seconds: share, next }));
        found.large.push(await overHttp({ url: whole.url, connections, seconds: share, next: inBoth }));
        found.small.push(await overHttp({ url: tenth.url, connections, seconds: share, next: small.inBoth }));
      }
      const [large, little] = [middle(found.large), middle(found.small)];
      add(what, "searches/s", middle(found.hub), middle(found.raw), "the same answer by a prepared statement");
      addRow({
        ...{ what: "  of what a tenth has too: times a tenth's", unit: "searches/s" },
        ...{ hub: large.perSecond, reference: little.perSecond, referenceIs: "upon a tenth", p99: large.p99 },
      });
    }
  } finally {
    await stages.whole.end();
    await stages.tenth.end();
  }
}

/** Of the rounds, the one in the middle. */
function middle(rounds: readonly Measured[]): Measured {
  const sorted = [...rounds].sort((a, b) => a.perSecond - b.perSecond);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (found === undefined) throw new Error("nothing was measured");
  return found;
}

async function questionsOf(
  stage: Stage,
  size: (typeof sizes)["whole"],
): Promise<{ url: string; questions: Question[] }> {
  const { now } = stage;
  const region = await writeRegion(stage.owner, stage.secrets, now, size);
  const [machine, citizen] = [stage.runtime(), stage.runtime()];
  await enterScope(
    machine,
    "machine",
    region.clinics.map(({ establishmentId }) => establishmentId),
  );
  await enterScope(citizen, "citizen", []);
  const hub = await stage.startHub();
  const desk = { authorization: `Bearer ${await hub.machineToken(region.machineId)}` };
  const citizens = await Promise.all(region.citizens.map((nam) => hub.citizenToken(nam)));
  const agendas = region.clinics.flatMap((practice) =>
    practice.professionalIds.map((professionalId) => ({ practice, professionalId })),
  );
  const clinicOf = (n: number) => {
    const clinic = region.clinics[n % region.clinics.length];
    if (clinic === undefined) throw new Error("a region without clinics");
    return clinic;
  };
  const firstClinic = () => clinicOf(0);
  const week = { from: region.firstDay, to: region.firstDay + 7 * 86_400_000 };
  const fortnight = { from: region.firstDay, to: region.firstDay + 14 * 86_400_000 };
  const fifty = Array.from({ length: 50 }, (_, n) => agendas[(n * 7) % agendas.length]).filter(
    (each) => each !== undefined,
  );
  const asCitizen =
    (path: string, body: object): Request =>
    (n) => ({
      method: "POST",
      path,
      headers: { authorization: `Bearer ${citizens[n % citizens.length] ?? ""}`, "content-type": "application/json" },
      body: JSON.stringify({ consultationReason: "minorEmergency", postalCode: region.postalCode, ...body }),
    });
  const asDesk =
    (path: (n: number) => string): Request =>
    (n) => ({ method: "GET", path: path(n), headers: desk });
  type ClinicOf = typeof clinicOf;
  const ofProfessional = (clinicOf: ClinicOf) =>
    asDesk((n) => {
      const { placeId, professionalIds } = clinicOf(n);
      const professionalId = professionalIds[n % professionalIds.length] ?? "";
      return listPath({ placeId, professionalId, ...span(week) });
    });
  const ofPlace = (clinicOf: ClinicOf) => asDesk((n) => listPath({ placeId: clinicOf(n).placeId, ...span(fortnight) }));
  const nextOver = (professionalIds: readonly string[]) =>
    asDesk(() => `/v1/openings/next?professionalIds=${professionalIds.join(",")}`);
  const ofNearest = asCitizen("/v1/citizen/openings/nearest", { limit: 20 });
  const ofRegion = asCitizen("/v1/citizen/openings/search", { cascade: "3", limit: 50 });
  const nearest = await nearestTwenty(hub.url, ofNearest, region);
  return {
    url: hub.url,
    questions: [
      {
        what: "one professional of 200, 7 days",
        ...{ next: ofProfessional(clinicOf), inBoth: ofProfessional(firstClinic) },
        reference: (n) => pageOfProfessional(machine, clinicOf(n), n, week, now),
      },
      {
        what: "one place of 20 professionals, 14 days",
        ...{ next: ofPlace(clinicOf), inBoth: ofPlace(firstClinic) },
        reference: (n) => pageOfPlace(machine, clinicOf(n), fortnight, now),
      },
      {
        what: "nearest twenty places of 500, first opening of each",
        ...{ next: ofNearest, inBoth: ofNearest },
        reference: () => firstsOfPlaces(citizen, nearest, now),
      },
      {
        what: "a page over the 500 places near a postal code",
        ...{ next: ofRegion, inBoth: ofRegion },
        reference: () => pageOfRegion(citizen, region, now),
      },
      {
        what: "next over 50 professionals",
        next: nextOver(fifty.map(({ professionalId }) => professionalId)),
        inBoth: nextOver(firstClinic().professionalIds.slice(0, 20)),
        reference: () => nextOfProfessionals(machine, fifty, now),
      },
    ],
  };
}

/** As the hub answers them; it must answer twenty. */
async function nearestTwenty(url: string, next: Request, region: Region) {
  const { path, body, headers, method } = next(0);
  const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  const { items } = (await answer.json()) as { items: { place: { placeId: string } }[] };
  const found = items.flatMap(({ place }) => region.places.find(({ placeId }) => placeId === place.placeId) ?? []);
  if (found.length !== 20) throw new Error(`the nearest twenty places were ${String(found.length)}`);
  return found;
}

function span({ from, to }: { from: number; to: number }): Record<"from" | "to", string> {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function listPath(query: Record<string, string>): string {
  return `/v1/openings?${new URLSearchParams(query).toString()}`;
}
