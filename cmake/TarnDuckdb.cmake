# DuckDB is loaded with dlopen when a command first needs it, so that the build needs its header and only remembers where the
# library was. The engine looks at TARN_DUCKDB (environment), beside the program, in ../lib/tarn, and here last.

add_library(tarn_duckdb INTERFACE)
set(duckdb_library "${DUCKDB_ROOT}/lib/libduckdb${CMAKE_SHARED_LIBRARY_SUFFIX}")
if(NOT EXISTS "${DUCKDB_ROOT}/include/duckdb.h" OR NOT EXISTS "${duckdb_library}")
  message(FATAL_ERROR "DuckDB is not in ${DUCKDB_ROOT}: run scripts/setup.sh build, or configure with -DDUCKDB_ROOT=DIR")
endif()
target_include_directories(tarn_duckdb SYSTEM INTERFACE "${DUCKDB_ROOT}/include")
target_compile_definitions(tarn_duckdb INTERFACE TARN_DUCKDB_PATH="${duckdb_library}")
