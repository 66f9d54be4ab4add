-- group by 5,000 texts
SELECT city, count(*), sum(amount) FROM events GROUP BY city ORDER BY city
