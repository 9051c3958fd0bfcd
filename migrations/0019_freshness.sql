-- How fresh a linked agenda is (SYNC-01 to SYNC-05): when its software last confirmed it, and after how long it is late
-- and stale. Freshness itself is computed at reading: it changes with time alone.

-- Links that are older than confirmations get the longest times, or their clinics would vanish from citizens' searches
-- while their software has not yet learnt to confirm; the operator shortens them.
ALTER TABLE machine_link
  ADD COLUMN confirmed_at        timestamptz,
  ADD COLUMN late_after_minutes  integer NOT NULL DEFAULT 527039,
  ADD COLUMN stale_after_minutes integer NOT NULL DEFAULT 527040;
ALTER TABLE machine_link
  ALTER COLUMN late_after_minutes DROP DEFAULT,
  ALTER COLUMN stale_after_minutes DROP DEFAULT,
  ADD CONSTRAINT sync_05_thresholds CHECK (
    late_after_minutes >= 5 AND stale_after_minutes > late_after_minutes AND stale_after_minutes <= 527040);

-- SYNC-13, SYNC-14: citizens' searches leave stale agendas out, and say how old the others are. A machine identifier is
-- no secret, and citizens never see the row: the hub reads it for them.
CREATE POLICY machine_link_citizen ON machine_link FOR SELECT USING (scope_audience() = 'citizen');
