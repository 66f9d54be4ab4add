-- browser: filter
SELECT count(*) FROM facts WHERE x > 900 AND k < 25 AND day >= DATE '2021-06-01'
