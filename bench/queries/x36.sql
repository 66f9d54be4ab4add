-- profile of a text column
SELECT count(*), count(city), count(DISTINCT city), min(city), max(city) FROM events
