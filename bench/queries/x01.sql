-- group by 1,000 integers
SELECT g, count(*), sum(amount) FROM events GROUP BY g ORDER BY g
