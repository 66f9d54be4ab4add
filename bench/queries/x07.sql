-- top 20 of 20 columns by decimal and integer
SELECT * FROM events ORDER BY amount, id LIMIT 20
