-- How many orders customers have: an outer join, a search in long text, groups of groups.
SELECT order_count, count(*) AS customers
FROM (
    SELECT c_custkey, count(o_orderkey) AS order_count
    FROM customer
    LEFT JOIN orders ON o_custkey = c_custkey AND o_comment NOT LIKE '%special%requests%'
    GROUP BY c_custkey)
GROUP BY order_count
ORDER BY customers DESC, order_count DESC
