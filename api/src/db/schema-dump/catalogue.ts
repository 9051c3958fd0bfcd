import type postgres from "postgres";
import { RUNTIME_ROLE } from "../runtime-role.ts";

/**
 * The questions put to PostgreSQL's catalogue. Each answers lines of SQL, in an order that does not depend on when
 * things were made. Left out: what an extension brought, what belongs to the system, and comments.
 *
 * The same text must come from PostgreSQL 15 and from 18, so: no versions of extensions, no NOT NULL constraints of
 * their own (18 has them, 15 does not), no MAINTAIN privilege (17 added it).
 */

type Sql = postgres.TransactionSql;

/** What belongs to a table or a view, by its name as SQL writes it. */
export type OfTable = { table: string; line: string };

/** Objects of `alias` (a catalogue of `catalogue`'s kind) that are ours: in no system schema, of no extension. */
function ours(
  sql: Sql,
  catalogue: string,
  schemaColumn: string,
  oidColumn: string,
): postgres.PendingQuery<postgres.Row[]> {
  return sql`
    ${sql.unsafe(schemaColumn)} IN (
      SELECT oid FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%')
    AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = ${catalogue}::regclass AND d.objid = ${sql.unsafe(oidColumn)} AND d.deptype = 'e')`;
}

async function lines(query: postgres.PendingQuery<{ line: string }[]>): Promise<string[]> {
  return (await query).map(({ line }) => line);
}

export function extensions(sql: Sql): Promise<string[]> {
  return lines(sql`
    SELECT format('CREATE EXTENSION %I;', extname) AS line FROM pg_extension
    WHERE extname <> 'plpgsql' ORDER BY extname COLLATE "C"`);
}

export function schemas(sql: Sql): Promise<string[]> {
  return lines(sql`
    SELECT format('CREATE SCHEMA %I;', nspname) AS line FROM pg_namespace n
    WHERE nspname <> 'public' AND ${ours(sql, "pg_namespace", "n.oid", "n.oid")} ORDER BY nspname COLLATE "C"`);
}

/** Enumerations, domains, ranges and free-standing composite types. */
export function types(sql: Sql): Promise<string[]> {
  return lines(sql`
    SELECT CASE t.typtype
      WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s);', t.oid::regtype, (
        SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_enum e WHERE e.enumtypid = t.oid))
      WHEN 'd' THEN format('CREATE DOMAIN %s AS %s%s%s%s;', t.oid::regtype, format_type(t.typbasetype, t.typtypmod),
        coalesce(' DEFAULT ' || t.typdefault, ''), CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END, (
        SELECT string_agg(format(' CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid, true)), ''
                          ORDER BY c.conname COLLATE "C")
        FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'))
      WHEN 'r' THEN format('CREATE TYPE %s AS RANGE (SUBTYPE = %s);', t.oid::regtype, (
        SELECT r.rngsubtype::regtype FROM pg_range r WHERE r.rngtypid = t.oid))
      ELSE format('CREATE TYPE %s AS (%s);', t.oid::regtype, (
        SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
      END AS line
    FROM pg_type t
    WHERE (t.typtype IN ('e', 'd', 'r')
           OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
      AND ${ours(sql, "pg_type", "t.typnamespace", "t.oid")}
    ORDER BY t.oid::regtype::text COLLATE "C"`);
}

/** Sequences made by themselves; those of identity and serial columns are part of their column. */
export function sequences(sql: Sql): Promise<string[]> {
  return lines(sql`
    SELECT format('CREATE SEQUENCE %s AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s;',
      c.oid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
      CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END) AS line
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
    WHERE ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                      AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i'))
    ORDER BY c.oid::regclass::text COLLATE "C"`);
}

export function functions(sql: Sql): Promise<string[]> {
  return lines(sql`
    SELECT rtrim(pg_get_functiondef(p.oid), E'\n') || ';' AS line FROM pg_proc p
    WHERE p.prokind IN ('f', 'p') AND ${ours(sql, "pg_proc", "p.pronamespace", "p.oid")}
    ORDER BY p.oid::regprocedure::text COLLATE "C"`);
}

/** A view is named with its columns; its text is printed differently by 15 and 16, and stands in its migration. */
export async function views(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT c.oid::regclass::text AS table, format('CREATE %sVIEW %s (%s)%s AS …;', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END,
      c.oid::regclass, (
        SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
      coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')) AS line
    FROM pg_class c
    WHERE c.relkind IN ('v', 'm') AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid::regclass::text COLLATE "C"`;
}

export type Table = { table: string; head: string; tail: string };

export async function tables(sql: Sql): Promise<Table[]> {
  return sql<Table[]>`
    SELECT c.oid::regclass::text AS table,
      format('CREATE %sTABLE %s%s', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END, c.oid::regclass,
        (SELECT ' PARTITION OF ' || i.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid)
         FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition)) AS head,
      concat(' PARTITION BY ' || pg_get_partkeydef(c.oid), ' WITH (' || array_to_string(c.reloptions, ', ') || ')') AS tail
    FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid::regclass::text COLLATE "C"`;
}

export async function columns(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT c.oid::regclass::text AS table, concat(
      format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)),
      (SELECT format(' COLLATE %I', l.collname) FROM pg_collation l
       WHERE l.oid = a.attcollation AND l.oid <> t.typcollation),
      CASE a.attgenerated WHEN 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid, true) || ') STORED'
        WHEN 'v' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid, true) || ') VIRTUAL'
        ELSE ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid, true) END,
      CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' END,
      CASE WHEN a.attnotnull THEN ' NOT NULL' END) AS line
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
      AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid, a.attnum`;
}

/** Keys first, then what else a row must satisfy, then what it refers to. */
export async function constraints(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT n.conrelid::regclass::text AS table,
      format('CONSTRAINT %I %s', n.conname, pg_get_constraintdef(n.oid, true)) AS line
    FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
    WHERE n.contype IN ('p', 'u', 'x', 'c', 'f') AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid, position(n.contype::text IN 'puxcf'), n.conname COLLATE "C"`;
}

export async function indexes(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT i.indrelid::regclass::text AS table, pg_get_indexdef(i.indexrelid, 0, true) || ';' AS line
    FROM pg_index i
    JOIN pg_class x ON x.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid
    WHERE ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
      AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conindid = i.indexrelid AND n.contype IN ('p', 'u', 'x'))
    ORDER BY c.oid, x.relname COLLATE "C"`;
}

export async function statistics(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT s.stxrelid::regclass::text AS table, pg_get_statisticsobjdef(s.oid) || ';' AS line
    FROM pg_statistic_ext s WHERE ${ours(sql, "pg_statistic_ext", "s.stxnamespace", "s.oid")}
    ORDER BY s.stxrelid, s.stxname COLLATE "C"`;
}

export async function triggers(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT t.tgrelid::regclass::text AS table, concat(pg_get_triggerdef(t.oid, true), ';',
      CASE t.tgenabled WHEN 'O' THEN '' ELSE format(E'\nALTER TABLE %s %s TRIGGER %I;', t.tgrelid::regclass,
        CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
      END) AS line
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid, t.tgname COLLATE "C"`;
}

export async function rowSecurity(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT c.oid::regclass::text AS table, format('ALTER TABLE %s %s ROW LEVEL SECURITY;', c.oid::regclass, word) AS line
    FROM pg_class c
    CROSS JOIN LATERAL (VALUES ('ENABLE', c.relrowsecurity), ('FORCE', c.relforcerowsecurity)) AS flag (word, is_set)
    WHERE flag.is_set AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid, word`;
}

export async function policies(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT p.polrelid::regclass::text AS table, concat(
      format('CREATE POLICY %I ON %s', p.polname, p.polrelid::regclass),
      CASE WHEN NOT p.polpermissive THEN ' AS RESTRICTIVE' END,
      CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
        WHEN 'd' THEN ' FOR DELETE' END,
      (SELECT ' TO ' || string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname COLLATE "C")
       FROM pg_roles r WHERE r.oid = ANY (p.polroles)),
      E'\n  USING (' || pg_get_expr(p.polqual, p.polrelid, true) || ')',
      E'\n  WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid, true) || ')', ';') AS line
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    ORDER BY c.oid, p.polname COLLATE "C"`;
}

/** On tables and views: what the runtime role may do, with whole tables and with single columns. */
export async function tableGrants(sql: Sql): Promise<OfTable[]> {
  return sql<OfTable[]>`
    SELECT c.oid::regclass::text AS table, format('GRANT %s ON %s TO %s;',
      string_agg(g.privilege || coalesce(' (' || quote_ident(g.attribute) || ')', ''), ', '
                 ORDER BY g.attribute COLLATE "C" NULLS FIRST, g.privilege COLLATE "C"),
      c.oid::regclass, g.grantee) AS line
    FROM pg_class c
    CROSS JOIN LATERAL (
      SELECT grantee, privilege_type AS privilege, NULL::name AS attribute FROM aclexplode(c.relacl)
      UNION ALL
      SELECT x.grantee, x.privilege_type, a.attname FROM pg_attribute a CROSS JOIN LATERAL aclexplode(a.attacl) x
      WHERE a.attrelid = c.oid AND NOT a.attisdropped
    ) AS raw
    CROSS JOIN LATERAL (SELECT ${granteeName(sql, "raw.grantee")} AS grantee, raw.privilege, raw.attribute) AS g
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND g.grantee IS NOT NULL AND g.privilege <> 'MAINTAIN'
      AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    GROUP BY c.oid, g.grantee ORDER BY c.oid, g.grantee COLLATE "C"`;
}

/** On schemas, sequences and functions. A function belongs to everybody until that is taken back. */
export function otherGrants(sql: Sql): Promise<string[]> {
  return lines(sql`
    WITH object (kind, name, acl, sort) AS (
      SELECT 'SCHEMA', quote_ident(nspname), n.nspacl, 1 FROM pg_namespace n
      WHERE ${ours(sql, "pg_namespace", "n.oid", "n.oid")}
      UNION ALL
      SELECT 'SEQUENCE', c.oid::regclass::text, c.relacl, 2 FROM pg_class c
      WHERE c.relkind = 'S' AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
      UNION ALL
      SELECT 'FUNCTION', p.oid::regprocedure::text, p.proacl, 3 FROM pg_proc p
      WHERE ${ours(sql, "pg_proc", "p.pronamespace", "p.oid")}
    ), granted AS (
      SELECT kind, name, sort, x.privilege_type AS privilege, ${granteeName(sql, "x.grantee")} AS grantee
      FROM object CROSS JOIN LATERAL aclexplode(acl) x
    )
    SELECT line FROM (
      SELECT sort, name, 2 AS step, format('GRANT %s ON %s %s TO %s;',
        string_agg(privilege, ', ' ORDER BY privilege COLLATE "C"), kind, name, grantee) AS line
      FROM granted WHERE grantee IS NOT NULL AND NOT (kind <> 'SEQUENCE' AND grantee = 'PUBLIC')
      GROUP BY kind, name, sort, grantee
      UNION ALL
      SELECT sort, name, 1, format('REVOKE ALL ON FUNCTION %s FROM PUBLIC;', name)
      FROM object o
      WHERE kind = 'FUNCTION' AND acl IS NOT NULL
        AND NOT EXISTS (SELECT FROM granted g WHERE g.kind = o.kind AND g.name = o.name AND g.grantee = 'PUBLIC')
      UNION ALL
      SELECT sort, name, 3, format('GRANT %s ON %s %s TO PUBLIC;', string_agg(privilege, ', ' ORDER BY privilege), kind, name)
      FROM granted WHERE kind = 'SCHEMA' AND grantee = 'PUBLIC' AND NOT (name = 'public' AND privilege = 'USAGE')
      GROUP BY kind, name, sort
    ) AS everything
    ORDER BY sort, name COLLATE "C", step, line COLLATE "C"`);
}

/** The names of grants worth reading: the runtime role and everybody. The owner's own rights go without saying. */
function granteeName(sql: Sql, column: string): postgres.PendingQuery<postgres.Row[]> {
  return sql`(
    CASE ${sql.unsafe(column)} WHEN 0 THEN 'PUBLIC'
      WHEN (SELECT oid FROM pg_roles WHERE rolname = ${RUNTIME_ROLE}) THEN quote_ident(${RUNTIME_ROLE}) END)`;
}

/** What exists and is printed by none of the above: it must be named, or the dump would be trusted wrongly. */
export async function unknown(sql: Sql): Promise<string[]> {
  const found = await lines(sql`
    SELECT format('relation %s', c.oid::regclass) AS line FROM pg_class c
    WHERE c.relkind NOT IN ('r', 'p', 'v', 'm', 'i', 'I', 'S', 'c', 't')
      AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    UNION ALL
    SELECT format('type %s', t.oid::regtype) FROM pg_type t
    WHERE t.typtype NOT IN ('e', 'd', 'r', 'm', 'c') AND t.typcategory <> 'A'
      AND ${ours(sql, "pg_type", "t.typnamespace", "t.oid")}
    UNION ALL
    SELECT format('function %s', p.oid::regprocedure) FROM pg_proc p
    WHERE p.prokind NOT IN ('f', 'p') AND ${ours(sql, "pg_proc", "p.pronamespace", "p.oid")}
    UNION ALL
    SELECT format('operator %s', o.oid::regoperator) FROM pg_operator o
    WHERE ${ours(sql, "pg_operator", "o.oprnamespace", "o.oid")}
    UNION ALL
    SELECT format('collation %s', l.collname) FROM pg_collation l
    WHERE ${ours(sql, "pg_collation", "l.collnamespace", "l.oid")}
    UNION ALL
    SELECT format('rule %s on %s', r.rulename, r.ev_class::regclass) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
    WHERE r.rulename <> '_RETURN' AND ${ours(sql, "pg_class", "c.relnamespace", "c.oid")}
    UNION ALL
    SELECT format('event trigger %s', e.evtname) FROM pg_event_trigger e
    UNION ALL
    SELECT format('default privileges in %s', coalesce(d.defaclnamespace::regnamespace::text, 'every schema')) FROM pg_default_acl d`);
  return found.sort();
}
