-- browser: group by text
SELECT name, sum(x) FROM facts GROUP BY name ORDER BY name
