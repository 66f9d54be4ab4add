-- count of all rows
SELECT count(*) FROM events
