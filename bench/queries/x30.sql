-- two columns sorted by text and integer
SELECT city, k FROM events ORDER BY city NULLS LAST, k
