-- a page at an offset
SELECT * FROM events LIMIT 100 OFFSET 200000
