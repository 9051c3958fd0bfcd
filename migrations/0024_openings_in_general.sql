-- CASC-06: what everybody is offered, in order of time, whatever the place. Around a city, where a citizen's ring holds a
-- good part of all places, its first page is found here without asking each of them.
CREATE INDEX casc_06_free_in_general ON opening (start_at, slot_id)
  WHERE NOT busy AND visibility = 'public' AND service_type = 'GEN';
