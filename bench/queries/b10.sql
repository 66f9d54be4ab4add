-- browser: by month
SELECT date_trunc('month', day) m, k, count(*) FROM facts GROUP BY ALL ORDER BY m, k LIMIT 50
