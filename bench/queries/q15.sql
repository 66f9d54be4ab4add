-- The best supplier of a quarter: an aggregate compared with its own maximum.
WITH earned AS (
    SELECT l_suppkey AS supplier_number, sum(l_extendedprice * (1 - l_discount)) AS revenue
    FROM lineitem
    WHERE l_shipdate >= DATE '1996-01-01' AND l_shipdate < DATE '1996-04-01'
    GROUP BY l_suppkey)
SELECT s_suppkey, s_name, s_address, s_phone, revenue
FROM supplier
JOIN earned ON supplier_number = s_suppkey
WHERE revenue >= (SELECT max(revenue) FROM earned) * 0.999999
ORDER BY s_suppkey
