# tarn.wasm: the core with the engine in it, and emscripten's loader as an ES module (web/engine/dist).

set(TARN_WASM_LINK "-O1" CACHE STRING "how much the linked module is optimised: -O1 links in seconds; -Os: a little smaller, in ten minutes")
set(TARN_WASM_MEMORY 4GB CACHE STRING "the most memory that the module may grow to")
add_executable(tarn_browser ${CMAKE_SOURCE_DIR}/src/wasm/exports.c ${CMAKE_SOURCE_DIR}/src/wasm/libc_files.c
  ${CMAKE_SOURCE_DIR}/src/wasm/libc_paths.c ${CMAKE_SOURCE_DIR}/src/wasm/libc_network.c)
set_target_properties(tarn_browser PROPERTIES OUTPUT_NAME tarn SUFFIX .mjs LINKER_LANGUAGE CXX
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/dist)
target_link_libraries(tarn_browser PRIVATE tarn_wasm)
target_link_options(tarn_browser PRIVATE "SHELL:--js-library ${CMAKE_SOURCE_DIR}/src/wasm/host.js"
  ${TARN_WASM_LINK} --profiling-funcs --no-entry -sWASM_BIGINT=1
  -sMODULARIZE=1 -sEXPORT_ES6=1 -sEXPORT_NAME=createTarn -sENVIRONMENT=web,worker,node
  -sFILESYSTEM=0 -sSUPPORT_LONGJMP=0
  -sALLOW_MEMORY_GROWTH=1 -sINITIAL_MEMORY=64MB -sMAXIMUM_MEMORY=${TARN_WASM_MEMORY} -sTOTAL_STACK=1MB
  -sDEFAULT_PTHREAD_STACK_SIZE=2MB -sPTHREAD_POOL_SIZE=2
  -sEXPORTED_RUNTIME_METHODS=PThread,wasmMemory
  -sEXPORTED_FUNCTIONS=_malloc,_free
  -Wno-pthreads-mem-growth)
set_property(TARGET tarn_browser APPEND PROPERTY LINK_DEPENDS ${CMAKE_SOURCE_DIR}/src/wasm/host.js)

# Made small: the linker leaves room in every number that it had to fill in, and a template's instances are often the same.
# What takes a tenth of the time of -Os and gives most of it. Functions that are alike are then put side by side.
find_program(WASM_OPT wasm-opt REQUIRED)
set(order_functions ${CMAKE_SOURCE_DIR}/scripts/wasm/order_functions.mjs)
add_custom_command(TARGET tarn_browser POST_BUILD
  COMMAND ${WASM_OPT} --mvp-features --enable-threads --enable-mutable-globals --enable-simd --enable-bulk-memory --enable-sign-ext
    --enable-exception-handling --strip-dwarf --strip-producers --duplicate-function-elimination --remove-unused-brs
    --remove-unused-names --merge-blocks --vacuum -g tarn.wasm -o tarn.wasm
  COMMAND ${NODE} ${order_functions} tarn.wasm ${TARN_WASM}/llvm/llvm-cxxfilt
  WORKING_DIRECTORY ${CMAKE_BINARY_DIR}/dist VERBATIM)
set_property(TARGET tarn_browser APPEND PROPERTY LINK_DEPENDS ${order_functions})
