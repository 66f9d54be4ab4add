# The C test programs compiled to WebAssembly and run under node: the same tables of cases as natively. The programs of a
# folder are linked into one, since linking the engine takes its time.

find_program(NODE node)
enable_testing()

set(node_flags -O1 -sWASM_BIGINT=1 -sSUPPORT_LONGJMP=wasm -sFILESYSTEM=0 -sENVIRONMENT=node -sPROXY_TO_PTHREAD=1
  -sPTHREAD_POOL_SIZE=6 -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64MB -sMAXIMUM_MEMORY=4GB -sTOTAL_STACK=2MB
  -sDEFAULT_PTHREAD_STACK_SIZE=2MB -sEXIT_RUNTIME=1 -Wno-pthreads-mem-growth
  "SHELL:--js-library ${CMAKE_SOURCE_DIR}/src/wasm/host.js")

# The same for the files worker of a page: see web/tests/suites/files.mjs.
set(page_flags ${node_flags} -sENVIRONMENT=worker -sMODULARIZE=1 -sEXPORT_NAME=createTarn)

# What cannot be had here: processes, pipes, a disk that can be unmounted, libraries that are loaded later.
set(not_under_node "/(fs/test_(posix|pipe)|engine/test_load)[.]c$")

add_library(tarn_node_host OBJECT ${CMAKE_SOURCE_DIR}/tests/wasm/posix.c ${CMAKE_SOURCE_DIR}/src/wasm/libc_files.c
  ${CMAKE_SOURCE_DIR}/src/wasm/libc_network.c)
target_link_libraries(tarn_node_host PRIVATE tarn_flags)

function(tarn_node_tests folder name)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.c)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/support*.c)
  list(FILTER tests EXCLUDE REGEX "${not_under_node}")
  if(NOT tests)
    return()
  endif()
  set(declarations "")
  set(calls "")
  foreach(test ${tests})
    get_filename_component(program ${test} NAME_WE)
    string(APPEND declarations "int ${program}_main(void);\n")
    string(APPEND calls "    printf(\"== ${program}\\n\");\n    failed += ${program}_main() != 0;\n")
    set_source_files_properties(${test} PROPERTIES COMPILE_DEFINITIONS main=${program}_main)
  endforeach()
  set(driver ${CMAKE_BINARY_DIR}/node/${name}_driver.c)
  configure_file(${CMAKE_SOURCE_DIR}/tests/wasm/driver.c.in ${driver} @ONLY)
  add_executable(node_${name} EXCLUDE_FROM_ALL ${driver} ${tests} ${support} $<TARGET_OBJECTS:tarn_node_host>)
  set_target_properties(node_${name} PROPERTIES LINKER_LANGUAGE CXX SUFFIX .js RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/node)
  target_include_directories(node_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${folder})
  target_link_libraries(node_${name} PRIVATE ${ARGN} tarn_fs PkgConfig::CMOCKA)
  target_link_options(node_${name} PRIVATE ${node_flags})
  add_test(NAME node_${name} COMMAND ${NODE} --no-experimental-fetch ${CMAKE_BINARY_DIR}/node/node_${name}.js)
  set_tests_properties(node_${name} PROPERTIES LABELS wasm-node TIMEOUT 600)
  add_dependencies(node_tests node_${name})
  if(name STREQUAL "fs")
    add_executable(page_${name} EXCLUDE_FROM_ALL ${driver} ${tests} ${support} $<TARGET_OBJECTS:tarn_node_host>)
    set_target_properties(page_${name} PROPERTIES LINKER_LANGUAGE CXX SUFFIX .js RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/page)
    target_include_directories(page_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${folder})
    target_link_libraries(page_${name} PRIVATE ${ARGN} tarn_fs PkgConfig::CMOCKA)
    target_link_options(page_${name} PRIVATE ${page_flags})
    add_dependencies(node_tests page_${name})
  endif()
endfunction()

add_custom_target(node_tests)
# Those whose results could differ: sizes of 32 bits, threads, files in memory, SIMD, the engine as it is compiled here.
foreach(module base fs jobs arrow store command diff)
  tarn_node_tests(unit/${module} ${module} tarn_${module})
endforeach()
