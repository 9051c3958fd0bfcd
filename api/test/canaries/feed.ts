import type postgres from "postgres";
import { saw } from "./canaries.ts";

/** All that the change logs of a database hold, whether somebody has read it or not. PostgreSQL picks what is worth a look. */
export async function lookAtFeed(sql: postgres.Sql): Promise<void> {
  const [counted] = await sql<{ entries: number }[]>`SELECT count(*)::integer AS entries FROM change`;
  saw("feed", "", counted?.entries ?? 0);
  const suspects = await sql<{ text: string }[]>`
    SELECT change::text AS text FROM change
    WHERE change::text ~* '[a-z]{4}[ +-]*([0-9][ +-]*){7}[0-9]|citoyenne|@|555'`;
  for (const { text } of suspects) saw("feed", text, 0);
}
