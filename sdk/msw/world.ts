import type { Connection } from "../../api/src/db/connection.ts";
import type { KeyPurpose, MachineRecord, SigningKeyRow } from "../../api/src/db/callers.ts";
import type { Outcome } from "../../api/src/db/idempotency.ts";
import type { Scope, ScopedTx } from "../../api/src/db/scope.ts";
import type { Grant } from "../../api/src/domain/actor.ts";
import type { Binding, BindingObject } from "../../api/src/domain/binding.ts";
import type { Hold } from "../../api/src/domain/hold.ts";
import type { WrittenAppointment } from "../../api/src/features/appointments/write-store.ts";
import type { ChangeRow } from "../../api/src/features/changes/store.ts";
import type { ReasonState } from "../../api/src/features/consultation-reasons/store.ts";
import type { EstablishmentRow } from "../../api/src/features/establishments/store.ts";
import type { MachineLinkRow } from "../../api/src/features/machine-links/store.ts";
import type { PlaceRow } from "../../api/src/features/places/store.ts";
import type { ProfessionalFacts } from "../../api/src/features/professionals/store.ts";
import type { ServiceGroupRow } from "../../api/src/features/service-groups/store.ts";
import type { ServiceRow } from "../../api/src/features/services/store.ts";
import type { SlotRow } from "../../api/src/features/slots/store.ts";
import type { WorkGroupRow } from "../../api/src/features/work-groups/store.ts";
import type { InsuredPerson } from "../../api/src/registry.ts";

/** An employee's record, and what it lets them do. */
export interface EmployeeRow {
  establishmentId: string;
  employeeId: string;
  ramqIdentifier: string;
  firstName: string;
  lastName: string;
  departureDate: string | null;
  localAdmin: boolean;
  superUser: boolean;
  workPlaceIds: readonly string[];
  grants: readonly Grant[];
}

/** The tables that are kept, by what their rows are; each by a key of its own. Rows are replaced, never changed. */
export interface Rows {
  establishment: EstablishmentRow;
  place: PlaceRow;
  professional: ProfessionalFacts;
  employee: EmployeeRow;
  service: ServiceRow;
  serviceGroup: ServiceGroupRow;
  workGroup: WorkGroupRow;
  reason: ReasonState;
  machine: Omit<MachineRecord, "links">;
  /** By place. */
  link: MachineLinkRow;
  slot: SlotRow;
  appointment: WrittenAppointment;
  hold: Hold;
  binding: Binding & { vendorId: string };
  /** By blind index and local date. */
  citizenDay: { namIndex: string; localDate: string; appointments: number };
  /** By establishment: its log, oldest first. */
  log: readonly ChangeRow[];
  /** By caller and key. */
  outcome: { fingerprint: string; outcome: Outcome<unknown>; expiresAt: number };
  signingKey: SigningKeyRow & { purpose: KeyPurpose };
  /** By machine and jti. */
  assertion: { expiresAt: number };
  /** By blind index. */
  person: InsuredPerson;
}
export type Table = keyof Rows;
type Tables = { [Name in Table]: ReadonlyMap<string, Rows[Name]> };

const tableNames: readonly Table[] = [
  ...(["establishment", "place", "professional", "employee", "service", "serviceGroup", "workGroup"] as const),
  ...(["reason", "machine", "link", "slot", "appointment", "hold", "binding", "citizenDay", "log"] as const),
  ...(["outcome", "signingKey", "assertion", "person"] as const),
];

/** A transaction over the tables, as the stores of this folder see the ScopedTx that the hub hands them. */
export interface MemoryTx {
  scope: Scope;
  /** Whether the transaction's scope holds the establishment (the policies named `…_tenant`). */
  owns(this: void, row: { establishmentId: string }): boolean;
  /** Whether rows that everybody may be offered are seen: `…_citizen`, `…_operator`. */
  sees(row: { establishmentId: string }, ...audiences: Scope["audience"][]): boolean;
  rows<Name extends Table>(name: Name): Rows[Name][];
  find<Name extends Table>(name: Name, key: string): Rows[Name] | undefined;
  put<Name extends Table>(name: Name, key: string, row: Rows[Name]): void;
  remove(name: Table, key: string): void;
  /** The vendor's own identifier of an object, if it has given one. */
  nameOf(vendorId: string | null, objectType: BindingObject, objectId: string): string | null;
  /** What was made of the tables as they are; made anew once one of these has been written. */
  derived<T>(key: string, from: readonly Table[], make: () => T): T;
}

/** What a store function needs that no store of this folder has: the operation answers 501. */
export class NotInMemory extends Error {
  override name = "NotInMemory";
}

/** In the place of a table's mirror, in a statement that only PostgreSQL can answer. */
export function noTable(): object {
  return new Proxy(
    {},
    {
      get() {
        throw new NotInMemory("a table that is not kept");
      },
    },
  );
}

export interface World {
  /** What the hub's actions take for their connection; only `withScope` of this folder looks into it. */
  connection: Connection;
  /** One transaction after another, kept when `run` resolves and the scope is not a dry run's. */
  transact<T>(scope: Scope, run: (tx: ScopedTx) => Promise<T>): Promise<T>;
  /** Outside any transaction, for whoever builds the world. */
  put<Name extends Table>(name: Name, key: string, row: Rows[Name]): void;
  find<Name extends Table>(name: Name, key: string): Rows[Name] | undefined;
  clear(): void;
}

const worlds = new WeakMap<object, World>();
const transactions = new WeakMap<object, Transaction>();

interface Transaction extends MemoryTx {
  tables(): Tables;
  /** Gives back what has been written since. */
  savepoint(): () => void;
}

export function createWorld(): World {
  let tables = emptyTables();
  let turn: Promise<unknown> = Promise.resolve();
  const connection = {};
  const world: World = {
    // Nothing else of a Connection is ever used: every statement goes through withScope or is refused.
    connection: connection as Connection,
    transact(scope, run) {
      const mine = turn.then(async () => {
        const tx = open(tables, scope);
        const value = await run(scopedTx(tx));
        if (scope.dryRun !== true) tables = tx.tables();
        return value;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
    put(name, key, row) {
      tables = { ...tables, [name]: new Map<string, unknown>(tables[name]).set(key, row) };
    },
    find: (name, key) => tables[name].get(key),
    clear() {
      // The hub's own keys stay: its keyrings remember them.
      tables = { ...emptyTables(), signingKey: tables.signingKey };
    },
  };
  worlds.set(connection, world);
  return world;
}

export function worldOf(connection: Connection): World {
  const world = worlds.get(connection);
  if (world === undefined) throw new Error("not a connection of this folder");
  return world;
}

/** The transaction behind what the hub passes from action to store. */
export function memoryOf(tx: ScopedTx): Transaction {
  const memory = transactions.get(tx);
  if (memory === undefined) throw new Error("not a transaction of this folder");
  return memory;
}

export function scopedTx(tx: Transaction): ScopedTx {
  const refused = (): never => {
    throw new NotInMemory("a statement that only PostgreSQL can answer");
  };
  const scoped = {
    get sql() {
      return refused();
    },
    get db() {
      return refused();
    },
    establishments: [...new Set(tx.scope.establishments)].sort(),
  };
  transactions.set(scoped, tx);
  // The brand exists in types only.
  return scoped as unknown as ScopedTx;
}

function open(committed: Tables, scope: Scope): Transaction {
  let tables = committed;
  // Tables that this transaction has copied already, since it began or since its last savepoint.
  let own = new Map<Table, Map<string, unknown>>();
  let known = new Map<string, { from: readonly Table[]; value: unknown }>();
  const establishments = new Set(scope.establishments);

  function writable(name: Table): Map<string, unknown> {
    const copied = own.get(name);
    if (copied !== undefined) return copied;
    const copy = new Map<string, unknown>(tables[name]);
    own.set(name, copy);
    tables = { ...tables, [name]: copy };
    return copy;
  }
  function forget(name: Table): void {
    known = new Map([...known].filter(([, made]) => !made.from.includes(name)));
  }

  function derived<T>(key: string, from: readonly Table[], make: () => T): T {
    const found = known.get(key);
    // Only `make` of the same key has written it.
    if (found !== undefined) return found.value as T;
    const value = make();
    known.set(key, { from, value });
    return value;
  }

  return {
    scope,
    derived,
    owns: ({ establishmentId }) => establishments.has(establishmentId),
    sees: ({ establishmentId }, ...audiences) =>
      establishments.has(establishmentId) || audiences.includes(scope.audience),
    rows: (name) => [...tables[name].values()],
    find: (name, key) => tables[name].get(key),
    put(name, key, row) {
      writable(name).set(key, row);
      forget(name);
    },
    remove(name, key) {
      writable(name).delete(key);
      forget(name);
    },
    nameOf(vendorId, objectType, objectId) {
      const names = derived(
        "names",
        ["binding"],
        () =>
          new Map(
            [...tables.binding.values()].map((row) => [
              `${row.vendorId} ${row.objectType} ${row.objectId}`,
              row.externalId,
            ]),
          ),
      );
      return names.get(`${vendorId ?? ""} ${objectType} ${objectId}`) ?? null;
    },
    tables: () => tables,
    savepoint() {
      const before = tables;
      own = new Map();
      return () => {
        tables = before;
        own = new Map();
        known = new Map();
      };
    },
  };
}

function emptyTables(): Tables {
  // Every table is an empty map, whatever its rows will be.
  return Object.fromEntries(tableNames.map((name) => [name, new Map()])) as unknown as Tables;
}

/** In order of one of their fields; all of them are ASCII, for which JavaScript's order is the database's. */
export function sortBy<T>(rows: readonly T[], ...keys: ((row: T) => string | number)[]): T[] {
  return [...rows].sort((a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  });
}

/** Whether a position of a list (its keys, in order) comes after another. */
export function isAfter(position: readonly (string | number)[], after: readonly (string | number)[]): boolean {
  for (const [index, key] of position.entries()) {
    const other = after[index];
    if (other === undefined || key === other) continue;
    return key > other;
  }
  return false;
}
