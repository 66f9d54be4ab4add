-- join with few parts by three columns
SELECT count(*), sum(l_extendedprice) FROM lineitem JOIN part ON p_partkey = l_partkey WHERE p_brand = 'Brand#23' AND p_container = 'MED BOX' AND p_size < 8
