import { DatabaseSync } from "node:sqlite";
import type { LocalChange, LocalEntry } from "@arrimage/sdk/sync";

/** The vendor's own database: one table, which its screens read and write. */
export interface AgendaTable {
  database: DatabaseSync;
  write(change: LocalChange): void;
  entries(): LocalEntry[];
}

export function openTable(path: string): AgendaTable {
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE IF NOT EXISTS entry (type TEXT, id TEXT, body TEXT, PRIMARY KEY (type, id))");
  const put = database.prepare("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM entry WHERE type = ? AND id = ?");
  const all = database.prepare("SELECT type, id, body FROM entry");
  return {
    database,
    write({ objectType, id, body }) {
      if (body === null) remove.run(objectType, id);
      else put.run(objectType, id, JSON.stringify(body));
    },
    entries: () =>
      all.all().map(({ type, id, body }) => {
        // What `write` put there.
        return { objectType: type, id, body: JSON.parse(String(body)) as unknown } as LocalEntry;
      }),
  };
}
