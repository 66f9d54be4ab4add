# shellcheck shell=bash disable=SC2034
# Everything that scripts/setup.sh fetches by itself, pinned here and nowhere else: npm package, SHA-512 of its archive.
# (Python and JavaScript libraries for the interoperability tests are pinned by tests/interop.)

# The header and the library are of one DuckDB; -r.N only counts how often the same library was packaged.
pin_duckdb_header="duckdb@1.4.4
844249e61c9517454b8f776638ba6c5ab411d1bddde1892ab72826ea25178c72430e74aa83f5122b171be6abcdace84560f824b5ac94e9d5c2b603ea7269a9a2"
pin_duckdb_linux_x64="@duckdb/node-bindings-linux-x64@1.4.4-r.4
8c14cbfd6bdfc312d3a056bfa551df4fa7a532d96d2469dcdf04aec590fd39f325b62b7d614755152dfbbc1150cd7313d59f0e5a3b528cc87eccf2b13b01cb1c"
pin_duckdb_linux_arm64="@duckdb/node-bindings-linux-arm64@1.4.4-r.3
a85dbf5a107e8bef22b3ad11ae94d8ff9667cb02146b2b818955d2b90e2bad19f59b582f7caa8fbe3c926e20e3620428ffa397bbf7dac74282d605e7356a0b10"
pin_duckdb_darwin_x64="@duckdb/node-bindings-darwin-x64@1.4.4-r.3
ee9a926a3317fea6f6bd19c233139a33f70d9145f89331ca01f75f413fbb76096fb88343db1cbcfbb110e3ec07ce4fa090f26c5941d91749749fa5fab7228510"
pin_duckdb_darwin_arm64="@duckdb/node-bindings-darwin-arm64@1.4.4-r.3
f2d7d455c6e4361a427b350d165acc3b03592fca755df13d8f186394f8a77b5cca33d98d36d296d69c0b5c877a319fc10cca557d09a5c67bbdecd62d3e6a6047"

# Small public tables, as untidy as they were published.
pin_vega_datasets="vega-datasets@3.2.1
9534b0640eb2abaa925366199bee9ba882e222f4cf3f19f88ad8abee33c61661c874fbd47d0f690b3cdcae4958cb030980b51b68879291941d88977ac01c4fba"
