-- Market share of a nation in a region by year: an eight-way join and a conditional sum.
SELECT order_year, sum(CASE WHEN seller = 'BRAZIL' THEN volume ELSE 0 END) / sum(volume) AS share
FROM (
    SELECT year(o_orderdate) AS order_year, l_extendedprice * (1 - l_discount) AS volume, origin.n_name AS seller
    FROM part
    JOIN lineitem ON l_partkey = p_partkey
    JOIN supplier ON s_suppkey = l_suppkey
    JOIN orders ON o_orderkey = l_orderkey
    JOIN customer ON c_custkey = o_custkey
    JOIN nation AS home ON home.n_nationkey = c_nationkey
    JOIN region ON r_regionkey = home.n_regionkey
    JOIN nation AS origin ON origin.n_nationkey = s_nationkey
    WHERE r_name = 'AMERICA'
      AND o_orderdate BETWEEN DATE '1995-01-01' AND DATE '1996-12-31'
      AND p_type = 'ECONOMY ANODIZED STEEL')
GROUP BY order_year
ORDER BY order_year
