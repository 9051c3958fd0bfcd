-- CASC-03, CASC-04: citizens reach the relay teams of the work groups that their professional is in.
CREATE POLICY work_group_citizen ON work_group FOR SELECT
  USING (scope_audience() = 'citizen');
