-- join with a nation's suppliers
SELECT s_name, sum(l_quantity) FROM lineitem JOIN supplier ON s_suppkey = l_suppkey JOIN nation ON n_nationkey = s_nationkey WHERE n_name = 'KENYA' GROUP BY s_name ORDER BY s_name
