import { bodyOf, createSync, sqliteStore } from "@arrimage/sdk/sync";

/** A clinic's agenda in SQLite, kept in step with the hub in both directions. */
export function connectAgenda({ database, client, onProgress }) {
  database.exec("CREATE TABLE IF NOT EXISTS entry (type TEXT, id TEXT, body TEXT, PRIMARY KEY (type, id))");
  const put = database.prepare("INSERT OR REPLACE INTO entry VALUES (?, ?, ?)");
  const remove = database.prepare("DELETE FROM entry WHERE type = ? AND id = ?");
  const write = (type, id, body) => (body ? put.run(type, id, JSON.stringify(body)) : remove.run(type, id));
  const entries = () =>
    database
      .prepare("SELECT type AS objectType, id, body FROM entry")
      .all()
      .map(({ body, ...entry }) => ({ ...entry, body: JSON.parse(body) }));

  // The engine follows, sends, repeats, compares and repairs; it asks two things of an agenda.
  const store = sqliteStore(database);
  const agenda = {
    apply: ({ objectType, id, object }) => void write(objectType, id, object && bodyOf(objectType, object)),
    read: entries,
  };
  const sync = createSync({ client, store, agenda, policy: "hubWins", onProgress });

  // Somebody changes the agenda: the change and the note to send it are stored together, or neither.
  const save = (objectType, id, body) =>
    store.transaction(async (kept) => {
      write(objectType, id, body);
      await sync.push({ objectType, id, body }, kept);
    });
  return { sync, save, entries };
}
