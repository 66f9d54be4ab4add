-- different texts, 5,000
SELECT count(DISTINCT city) FROM events
