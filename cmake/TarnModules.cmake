# A module is a folder of src/ with one header of the same name. Each becomes a static library tarn_<name>, so that a unit
# test links only what its module may use.

# What everything of Tarn is compiled with; sees the public headers only.
add_library(tarn_public_flags INTERFACE)
target_include_directories(tarn_public_flags INTERFACE ${CMAKE_SOURCE_DIR}/include)
target_compile_definitions(tarn_public_flags INTERFACE _GNU_SOURCE TARN_VERSION="${PROJECT_VERSION}")
target_compile_options(tarn_public_flags INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(TARN_SANITIZE)
  target_compile_definitions(tarn_public_flags INTERFACE TARN_SANITIZED) # for tests that a sanitizer makes too slow
  target_compile_options(tarn_public_flags INTERFACE -fsanitize=${TARN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tarn_public_flags INTERFACE -fsanitize=${TARN_SANITIZE})
  # DuckDB is loaded later and throws: the sanitizers know how only when the C++ library is there from the start.
  if(CMAKE_SYSTEM_NAME STREQUAL "Linux")
    target_link_options(tarn_public_flags INTERFACE -Wl,--no-as-needed -l:libstdc++.so.6 -Wl,--as-needed)
  endif()
endif()
if(TARN_COVERAGE)
  # Optimised a little, as all tests run on this build; counters are atomic, or threads would spoil each other's.
  target_compile_options(tarn_public_flags INTERFACE --coverage -fprofile-update=atomic -O1)
  target_link_options(tarn_public_flags INTERFACE --coverage)
endif()
if(TARN_FUZZ)
  target_compile_options(tarn_public_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# The same, for code that may include the headers of modules.
add_library(tarn_flags INTERFACE)
target_link_libraries(tarn_flags INTERFACE tarn_public_flags)
target_include_directories(tarn_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

# tarn_module(NAME dependency …): a dependency is another module's name or any CMake target. A module without sources is
# skipped, also where another names it.
function(tarn_module name)
  get_property(rooms GLOBAL PROPERTY TARN_ROOMS)
  set_property(GLOBAL APPEND PROPERTY TARN_ROOMS ${name})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.c)
  list(FILTER sources EXCLUDE REGEX "${TARN_OTHER_HOST}")
  if(NOT sources)
    return()
  endif()
  add_library(tarn_${name} STATIC ${sources})
  target_link_libraries(tarn_${name} PUBLIC tarn_flags)
  set_target_properties(tarn_${name} PROPERTIES ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules)
  foreach(dependency ${ARGN})
    if(TARGET tarn_${dependency})
      target_link_libraries(tarn_${name} PUBLIC tarn_${dependency})
    elseif(NOT dependency IN_LIST rooms)
      target_link_libraries(tarn_${name} PUBLIC ${dependency})
      set_property(GLOBAL APPEND PROPERTY TARN_EXTERNALS ${dependency})
    endif()
  endforeach()
  set_property(GLOBAL APPEND PROPERTY TARN_MODULES ${name})
endfunction()
