-- browser: LIKE
SELECT count(*) FROM facts WHERE name LIKE '%99%'
