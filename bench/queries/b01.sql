-- browser: sums
SELECT sum(x), avg(x), min(id), max(k) FROM facts
