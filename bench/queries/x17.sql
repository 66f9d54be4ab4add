-- window: numbers within 5,000 texts
SELECT sum(r) FROM (SELECT row_number() OVER (PARTITION BY city ORDER BY ts) AS r FROM events)
