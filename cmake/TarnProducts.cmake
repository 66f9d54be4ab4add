# What people use: libtarn.so, libtarn.a, the program, and the benchmarks.

get_property(modules GLOBAL PROPERTY TARN_MODULES)
get_property(externals GLOBAL PROPERTY TARN_EXTERNALS)
list(REMOVE_DUPLICATES externals)

# All modules at once, for programs that test or measure their insides.
add_library(tarn_inside INTERFACE)
set(objects "")
foreach(module ${modules})
  target_link_libraries(tarn_inside INTERFACE tarn_${module})
  list(APPEND objects $<TARGET_OBJECTS:tarn_${module}>)
endforeach()
if(EMSCRIPTEN)
  return() # one module is linked of them, by cmake/TarnBrowser.cmake
endif()

# Both libraries are made of the modules' objects, so that each is complete without the modules' archives.
foreach(kind shared static)
  string(TOUPPER ${kind} KIND)
  add_library(tarn_${kind} ${KIND} ${objects})
  set_target_properties(tarn_${kind} PROPERTIES OUTPUT_NAME tarn LINKER_LANGUAGE C
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
  target_include_directories(tarn_${kind} INTERFACE ${CMAKE_SOURCE_DIR}/include)
endforeach()
target_link_libraries(tarn_shared PRIVATE tarn_flags ${externals})
target_link_libraries(tarn_static PRIVATE tarn_flags INTERFACE ${externals})

# The program sees the public headers and the public library, as anybody else's would, and how answers become JSON, which is
# built on those alone.
file(GLOB cli_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/cli/*.c)
if(cli_sources)
  add_executable(tarn ${cli_sources} $<TARGET_OBJECTS:tarn_answer>)
  target_include_directories(tarn PRIVATE ${CMAKE_SOURCE_DIR}/src/cli ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(tarn PRIVATE tarn_public_flags tarn_shared PkgConfig::JANSSON PkgConfig::UTF8PROC Threads::Threads ${CMAKE_DL_LIBS} m)
  set_target_properties(tarn PROPERTIES BUILD_RPATH_USE_ORIGIN ON)
  if(APPLE)
    set_target_properties(tarn PROPERTIES INSTALL_RPATH "@loader_path/../${CMAKE_INSTALL_LIBDIR}")
  else()
    set_target_properties(tarn PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  endif()
endif()

add_custom_target(products DEPENDS tarn_shared tarn_static tarn_duckdb_shim)
if(TARGET tarn)
  add_dependencies(products tarn)
endif()

# One program measures the product and, in the same run, DuckDB on the same work.
file(GLOB bench_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/bench/*.c)
if(bench_sources)
  add_executable(tarn-bench EXCLUDE_FROM_ALL ${bench_sources})
  target_include_directories(tarn-bench PRIVATE ${CMAKE_SOURCE_DIR}/bench)
  target_link_libraries(tarn-bench PRIVATE tarn_inside tarn_duckdb ${duckdb_library})
  set_target_properties(tarn-bench PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bench)
endif()
