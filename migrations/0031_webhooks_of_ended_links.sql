-- SYNC-55: which endpoint has anything to be sent is asked for all machines at once; one that has left an establishment is
-- asked for no further than its link there went.

CREATE POLICY machine_link_system ON machine_link FOR SELECT USING ((SELECT scope_audience()) = 'system');
CREATE POLICY ended_link_system ON ended_link FOR SELECT USING ((SELECT scope_audience()) = 'system');
