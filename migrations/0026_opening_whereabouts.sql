-- A place is of one establishment, and a professional works at few: taken for independent, they let PostgreSQL expect eight
-- openings at a place that had 1,920, and sort them all to find the first (31 ms in place of 0.3 for the nearest thirty).
CREATE STATISTICS opening_whereabouts (dependencies) ON establishment_id, place_id, professional_id FROM opening;
