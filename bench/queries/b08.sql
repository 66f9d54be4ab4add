-- browser: different values
SELECT count(DISTINCT name), count(DISTINCT g) FROM facts
