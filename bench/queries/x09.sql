-- top 500 of 20 columns by time
SELECT * FROM events ORDER BY ts DESC LIMIT 500
