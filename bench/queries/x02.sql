-- group by ten integers and null
SELECT small, count(*), sum(amount), max(k) FROM events GROUP BY small ORDER BY small
