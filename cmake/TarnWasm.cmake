# The libraries that Tarn uses and the engine, compiled for WebAssembly by scripts/setup.sh wasm; under the names that
# cmake/TarnNative.cmake gives them.

set(wasm_flags -pthread -msimd128 -fwasm-exceptions)
add_compile_options(${wasm_flags})
add_link_options(${wasm_flags})
add_library(Threads::Threads INTERFACE IMPORTED)

# wasm_library(NAME library …)
function(wasm_library name)
  add_library(${name} INTERFACE IMPORTED)
  target_include_directories(${name} SYSTEM INTERFACE ${TARN_WASM}/libraries/include)
  foreach(library ${ARGN})
    target_link_libraries(${name} INTERFACE ${TARN_WASM}/libraries/lib/lib${library}.a)
  endforeach()
endfunction()
wasm_library(PkgConfig::NETTLE nettle)
wasm_library(PkgConfig::JANSSON jansson)
wasm_library(PkgConfig::LZ4 lz4)
wasm_library(PkgConfig::ZSTD zstd)
wasm_library(PkgConfig::MINIZIP minizip z)
wasm_library(PkgConfig::EXPAT expat)
wasm_library(PkgConfig::XLSXWRITER xlsxwriter minizip z)
wasm_library(PkgConfig::UTF8PROC utf8proc)
wasm_library(PkgConfig::CMOCKA cmocka)
target_compile_definitions(PkgConfig::CMOCKA INTERFACE _UINTPTR_T) # which cmocka.h would define in its own way
add_library(tarn_uchardet INTERFACE) # not there: text_detect.c decides alone
add_library(tarn_readstat INTERFACE) # not there: src/io/import_statistics.c says so
add_library(tarn_xxhash INTERFACE)
target_include_directories(tarn_xxhash SYSTEM INTERFACE ${TARN_WASM}/libraries/include)

# The engine is linked in: the table of its functions is filled by the linker.
set(TARN_WASM_DUCKDB "${TARN_WASM}/duckdb/libduckdb_wasm.a" CACHE FILEPATH "the engine compiled for WebAssembly")
add_library(tarn_duckdb INTERFACE)
target_include_directories(tarn_duckdb SYSTEM INTERFACE "${DUCKDB_ROOT}/include")
target_compile_definitions(tarn_duckdb INTERFACE TARN_DUCKDB_STATIC)

# In front of the library, so that ICU's data is taken from here, where it is packed: see src/engine/icu_data.h.
find_program(NODE node REQUIRED)
set(icu_data ${CMAKE_BINARY_DIR}/icu_data.c)
add_custom_command(OUTPUT ${icu_data}
  COMMAND ${NODE} ${CMAKE_SOURCE_DIR}/scripts/wasm/icu_data.mjs ${CMAKE_AR} ${TARN_WASM_DUCKDB} ${icu_data}
  DEPENDS ${CMAKE_SOURCE_DIR}/scripts/wasm/icu_data.mjs ${TARN_WASM_DUCKDB} COMMENT "Packing ICU's data" VERBATIM)
add_library(tarn_icu_data STATIC ${icu_data})
target_link_libraries(tarn_duckdb INTERFACE tarn_icu_data ${TARN_WASM_DUCKDB})

# Files that belong to the host that this is not, or need a library that is not there.
set(TARN_OTHER_HOST "/src/(fs/(posix(_[a-z]+)?|pages)|io/statistics_(describe|parse)|wasm/(exports|libc_[a-z]+))[.]c$")
