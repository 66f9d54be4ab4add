-- group by text, all different
SELECT count(*) FROM (SELECT code, count(*) AS n FROM events GROUP BY code) WHERE n > 1
