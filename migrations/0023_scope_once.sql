-- Whose rows may be seen is the same for every row of a statement. Asked in a sub-select it is read once; without one the
-- list of establishments was taken apart again at each row: a search by a machine that speaks for 500 clinics took 4.4 ms
-- where it takes 0.2 (101 rows; PostgreSQL 18).
DO $$
DECLARE
  policy record;
BEGIN
  FOR policy IN
    SELECT policyname, tablename,
      regexp_replace(regexp_replace(expression, 'ANY \(scope_establishments\(\)\)',
        'ANY ((SELECT scope_establishments())::text[])', 'g'),
        '(scope_audience|scope_subject)\(\)', '(SELECT \1())', 'g') AS expression,
      clause
    FROM pg_policies, LATERAL (VALUES (qual, 'USING'), (with_check, 'WITH CHECK')) AS e(expression, clause)
    WHERE schemaname = 'public' AND expression IS NOT NULL
  LOOP
    EXECUTE format('ALTER POLICY %I ON %I %s (%s)', policy.policyname, policy.tablename, policy.clause, policy.expression);
  END LOOP;
END $$;
