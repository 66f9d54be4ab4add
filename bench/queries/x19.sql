-- join with few parts by name
SELECT count(*), sum(l_extendedprice) FROM lineitem JOIN part ON p_partkey = l_partkey WHERE p_name LIKE 'green azure%'
