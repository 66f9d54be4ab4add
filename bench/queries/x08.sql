-- top 20 of 20 columns by text
SELECT * FROM events ORDER BY code LIMIT 20
