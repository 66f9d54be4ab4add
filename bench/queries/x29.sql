-- one of five texts
SELECT count(*), sum(amount) FROM events WHERE city IN ('City of 0001-ville', 'City of 0400-ville', 'City of 1234-ville', 'City of 4000-ville', 'City of 4999-ville')
