# `cmake --install build --prefix DIR`: the program, the libraries, the engine, and what documents them.

configure_file(${CMAKE_SOURCE_DIR}/cmake/tarn.pc.in ${CMAKE_BINARY_DIR}/tarn.pc @ONLY)

install(TARGETS tarn_shared tarn_static tarn_server_shared)
if(TARGET tarn)
  install(TARGETS tarn)
endif()
install(FILES ${duckdb_library} DESTINATION ${CMAKE_INSTALL_LIBDIR}/tarn)
install(TARGETS tarn_duckdb_shim DESTINATION ${CMAKE_INSTALL_LIBDIR}/tarn)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/include/tarn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${CMAKE_BINARY_DIR}/tarn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
foreach(document README.md docs/architecture.md docs/requests.md docs/server.md docs/browser.md docs/format.md docs/cli.md docs/commands.md)
  if(EXISTS ${CMAKE_SOURCE_DIR}/${document})
    install(FILES ${CMAKE_SOURCE_DIR}/${document} DESTINATION ${CMAKE_INSTALL_DOCDIR})
  endif()
endforeach()

# The man page and the completions are what the program says of itself: `manual` asks it. They are not part of the default
# build, so that a program for another machine can be built.
if(TARGET tarn)
  set(manual ${CMAKE_BINARY_DIR}/manual)
  file(MAKE_DIRECTORY ${manual})
  add_custom_target(manual
    COMMAND tarn help --man > ${manual}/tarn.1
    COMMAND tarn completion bash > ${manual}/tarn.bash
    COMMAND tarn completion zsh > ${manual}/_tarn
    VERBATIM)
  install(FILES ${manual}/tarn.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
  install(FILES ${manual}/tarn.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tarn OPTIONAL)
  install(FILES ${manual}/_tarn DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions OPTIONAL)
endif()
