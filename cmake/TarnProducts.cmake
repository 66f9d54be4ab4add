# What is built from the modules: the library, the program, the tests, the fuzzers, the benchmarks.

get_property(modules GLOBAL PROPERTY TARN_MODULES)

if(TARN_TESTS)
  enable_testing()
  find_package(cmocka REQUIRED)
  # tests/unit/<module>/test_*.c: one program each, linked with that module and what it depends on; support*.c are shared.
  foreach(module ${modules})
    file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${module}/test_*.c)
    file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/${module}/support*.c)
    foreach(test ${tests})
      get_filename_component(test_name ${test} NAME_WE)
      set(target ${module}_${test_name})
      add_executable(${target} ${test} ${support})
      target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/unit/${module})
      target_link_libraries(${target} PRIVATE tarn_${module} cmocka)
      add_test(NAME ${target} COMMAND ${target})
    endforeach()
  endforeach()
endif()
