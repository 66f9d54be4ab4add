-- three filters, two groups
SELECT region, kind, sum(amount), count(*) FROM events WHERE ts >= make_timestamp(1603000000000000) AND small = 3 AND maker < 'Maker #100' GROUP BY region, kind ORDER BY region, kind
