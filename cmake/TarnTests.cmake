# Everything that CTest runs. A program or script appears by being put into its folder; nothing is listed here by name.

enable_testing()

# Who only wants the program needs nothing for tests; `make test` has them installed before it configures again.
pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
if(NOT CMOCKA_FOUND)
  message(STATUS "cmocka is not installed: no tests (scripts/setup.sh test installs it)")
  return()
endif()

set(test_binaries ${CMAKE_BINARY_DIR}/tests)
set(test_environment
  "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/sanitizers/leak.txt:print_suppressions=0"
  "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/sanitizers/thread.txt:halt_on_error=1:second_deadlock_stack=1"
  "UBSAN_OPTIONS=print_stacktrace=1")

# tarn_test(NAME LABEL SECONDS command …)
function(tarn_test name label seconds)
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${seconds} ENVIRONMENT "${test_environment}"
    SKIP_RETURN_CODE 77)
endfunction()

# tarn_test_programs(FOLDER PREFIX LABEL SECONDS library …): each test_*.c of a folder is one program; support*.c are shared.
function(tarn_test_programs folder prefix label seconds)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/test_*.c)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${folder}/support*.c)
  foreach(test ${tests})
    get_filename_component(test_name ${test} NAME_WE)
    set(target ${prefix}_${test_name})
    add_executable(${target} ${test} ${support})
    target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${folder} ${CMAKE_SOURCE_DIR}/tests)
    target_link_libraries(${target} PRIVATE ${ARGN} PkgConfig::CMOCKA)
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${test_binaries})
    tarn_test(${target} ${label} ${seconds} ${target})
  endforeach()
endfunction()

get_property(modules GLOBAL PROPERTY TARN_MODULES)

# A module's tests are linked with that module and what it depends on.
foreach(module ${modules})
  tarn_test_programs(unit/${module} ${module} unit 300 tarn_${module})
endforeach()

# A DuckDB of another version, to be refused.
add_library(other_duckdb MODULE ${CMAKE_SOURCE_DIR}/tests/unit/engine/foreign/other_version.c)
set_target_properties(other_duckdb PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${test_binaries} C_VISIBILITY_PRESET default)
target_compile_definitions(engine_test_load PRIVATE TARN_OTHER_DUCKDB="$<TARGET_FILE:other_duckdb>")
add_dependencies(engine_test_load other_duckdb)

set_tests_properties(api_test_every_command PROPERTIES TIMEOUT 1800)

# The Arrow project's golden files, where the test data has them.
tarn_test_programs(golden golden unit 300 tarn_arrow PkgConfig::JANSSON)

# Power loss, failing calls, killed processes; random operations against a plain model.
foreach(kind crash model)
  tarn_test_programs(${kind} ${kind} ${kind} 900 tarn_inside)
endforeach()

# What has to hold for random tables, which src/diff's own tests make too.
tarn_test_programs(property property unit 300 tarn_inside)
foreach(target property_test_patch)
  target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/diff/support_diff.c)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/diff)
endforeach()

# Queries over the store and over DuckDB's own tables.
tarn_test_programs(differential differential model 900 tarn_inside)
foreach(target differential_test_scan)
  target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/engine/support_engine.c)
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/engine)
endforeach()
if(TARGET tarn AND TARGET crash_test_kill)
  set_property(TEST crash_test_kill APPEND PROPERTY ENVIRONMENT "TARN=$<TARGET_FILE:tarn>")
endif()

# The program, as a person would use it. Each file of bats tests is one entry.
find_program(BATS bats)
file(GLOB cli_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/cli/*.bats)
if(TARGET tarn AND BATS)
  foreach(test ${cli_tests})
    get_filename_component(test_name ${test} NAME_WE)
    tarn_test(cli_${test_name} cli 600 ${BATS} ${test})
    set_property(TEST cli_${test_name} APPEND PROPERTY ENVIRONMENT "TARN=$<TARGET_FILE:tarn>")
  endforeach()
endif()

# Other people's readers and writers of Arrow, Parquet and CSV. The scripts' own helpers are the C programs beside them.
file(GLOB interop_programs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/interop/*.c)
foreach(program ${interop_programs})
  get_filename_component(target ${program} NAME_WE)
  add_executable(${target} ${program})
  target_link_libraries(${target} PRIVATE tarn_inside)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${test_binaries})
endforeach()
file(GLOB interop_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/interop/test_*.py)
if(TARGET tarn)
  foreach(test ${interop_tests})
    get_filename_component(test_name ${test} NAME_WE)
    tarn_test(interop_${test_name} interop 900 ${CMAKE_SOURCE_DIR}/tests/interop/run.sh ${test})
    set_property(TEST interop_${test_name} APPEND PROPERTY ENVIRONMENT
      "TARN=$<TARGET_FILE:tarn>" "TARN_TEST_PROGRAMS=${test_binaries}" "TARN_DEPS=${CMAKE_SOURCE_DIR}/deps" "NODE_PATH=${CMAKE_SOURCE_DIR}/deps/node/node_modules")
  endforeach()
endif()

# The server, by clients that misbehave: scripts that need nothing but Python itself.
file(GLOB server_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/server/test_*.py)
find_program(PYTHON3 python3)
if(TARGET tarn AND PYTHON3)
  foreach(test ${server_tests})
    get_filename_component(test_name ${test} NAME_WE)
    tarn_test(server_${test_name} server 300 ${PYTHON3} ${test})
    set_property(TEST server_${test_name} APPEND PROPERTY ENVIRONMENT "TARN=$<TARGET_FILE:tarn>")
  endforeach()
endif()

# The examples are compiled as somebody else's program would be, and run in an empty folder.
file(GLOB examples CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/examples/*.c)
foreach(example ${examples})
  get_filename_component(example_name ${example} NAME_WE)
  set(target example_${example_name})
  add_executable(${target} ${example})
  target_link_libraries(${target} PRIVATE tarn_public_flags tarn_shared)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/examples)
  tarn_test(${target} example 120 ${CMAKE_SOURCE_DIR}/tests/in_empty_folder.sh $<TARGET_FILE:${target}>)
endforeach()

# Fuzzers proper need clang; every other build replays their corpus through the same functions.
file(GLOB fuzzers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/fuzz_*.c)
file(GLOB fuzz_support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/support*.c)
add_custom_target(fuzzers)
foreach(fuzzer ${fuzzers})
  get_filename_component(target ${fuzzer} NAME_WE)
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${target})
  if(TARN_FUZZ)
    add_executable(${target} ${fuzzer} ${fuzz_support})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  else()
    add_executable(${target} ${fuzzer} ${fuzz_support} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
    set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${test_binaries})
    tarn_test(${target}_corpus fuzz 120 ${target} ${corpus})
  endif()
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz)
  target_link_libraries(${target} PRIVATE tarn_inside)
  add_dependencies(fuzzers ${target})
endforeach()

# What serves is not among what all fuzzers are linked with.
foreach(target fuzz_http fuzz_socket)
  target_link_libraries(${target} PRIVATE tarn_server)
endforeach()

# The layout's own rules.
tarn_test(lint_rooms lint 60 ${CMAKE_SOURCE_DIR}/tests/lint/rooms.sh)
if(TARGET tarn)
  tarn_test(lint_requests lint 60 ${CMAKE_SOURCE_DIR}/tests/lint/requests.sh)
  set_property(TEST lint_requests APPEND PROPERTY ENVIRONMENT "TARN=$<TARGET_FILE:tarn>")
endif()
