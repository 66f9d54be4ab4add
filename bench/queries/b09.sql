-- browser: window
SELECT max(r) FROM (SELECT row_number() OVER (PARTITION BY g ORDER BY x) r FROM facts WHERE id % 5 = 0)
