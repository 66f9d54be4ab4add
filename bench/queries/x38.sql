-- sum of a third
SELECT count(*), sum(amount), max(wide) FROM events WHERE g < 333
