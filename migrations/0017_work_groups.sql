-- WG-07: no two groups of a GMF have the same professionals. The lists are written in order (WG-08), and a hash of 64 bits
-- stands for them: all the professionals of a large GMF are longer than what an index takes.

CREATE UNIQUE INDEX wg_07_unique_members ON work_group (establishment_id, hash_array_extended(professional_ids, 0));
