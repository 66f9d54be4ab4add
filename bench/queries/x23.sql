-- group by upper of 40 texts
SELECT upper(kind), count(*) FROM events GROUP BY 1 ORDER BY 1
