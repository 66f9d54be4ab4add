-- sum over a short time
SELECT count(*), sum(amount) FROM events WHERE ts >= make_timestamp(1603000000000000) AND ts < make_timestamp(1603135000000000)
