-- different texts, all
SELECT count(DISTINCT code) FROM events
