-- count of a text
SELECT count(*) FROM events WHERE kind = 'books 3'
