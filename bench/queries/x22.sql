-- bounds, sum and count
SELECT min(l_shipdate), max(l_shipdate), sum(l_quantity), max(l_extendedprice), count(*) FROM lineitem
