-- group by two texts
SELECT kind, maker, count(*), sum(amount) FROM events GROUP BY kind, maker ORDER BY kind, maker
