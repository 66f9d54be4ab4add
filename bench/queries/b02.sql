-- browser: group by integer
SELECT g, sum(x), count(*) FROM facts GROUP BY g ORDER BY g
