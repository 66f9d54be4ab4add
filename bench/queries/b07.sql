-- browser: top 100
SELECT id, x, name FROM facts ORDER BY x DESC, id LIMIT 100
