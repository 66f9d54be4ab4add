/** Ten analytical queries over `facts` (five million rows) and `dims` (a thousand). */
export const QUERIES = {
    'sum of numbers': 'SELECT sum(x), avg(x), min(id), max(k) FROM facts',
    'group by integer': 'SELECT g, sum(x), count(*) FROM facts GROUP BY g',
    'group by text': 'SELECT name, sum(x) FROM facts GROUP BY name',
    'filter': "SELECT count(*) FROM facts WHERE x > 900 AND k < 25 AND day >= DATE '2021-06-01'",
    'like': "SELECT count(*) FROM facts WHERE name LIKE '%99%'",
    'join': 'SELECT label, sum(x) FROM facts JOIN dims USING (g) GROUP BY label',
    'top 100': 'SELECT id, x, name FROM facts ORDER BY x DESC, id LIMIT 100',
    'distinct': 'SELECT count(DISTINCT name), count(DISTINCT g) FROM facts',
    'window': 'SELECT max(r) FROM (SELECT row_number() OVER (PARTITION BY g ORDER BY x) r FROM facts WHERE id % 5 = 0)',
    'by month': "SELECT date_trunc('month', day) m, k, count(*) FROM facts GROUP BY ALL ORDER BY m, k LIMIT 50",
};
