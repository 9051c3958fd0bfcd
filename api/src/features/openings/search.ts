import type { ScopedTx } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import type { AgendaRow } from "./agenda-store.ts";
import type { OpeningFilter, Reach } from "./search-conditions.ts";
import { byStart, listFreeOpenings } from "./search-store.ts";
import type { FreeOpening, OpeningPosition, Window } from "./search-store.ts";

/** An agenda that is searched, and how far. */
export interface Searched extends Omit<Reach, "professionalId"> {
  agenda: AgendaRow;
}

/** Agendas of one place, searched alike. */
export interface Site {
  searched: readonly [Searched, ...Searched[]];
  filter: OpeningFilter;
  from: number;
  to: number | null;
}

export interface Found {
  opening: FreeOpening;
  agenda: AgendaRow;
}

/** SEARCH-09: the first or the last opening of all sites. */
export async function oneOpening(
  tx: ScopedTx,
  sites: readonly Site[],
  which: "first" | "last",
  now: number,
): Promise<FreeOpening | undefined> {
  const found = await Promise.all(
    sites.map((site) => {
      const window: Window = { from: site.from, to: site.to, limit: 1 };
      return readSite(tx, site, which === "last" ? { ...window, last: true } : window, now);
    }),
  );
  return found
    .flat()
    .sort(byStart)
    .at(which === "last" ? -1 : 0);
}

export function readSite(
  tx: ScopedTx,
  { searched, filter }: Site,
  window: Window,
  now: number,
): Promise<FreeOpening[]> {
  const { establishmentId, placeId } = searched[0].agenda;
  const professionals = searched.map(({ agenda: { professionalId }, limit, ends }) => ({
    professionalId,
    limit,
    ends,
  }));
  return listFreeOpenings(tx, { establishmentId, placeId, professionals }, filter, window, now);
}

export function bySite(searched: readonly Searched[]): [Searched, ...Searched[]][] {
  const sites = new Map<string, [Searched, ...Searched[]]>();
  for (const each of searched) {
    const site = sites.get(each.agenda.placeId);
    if (site === undefined) sites.set(each.agenda.placeId, [each]);
    else site.push(each);
  }
  return [...sites.values()];
}

/** One page over all sites, each read up to the page's limit and then merged. What is `kept` its cursor holds too. */
export async function searchSites(
  deps: Deps,
  tx: ScopedTx,
  madeFor: string,
  query: PageQuery,
  sites: readonly Site[],
  now: number,
  kept: Readonly<Record<string, unknown>> = {},
): Promise<Page<Found>> {
  const agendas = new Map(
    sites.flatMap(({ searched }) => searched.map(({ agenda }) => [keyOf(agenda), agenda] as const)),
  );
  return paginate<Found, OpeningPosition>(deps, madeFor, query, async (after, limit) => {
    const found = await Promise.all(
      sites.map((site) => readSite(tx, site, { from: site.from, to: site.to, after, limit }, now)),
    );
    const rows = (found.length === 1 ? (found[0] ?? []) : found.flat().sort(byStart)).flatMap((opening) => {
      const agenda = agendas.get(keyOf(opening));
      return agenda === undefined ? [] : [{ opening, agenda }];
    });
    return { rows, positionOf: ({ opening: { startAt, slotId } }) => ({ startAt, slotId, ...kept }) };
  });
}

function keyOf({ professionalId, placeId }: { professionalId: string; placeId: string }): string {
  return `${professionalId} ${placeId}`;
}
