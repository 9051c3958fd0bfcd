import { freePort } from "../src/hub.ts";
import { overHttp, repeatedly } from "./load.ts";
import { startProcess } from "./processes.ts";
import { searchPlace, searchProfessional } from "./references.ts";
import { add } from "./report.ts";
import type { Setting } from "./setting.ts";
import { connections } from "./stage.ts";

export async function measureTrivial({ hub, as, seconds }: Setting): Promise<void> {
  const trivial = await fetch(`${hub.url}/v1/caller`, { headers: as }).then((answer) => answer.text());
  const plainPort = await freePort();
  const plain = await startProcess(
    new URL("./plain-server.ts", import.meta.url),
    [String(plainPort), trivial],
    {},
    plainPort,
  );
  const reference = await overHttp({
    url: plain.url,
    connections,
    seconds,
    next: () => ({ method: "GET", path: "/", headers: as }),
  });
  await plain.stop();
  const authenticated = await overHttp({
    url: hub.url,
    connections,
    seconds,
    next: () => ({ method: "GET", path: "/v1/caller", headers: as }),
  });
  add("authenticated trivial request", "requests/s", authenticated, reference, "node:http, the same bytes");
}

export async function measureSearch({ hub, as, runtime, agenda, now, seconds }: Setting): Promise<void> {
  const week = { from: agenda.firstDay, to: agenda.firstDay + 7 * 86_400_000 };
  const raw = await repeatedly(connections, seconds, (n) =>
    searchProfessional(runtime, agenda, n, week.from, week.to, now),
  );
  const found = await overHttp({
    url: hub.url,
    connections,
    seconds,
    next: (n) => ({
      method: "GET",
      headers: as,
      path: searchPath({
        professionalId: agenda.professionals[n % agenda.professionals.length]?.professionalId,
        placeId: agenda.placeId,
        ...week,
      }),
    }),
  });
  add("search, one professional, 7 days", "searches/s", found, raw, "the same page by a prepared statement");

  const fortnight = { from: agenda.firstDay, to: agenda.firstDay + 14 * 86_400_000 };
  const rawPlace = await repeatedly(connections, seconds, () =>
    searchPlace(runtime, agenda, fortnight.from, fortnight.to, now),
  );
  const foundPlace = await overHttp({
    url: hub.url,
    connections,
    seconds,
    next: () => ({ method: "GET", headers: as, path: searchPath({ placeId: agenda.placeId, ...fortnight }) }),
  });
  add(
    "search, one place of 20 professionals, 14 days",
    "searches/s",
    foundPlace,
    rawPlace,
    "the same page by a prepared statement",
  );
}

function searchPath(query: { professionalId?: string | undefined; placeId: string; from: number; to: number }): string {
  const search = new URLSearchParams({
    placeId: query.placeId,
    from: new Date(query.from).toISOString(),
    to: new Date(query.to).toISOString(),
  });
  if (query.professionalId !== undefined) search.set("professionalId", query.professionalId);
  return `/v1/openings?${search.toString()}`;
}
