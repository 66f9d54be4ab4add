-- top 20 of 20 columns by integer
SELECT * FROM events ORDER BY k DESC LIMIT 20
