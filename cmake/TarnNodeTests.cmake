# The C test programs compiled to WebAssembly and run under node, and some in a page: the same sources as natively. The
# programs of a folder are linked into one, and those of all folders that need the engine, since linking it takes its time.

enable_testing()

set(node_flags -O1 -sWASM_BIGINT=1 -sSUPPORT_LONGJMP=wasm -sFILESYSTEM=0 -sENVIRONMENT=node -sPROXY_TO_PTHREAD=1
  -sPTHREAD_POOL_SIZE=6 -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64MB -sMAXIMUM_MEMORY=4GB -sTOTAL_STACK=2MB
  -sDEFAULT_PTHREAD_STACK_SIZE=2MB -sEXIT_RUNTIME=1 -Wno-pthreads-mem-growth
  "SHELL:--js-library ${CMAKE_SOURCE_DIR}/src/wasm/host.js")

# The same for a worker of a page, with the page's files beneath it: see web/tests/programs.mjs.
set(page_flags ${node_flags} -sENVIRONMENT=worker -sMODULARIZE=1 -sEXPORT_NAME=createTarn -sEXPORTED_RUNTIME_METHODS=ENV)

# What cannot be had here: processes, pipes, a disk that can be unmounted, libraries that are loaded later. What takes minutes
# is run natively only: every command over every table, what queries may not do, and their limits (web/tests has some too).
set(not_under_node "/(fs/test_(posix|pipe|guard|fenced)|engine/test_(load|confinement|judged|limits)|api/test_every_command|request/test_sessions)[.]c$")

# What several folders call their own: each folder's gets the folder's name in front.
set(names_of_folders setup teardown fixture_setup fixture_teardown make_table head_of commit_change random_below)

add_library(tarn_node_host OBJECT ${CMAKE_SOURCE_DIR}/tests/wasm/posix.c ${CMAKE_SOURCE_DIR}/src/wasm/libc_files.c
  ${CMAKE_SOURCE_DIR}/src/wasm/libc_paths.c ${CMAKE_SOURCE_DIR}/src/wasm/libc_network.c)
target_link_libraries(tarn_node_host PRIVATE tarn_flags)

# tarn_test_suites(TARGET "FOLDER …" library …): a program that runs all tests of these folders, one after the other.
function(tarn_test_suites target folders)
  add_executable(${target} EXCLUDE_FROM_ALL ${CMAKE_BINARY_DIR}/node/${target}_driver.c $<TARGET_OBJECTS:tarn_node_host>)
  set(declarations "")
  set(calls "")
  foreach(folder ${folders})
    get_filename_component(suite ${folder} NAME)
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.c)
    file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/support*.c)
    list(FILTER tests EXCLUDE REGEX "${not_under_node}")
    foreach(test ${tests})
      get_filename_component(program ${test} NAME_WE)
      string(APPEND declarations "int ${suite}_${program}_main(void);\n")
      string(APPEND calls "    run(\"${suite}/${program}\", ${suite}_${program}_main);\n")
      set_source_files_properties(${test} PROPERTIES COMPILE_DEFINITIONS main=${suite}_${program}_main)
    endforeach()
    add_library(${target}_${suite} OBJECT EXCLUDE_FROM_ALL ${tests} ${support})
    target_include_directories(${target}_${suite} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${folder} ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${target}_${suite} PRIVATE ${ARGN} tarn_fs PkgConfig::CMOCKA)
    foreach(name ${names_of_folders})
      target_compile_definitions(${target}_${suite} PRIVATE ${name}=${suite}_${name})
    endforeach()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_${suite}>)
  endforeach()
  configure_file(${CMAKE_SOURCE_DIR}/tests/wasm/driver.c.in ${CMAKE_BINARY_DIR}/node/${target}_driver.c @ONLY)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX SUFFIX .js)
  target_link_libraries(${target} PRIVATE ${ARGN} tarn_fs PkgConfig::CMOCKA)
  add_dependencies(node_tests ${target})
endfunction()

function(tarn_node_tests name folders)
  tarn_test_suites(node_${name} "${folders}" ${ARGN})
  set_target_properties(node_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/node)
  target_link_options(node_${name} PRIVATE ${node_flags})
  add_test(NAME node_${name} COMMAND ${NODE} --no-experimental-fetch ${CMAKE_BINARY_DIR}/node/node_${name}.js)
  set_tests_properties(node_${name} PROPERTIES LABELS wasm-node TIMEOUT 900)
endfunction()

# web/tests/suites run these.
function(tarn_page_tests name folder)
  tarn_test_suites(page_${name} ${folder} ${ARGN})
  set_target_properties(page_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/page)
  target_link_options(page_${name} PRIVATE ${page_flags})
endfunction()

add_custom_target(node_tests)
foreach(module base fs jobs arrow cluster store diff)
  tarn_node_tests(${module} unit/${module} tarn_${module})
endforeach()
tarn_node_tests(engine "unit/engine;unit/io;unit/command;unit/api;unit/request;unit/wasm" tarn_wasm)
tarn_page_tests(fs unit/fs tarn_fs)
tarn_page_tests(model model tarn_history)
