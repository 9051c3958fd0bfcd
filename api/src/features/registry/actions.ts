import { withScope } from "../../db/scope.ts";
import type { Deps } from "../../deps.ts";
import { Refusal, violation } from "../../domain/decision.ts";
import type { Violation } from "../../domain/decision.ts";
import { normaliseNam } from "../../domain/nam.ts";
import type { Registration } from "../../domain/registration.ts";
import { paginate } from "../../http/page.ts";
import type { Page, PageQuery } from "../../http/page.ts";
import { personOf } from "./sandbox-registry.ts";
import type { NewPersons, ListedPerson } from "./schema.ts";
import { listPersons, putPerson } from "./store.ts";
import type { PersonRow } from "./store.ts";

const scope = { audience: "system", establishments: [] } as const;

/** Invents insured persons, or changes them: all of them, or none when a number is not one. */
export async function putPersons(deps: Deps, input: NewPersons): Promise<{ persons: number }> {
  const wrong: Violation[] = [];
  const rows = input.persons.map((person, index) => {
    const nam = normaliseNam(person.nam);
    if (nam === null) wrong.push(violation("PAT-02", "INVALID_NAM", `/persons/${String(index)}/nam`));
    const namIndex = deps.secrets.namIndex(nam ?? "");
    return {
      nam_index: namIndex,
      nam_encrypted: deps.secrets.seal(nam ?? "", boundTo(namIndex)),
      first_name: person.firstName,
      last_name: person.lastName,
      sex: person.sex,
      birth_date: person.birthDate,
      eligible: person.eligible,
      registration: registrationFrom(person.registration),
    };
  });
  if (wrong.length > 0) throw new Refusal(wrong);
  await withScope(deps.connection, scope, async (tx) => {
    for (const row of rows) await putPerson(tx, row);
  });
  return { persons: rows.length };
}

export async function listAllPersons(deps: Deps, query: PageQuery): Promise<Page<ListedPerson>> {
  const { items, nextCursor } = await withScope(deps.connection, scope, (tx) =>
    paginate<PersonRow, string>(deps, "registry.list", query, async (after, limit) => ({
      rows: await listPersons(tx, after ?? "", limit),
      positionOf: (row) => row.nam_index,
    })),
  );
  return {
    items: items.map((row) => ({
      nam: deps.secrets.open(row.nam_encrypted, boundTo(row.nam_index)),
      ...personOf(row),
    })),
    nextCursor,
  };
}

function registrationFrom(sent: NewPersons["persons"][number]["registration"]): Registration | null {
  if (sent === undefined || sent === null) return null;
  const { practiceNumber, delegatedPracticeNumber, gmfNumber, placeNumber, endDate, gmfEndDate, placeEndDate } = sent;
  return {
    practiceNumber,
    delegatedPracticeNumber: delegatedPracticeNumber ?? null,
    gmfNumber: gmfNumber ?? null,
    placeNumber: placeNumber ?? null,
    endDate: endDate ?? null,
    gmfEndDate: gmfEndDate ?? null,
    placeEndDate: placeEndDate ?? null,
  };
}

function boundTo(namIndex: string): string {
  return `registry|${namIndex}`;
}
