-- different integers
SELECT count(DISTINCT wide) FROM events
