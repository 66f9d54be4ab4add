-- one row by a rising integer
SELECT * FROM events WHERE id = 200001
