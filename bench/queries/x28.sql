-- group by a pattern's replacement
SELECT regexp_replace(city, '[0-9]+', 'N'), count(*) FROM events GROUP BY 1 ORDER BY 1
