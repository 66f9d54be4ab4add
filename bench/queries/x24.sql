-- LIKE over 5,000 texts
SELECT count(*) FROM events WHERE city LIKE '%99-ville'
