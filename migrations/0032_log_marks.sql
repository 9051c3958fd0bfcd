-- SYNC-72: by what a cursor knows the change it stands at. A log that is put back to an earlier state and written on has
-- other changes under the same numbers, and they bear other marks. NULL: written before there were any, hence not compared.
ALTER TABLE change ADD COLUMN mark integer;
ALTER TABLE change ALTER COLUMN mark SET DEFAULT floor(random() * 16777216)::integer;
