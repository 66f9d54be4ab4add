# What speaks to DuckDB's C++ classes: src/engine/duckdb, the only C++ here. Natively a library of its own, which is loaded
# after DuckDB when the engine is first needed; in WebAssembly part of the module.

if(NOT CMAKE_CXX_COMPILER AND CMAKE_C_COMPILER_ID MATCHES "Clang" AND NOT EMSCRIPTEN)
  string(REGEX REPLACE "clang(-[0-9]+|)$" "clang++\\1" cxx "${CMAKE_C_COMPILER}") # the same compiler for both languages
  set(CMAKE_CXX_COMPILER "${cxx}" CACHE FILEPATH "")
endif()
enable_language(CXX)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g -DNDEBUG")

set(duckdb_source "${DUCKDB_ROOT}/source")
if(NOT EXISTS "${duckdb_source}/include/duckdb.hpp")
  message(FATAL_ERROR "DuckDB's C++ headers are not in ${duckdb_source}/include: run scripts/setup.sh build")
endif()
# Which DuckDB the headers are of, as its sources say it.
file(READ "${duckdb_source}/pragma_version.cpp" said)
string(REGEX MATCH "DUCKDB_VERSION \"([^\"]+)\"" ignored "${said}")
set(duckdb_version "${CMAKE_MATCH_1}")
string(REGEX MATCH "DUCKDB_SOURCE_ID \"([^\"]+)\"" ignored "${said}")
set(duckdb_commit "${CMAKE_MATCH_1}")

file(GLOB shim_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/engine/duckdb/*.cpp)
if(EMSCRIPTEN)
  add_library(tarn_duckdb_shim STATIC ${shim_sources})
  target_link_libraries(tarn_duckdb_shim PUBLIC ${TARN_WASM_DUCKDB})
  target_link_libraries(tarn_duckdb INTERFACE tarn_duckdb_shim)
else()
  add_library(tarn_duckdb_shim SHARED ${shim_sources})
  target_link_libraries(tarn_duckdb_shim PRIVATE "${duckdb_library}")
  target_compile_definitions(tarn_duckdb INTERFACE TARN_SHIM_PATH="$<TARGET_FILE:tarn_duckdb_shim>")
endif()
set_target_properties(tarn_duckdb_shim PROPERTIES OUTPUT_NAME tarn_duckdb CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON
  CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON SKIP_BUILD_RPATH ON)
target_include_directories(tarn_duckdb_shim PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
target_include_directories(tarn_duckdb_shim SYSTEM PRIVATE ${DUCKDB_ROOT}/include ${duckdb_source}/include
  ${duckdb_source}/third_party/re2 ${duckdb_source}/third_party/fmt/include ${duckdb_source}/third_party/utf8proc/include)
target_compile_definitions(tarn_duckdb_shim PRIVATE TARN_DUCKDB_HEADERS="${duckdb_version}" TARN_DUCKDB_SOURCE="${duckdb_commit}")
target_compile_options(tarn_duckdb_shim PRIVATE -Wall -Wextra -Werror)
if(TARN_SANITIZE MATCHES "address")
  # DuckDB itself is not instrumented: what looks at its classes' tables of functions would only find that. The thread
  # sanitizer would take every lock of its for none.
  target_compile_options(tarn_duckdb_shim PRIVATE -fsanitize=${TARN_SANITIZE} -fno-sanitize=vptr,function
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
endif()
if(TARN_COVERAGE)
  target_compile_options(tarn_duckdb_shim PRIVATE --coverage -fprofile-update=atomic -O1)
  target_link_options(tarn_duckdb_shim PRIVATE --coverage)
endif()
