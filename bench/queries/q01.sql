-- Pricing summary: few groups, many sums, nearly all line items.
SELECT l_returnflag,
       l_linestatus,
       sum(l_quantity) AS quantity,
       sum(l_extendedprice) AS gross,
       sum(l_extendedprice * (1 - l_discount)) AS net,
       sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)) AS charged,
       avg(l_quantity) AS mean_quantity,
       avg(l_extendedprice) AS mean_price,
       avg(l_discount) AS mean_discount,
       count(*) AS lines
FROM lineitem
WHERE l_shipdate <= DATE '1998-09-02'
GROUP BY l_returnflag, l_linestatus
ORDER BY l_returnflag, l_linestatus
