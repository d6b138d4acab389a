-- 0002: a message said again within a moment has no row of its own; the first one lists when.
ALTER TABLE frame ADD COLUMN repeats TEXT NOT NULL DEFAULT '';
