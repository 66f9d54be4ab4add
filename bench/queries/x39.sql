-- join on text, all different
SELECT count(*) FROM events a JOIN (SELECT code FROM events WHERE small = 4) b USING (code)
