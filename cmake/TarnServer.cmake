# libtarn_server.so: src/server and what only that needs. `tarn serve` and `tarn token` load it, so that all else starts
# without TLS, an event loop and a parser of HTTP.

# The files of the page become one C file.
set(page_source ${CMAKE_BINARY_DIR}/server/page.c)
file(GLOB page_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/server/page/*)
add_custom_command(OUTPUT ${page_source}
  COMMAND ${CMAKE_COMMAND} "-DFILES=${page_files}" -DOUT=${page_source} -P ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  DEPENDS ${page_files} ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake VERBATIM)
target_sources(tarn_server PRIVATE ${page_source})

add_library(tarn_server_shared SHARED $<TARGET_OBJECTS:tarn_server> $<TARGET_OBJECTS:tarn_base>)
set_target_properties(tarn_server_shared PROPERTIES OUTPUT_NAME tarn_server LINKER_LANGUAGE C
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR} BUILD_RPATH_USE_ORIGIN ON INSTALL_RPATH "$ORIGIN")
target_include_directories(tarn_server_shared INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_link_libraries(tarn_server_shared PRIVATE tarn_flags tarn_shared tarn_llhttp tarn_wslay PkgConfig::UV PkgConfig::GNUTLS
  PkgConfig::JANSSON PkgConfig::ZSTD PkgConfig::MINIZIP PkgConfig::NETTLE PkgConfig::UTF8PROC Threads::Threads m)
add_dependencies(products tarn_server_shared)
