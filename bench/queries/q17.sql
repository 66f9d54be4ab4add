-- Revenue from small orders of a part: compared with a correlated mean.
SELECT sum(l_extendedprice) / 7.0 AS yearly
FROM lineitem
JOIN part ON p_partkey = l_partkey
WHERE p_brand = 'Brand#23'
  AND p_container = 'MED BOX'
  AND l_quantity < (SELECT 0.2 * avg(same.l_quantity) FROM lineitem AS same WHERE same.l_partkey = p_partkey)
