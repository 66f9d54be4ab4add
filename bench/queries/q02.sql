-- Cheapest supplier of a part within a region: a correlated minimum over a five-way join.
SELECT s_acctbal, s_name, n_name, p_partkey, p_mfgr, s_address, s_phone
FROM part
JOIN partsupp ON ps_partkey = p_partkey
JOIN supplier ON s_suppkey = ps_suppkey
JOIN nation ON n_nationkey = s_nationkey
JOIN region ON r_regionkey = n_regionkey
WHERE p_size = 15
  AND p_type LIKE '%BRASS'
  AND r_name = 'EUROPE'
  AND ps_supplycost = (
      SELECT min(cheapest.ps_supplycost)
      FROM partsupp AS cheapest
      JOIN supplier AS other ON other.s_suppkey = cheapest.ps_suppkey
      JOIN nation AS land ON land.n_nationkey = other.s_nationkey
      JOIN region AS part_of ON part_of.r_regionkey = land.n_regionkey
      WHERE cheapest.ps_partkey = p_partkey AND part_of.r_name = 'EUROPE')
ORDER BY s_acctbal DESC, n_name, s_name, p_partkey
LIMIT 100
