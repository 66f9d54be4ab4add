-- group by text that seldom changes
SELECT region, count(*), sum(amount) FROM events GROUP BY region ORDER BY region
