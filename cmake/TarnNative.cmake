# The libraries that Tarn uses, as the system has them.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NETTLE REQUIRED IMPORTED_TARGET nettle)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
pkg_check_modules(LZ4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(MINIZIP REQUIRED IMPORTED_TARGET minizip zlib) # whose headers minizip's include
pkg_check_modules(EXPAT REQUIRED IMPORTED_TARGET expat)
pkg_check_modules(XLSXWRITER REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(UCHARDET REQUIRED IMPORTED_TARGET uchardet)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
add_library(tarn_uchardet INTERFACE)
target_link_libraries(tarn_uchardet INTERFACE PkgConfig::UCHARDET)
target_compile_definitions(tarn_uchardet INTERFACE TARN_HAS_UCHARDET)
# Without a description for pkg-config in Debian.
find_library(READSTAT_LIBRARY readstat REQUIRED)
find_path(READSTAT_INCLUDE readstat.h REQUIRED)
add_library(tarn_readstat INTERFACE)
target_link_libraries(tarn_readstat INTERFACE ${READSTAT_LIBRARY})
target_include_directories(tarn_readstat SYSTEM INTERFACE ${READSTAT_INCLUDE})
target_compile_definitions(tarn_readstat INTERFACE TARN_HAS_READSTAT)
# What serves: loaded by `tarn serve` alone (cmake/TarnServer.cmake).
pkg_check_modules(UV REQUIRED IMPORTED_TARGET libuv)
pkg_check_modules(GNUTLS REQUIRED IMPORTED_TARGET gnutls)
find_library(WSLAY_LIBRARY wslay REQUIRED)
find_path(WSLAY_INCLUDE wslay/wslay.h REQUIRED)
add_library(tarn_wslay INTERFACE)
target_link_libraries(tarn_wslay INTERFACE ${WSLAY_LIBRARY})
target_include_directories(tarn_wslay SYSTEM INTERFACE ${WSLAY_INCLUDE})
# The parser of HTTP comes as sources.
find_path(LLHTTP_SOURCES llhttp.c PATHS /usr/share/llhttp REQUIRED)
find_path(LLHTTP_INCLUDE llhttp/llhttp.h PATHS /usr/share/include REQUIRED)
add_library(tarn_llhttp STATIC ${LLHTTP_SOURCES}/api.c ${LLHTTP_SOURCES}/http.c ${LLHTTP_SOURCES}/llhttp.c)
target_include_directories(tarn_llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE} PRIVATE ${LLHTTP_INCLUDE}/llhttp)
set_target_properties(tarn_llhttp PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules)
# Compiled in from its header; its library is not linked.
pkg_check_modules(XXHASH REQUIRED libxxhash)
add_library(tarn_xxhash INTERFACE)
target_include_directories(tarn_xxhash SYSTEM INTERFACE ${XXHASH_INCLUDE_DIRS})

include(cmake/TarnDuckdb.cmake)

# Files that belong to the host that this is not.
set(TARN_OTHER_HOST "/src/wasm/(exports|libc_[a-z]+)[.]c$")
