-- browser: join
SELECT label, sum(x) FROM facts JOIN dims USING (g) GROUP BY label ORDER BY label
