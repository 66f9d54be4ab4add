-- LIKE over many texts
SELECT count(*) FROM events WHERE note LIKE '%99 and 7%'
