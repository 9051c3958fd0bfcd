import { afterAll, beforeAll, expect, test } from "vitest";
import { asOwner, createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { dumpSchema } from "./schema-dump.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Each statement, and what the dump says after it and did not say before. */
const CHANGES: readonly (readonly [statement: string, line: string])[] = [
  ["CREATE EXTENSION pg_trgm", "CREATE EXTENSION pg_trgm;"],
  ["CREATE SCHEMA archive", "CREATE SCHEMA archive;"],
  ["CREATE TYPE colour AS ENUM ('red', 'blue')", "CREATE TYPE colour AS ENUM ('red', 'blue');"],
  [
    "CREATE DOMAIN percent AS int DEFAULT 0 NOT NULL CONSTRAINT bounds CHECK (VALUE BETWEEN 0 AND 100)",
    "CREATE DOMAIN percent AS integer DEFAULT 0 NOT NULL CONSTRAINT bounds CHECK (VALUE >= 0 AND VALUE <= 100);",
  ],
  [
    "CREATE TYPE timerange AS RANGE (SUBTYPE = time)",
    "CREATE TYPE timerange AS RANGE (SUBTYPE = time without time zone);",
  ],
  ["CREATE TYPE pair AS (a int, b text)", "CREATE TYPE pair AS (a integer, b text);"],
  [
    "CREATE SEQUENCE ticket START 5 CYCLE MAXVALUE 9",
    "CREATE SEQUENCE ticket AS bigint START 5 INCREMENT 1 MINVALUE 1 MAXVALUE 9 CACHE 1 CYCLE;",
  ],
  ["CREATE TABLE thing (id int)", "CREATE TABLE thing (\n  id integer"],
  ['ALTER TABLE thing ADD "when" timestamptz', '"when" timestamp with time zone'],
  ["ALTER TABLE thing ALTER id SET NOT NULL", "id integer NOT NULL"],
  [
    "ALTER TABLE thing ALTER id SET DEFAULT nextval('ticket')",
    "id integer DEFAULT nextval('ticket'::regclass) NOT NULL",
  ],
  ['ALTER TABLE thing ADD name varchar(9) COLLATE "C"', 'name character varying(9) COLLATE "C"'],
  [
    "ALTER TABLE thing ADD twice int GENERATED ALWAYS AS (id * 2) STORED",
    "twice integer GENERATED ALWAYS AS (id * 2) STORED",
  ],
  [
    "ALTER TABLE thing ADD number int GENERATED ALWAYS AS IDENTITY",
    "number integer GENERATED ALWAYS AS IDENTITY NOT NULL",
  ],
  ["ALTER TABLE thing ADD span tstzrange", "span tstzrange"],
  ["ALTER TABLE thing ADD PRIMARY KEY (id)", "CONSTRAINT thing_pkey PRIMARY KEY (id)"],
  [
    "ALTER TABLE thing ADD CONSTRAINT short CHECK (length(name) < 5)",
    "CONSTRAINT short CHECK (length(name::text) < 5)",
  ],
  ["ALTER TABLE thing ADD CONSTRAINT one UNIQUE (name) DEFERRABLE", "CONSTRAINT one UNIQUE (name) DEFERRABLE"],
  [
    "ALTER TABLE thing ADD CONSTRAINT apart EXCLUDE USING gist (name WITH =, span WITH &&) WHERE (id > 0)",
    "CONSTRAINT apart EXCLUDE USING gist (name WITH =, span WITH &&) WHERE (id > 0)",
  ],
  [
    "ALTER TABLE thing ADD CONSTRAINT parent FOREIGN KEY (number) REFERENCES thing ON DELETE CASCADE NOT VALID",
    "CONSTRAINT parent FOREIGN KEY (number) REFERENCES thing(id) ON DELETE CASCADE NOT VALID",
  ],
  ["ALTER TABLE thing SET (fillfactor = 70)", ") WITH (fillfactor=70);"],
  ["ALTER TABLE thing SET UNLOGGED", "CREATE UNLOGGED TABLE thing ("],
  [
    "CREATE UNIQUE INDEX by_name ON thing (lower(name)) INCLUDE (id) WHERE id > 3",
    "CREATE UNIQUE INDEX by_name ON thing USING btree (lower(name::text)) INCLUDE (id) WHERE id > 3;",
  ],
  ["CREATE STATISTICS together ON id, name FROM thing", "CREATE STATISTICS public.together ON id, name FROM thing;"],
  [
    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN RETURN NEW; END $$",
    "SECURITY DEFINER\nAS $function$ BEGIN RETURN NEW; END $function$;",
  ],
  ["REVOKE ALL ON FUNCTION touch() FROM PUBLIC", "REVOKE ALL ON FUNCTION touch() FROM PUBLIC;"],
  ["GRANT EXECUTE ON FUNCTION touch() TO arrimage_runtime", "GRANT EXECUTE ON FUNCTION touch() TO arrimage_runtime;"],
  [
    "CREATE TRIGGER on_write BEFORE INSERT OR UPDATE OF name ON thing FOR EACH ROW EXECUTE FUNCTION touch()",
    "CREATE TRIGGER on_write BEFORE INSERT OR UPDATE OF name ON thing FOR EACH ROW EXECUTE FUNCTION touch();",
  ],
  ["ALTER TABLE thing DISABLE TRIGGER on_write", "ALTER TABLE thing DISABLE TRIGGER on_write;"],
  ["ALTER TABLE thing ENABLE ROW LEVEL SECURITY", "ALTER TABLE thing ENABLE ROW LEVEL SECURITY;"],
  ["ALTER TABLE thing FORCE ROW LEVEL SECURITY", "ALTER TABLE thing FORCE ROW LEVEL SECURITY;"],
  [
    "CREATE POLICY own ON thing AS RESTRICTIVE FOR UPDATE TO arrimage_runtime USING (id > 1) WITH CHECK (id > 2)",
    "CREATE POLICY own ON thing AS RESTRICTIVE FOR UPDATE TO arrimage_runtime\n  USING (id > 1)\n  WITH CHECK (id > 2);",
  ],
  [
    "CREATE POLICY other ON thing USING (EXISTS (SELECT FROM place p WHERE p.name = thing.name))",
    "CREATE POLICY other ON thing\n  USING ((EXISTS ( SELECT\n   FROM place p\n  WHERE p.name = thing.name::text)));",
  ],
  [
    "GRANT SELECT, UPDATE (name, id) ON thing TO arrimage_runtime",
    "GRANT SELECT, UPDATE (id), UPDATE (name) ON thing TO arrimage_runtime;",
  ],
  ["GRANT SELECT ON thing TO PUBLIC", "GRANT SELECT ON thing TO PUBLIC;"],
  ["GRANT USAGE ON SCHEMA archive TO arrimage_runtime", "GRANT USAGE ON SCHEMA archive TO arrimage_runtime;"],
  ["GRANT SELECT ON SEQUENCE ticket TO arrimage_runtime", "GRANT SELECT ON SEQUENCE ticket TO arrimage_runtime;"],
  ["GRANT CREATE ON SCHEMA public TO PUBLIC", "GRANT CREATE ON SCHEMA public TO PUBLIC;"],
  [
    "CREATE VIEW short_thing WITH (security_invoker) AS SELECT id FROM thing",
    "CREATE VIEW short_thing (id integer) WITH (security_invoker=true) AS …;",
  ],
  ["GRANT SELECT ON short_thing TO arrimage_runtime", "GRANT SELECT ON short_thing TO arrimage_runtime;"],
  ["CREATE TABLE archive.part (at date) PARTITION BY RANGE (at)", ") PARTITION BY RANGE (at);"],
  [
    "CREATE TABLE part_1 PARTITION OF archive.part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
    "CREATE TABLE part_1 PARTITION OF archive.part FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') (",
  ],
  ["COMMENT ON TABLE thing IS 'nothing'", ""],
  ["ALTER TABLE thing DROP COLUMN twice", ""],
];

test("says every kind of change, and nothing that depends on the session", async () => {
  await asOwner(database.url, async (sql) => {
    const overlooked: { statement: string; said: string[] }[] = [];
    let before = await dumpSchema(sql);
    for (const [statement, line] of CHANGES) {
      await sql.unsafe(statement);
      const after = await dumpSchema(sql);
      const said = after.split("\n").filter((text) => !before.split("\n").includes(text));
      if (!said.join("\n").includes(line)) overlooked.push({ statement, said });
      before = after;
    }
    expect(overlooked).toEqual([]);
    const usual = await dumpSchema(sql);
    expect(usual).not.toContain("twice");
    expect(usual).not.toContain("similarity");
    await sql.unsafe("SET search_path = archive; SET DateStyle = 'German'; SET quote_all_identifiers = on").simple();
    expect(await dumpSchema(sql)).toBe(usual);
  });
});

test("refuses what it does not know how to print", async () => {
  await asOwner(database.url, async (sql) => {
    await sql.unsafe("CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int)");
    await expect(dumpSchema(sql)).rejects.toThrow("function total(integer)");
  });
});
