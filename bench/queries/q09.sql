-- Profit by nation and year on parts of one kind: a text search feeding a six-way join.
SELECT origin, order_year, sum(amount) AS profit
FROM (
    SELECT n_name AS origin,
           year(o_orderdate) AS order_year,
           l_extendedprice * (1 - l_discount) - ps_supplycost * l_quantity AS amount
    FROM part
    JOIN lineitem ON l_partkey = p_partkey
    JOIN supplier ON s_suppkey = l_suppkey
    JOIN partsupp ON ps_partkey = l_partkey AND ps_suppkey = l_suppkey
    JOIN orders ON o_orderkey = l_orderkey
    JOIN nation ON n_nationkey = s_nationkey
    WHERE p_name LIKE '%green%')
GROUP BY origin, order_year
ORDER BY origin, order_year DESC
