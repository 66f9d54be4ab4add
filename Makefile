# A thin layer over scripts/setup.sh, CMake and CTest: every target says in one or two lines what it runs.

BUILD ?= build
BUILD_WASM ?= build-wasm
WASM_LINK ?= -O1
PREFIX ?= /usr/local
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
FUZZ_SECONDS ?= 60
CMAKE_FLAGS ?=
TEST_FLAGS ?=
BENCH_FLAGS ?=
PORT ?= 8080
SUITES ?=

CONFIGURE = scripts/configure.sh
CTEST = ctest --output-on-failure -j $(JOBS)
CLANG_DEBUG = -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug

.DEFAULT_GOAL := build
.PHONY: help run build wasm wasm-dist app app-serve test-app bench-wasm test-wasm test-wasm-node test-wasm-page test test-asan test-tsan soak bench bench-server fuzz lint fmt coverage docs install clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

build: ## leave the program at build/tarn, the library at build/libtarn.so and build/libtarn.a
	@scripts/setup.sh build
	@$(CONFIGURE) $(BUILD) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(JOBS) --target products

wasm: ## leave the module for browsers in web/engine/dist: tarn.wasm with the engine in it, and its loader
	@scripts/setup.sh wasm web
	@$(CONFIGURE) $(BUILD_WASM) -DCMAKE_TOOLCHAIN_FILE=cmake/WasmToolchain.cmake -DTARN_WASM_LINK=$(WASM_LINK) $(CMAKE_FLAGS)
	@cmake --build $(BUILD_WASM) -j $(JOBS) --target tarn_browser
	@node web/scripts/build.mjs $(BUILD_WASM)/dist

wasm-dist: wasm ## leave an npm package with everything in it, tarn-engine-VERSION.tgz, in web/dist
	@mkdir -p web/dist && cd web/engine/dist && npm pack --silent --ignore-scripts --pack-destination ../../dist

app: wasm ## leave the page in web/app/dist: a folder that any web server serves, and that works offline then
	@node web/scripts/build-app.mjs
	@echo "the page is in web/app/dist; 'make app-serve' serves it on PORT (8080)"

app-serve: ## serve the page that make app left, on PORT (8080)
	@node web/scripts/serve.mjs $(PORT) web/app/dist

test-app: ## the page's tests in a browser, with the page that make app left; SUITES="cells journeys" for some
	@scripts/setup.sh web browser
	@node web/app/tests/run.mjs $(SUITES)

test-wasm: ## what runs in a browser: the C test programs under node, then the tests of engine and page in a browser itself
	@$(MAKE) --no-print-directory test-wasm-node
	@$(MAKE) --no-print-directory app
	@$(MAKE) --no-print-directory test-wasm-page
	@$(MAKE) --no-print-directory test-app

test-wasm-node: ## the C test programs compiled to WebAssembly, under node
	@scripts/setup.sh wasm
	@$(CONFIGURE) $(BUILD_WASM) -DCMAKE_TOOLCHAIN_FILE=cmake/WasmToolchain.cmake $(CMAKE_FLAGS)
	@cmake --build $(BUILD_WASM) -j $(JOBS) --target node_tests
	@cd $(BUILD_WASM) && $(CTEST) -L wasm-node $(TEST_FLAGS)

test-wasm-page: ## the tests in a browser, with the engine that make wasm left and the native program; SUITES="core tabs" for some
	@scripts/setup.sh build test web browser
	@[ -e $(BUILD)/build.ninja ] || $(CONFIGURE) $(BUILD) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(JOBS) --target products
	@TARN=$(abspath $(BUILD))/tarn node web/tests/run.mjs $(SUITES)

bench-wasm: wasm ## measure the engine and its peers side by side in one browser
	@scripts/setup.sh web browser
	@node web/bench/run.mjs $(BENCH_FLAGS)

run: build ## a short guided session on real tables
	@scripts/setup.sh run
	@TARN=$(abspath $(BUILD))/tarn scripts/session.sh

test: ## build everything and run all tests
	@scripts/setup.sh build test
	@$(CONFIGURE) $(BUILD) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(JOBS)
	@cd $(BUILD) && $(CTEST) $(TEST_FLAGS)
	@if scripts/wasm/engine.sh --at-hand; then $(MAKE) --no-print-directory test-wasm CMAKE_FLAGS= TEST_FLAGS=; fi

test-asan: ## unit, crash and model tests under the address and undefined behaviour sanitizers
	@scripts/setup.sh build test fuzz
	@$(CONFIGURE) build-asan $(CLANG_DEBUG) -DTARN_SANITIZE=address,undefined
	@cmake --build build-asan -j $(JOBS)
	@cd build-asan && $(CTEST) -L '^(unit|crash|model|fuzz|example)$$' $(TEST_FLAGS)

# The commands' values are not tried here: their threads are those of the tests of jobs, engine and api.
test-tsan: ## what runs on several threads, under the thread sanitizer
	@scripts/setup.sh build test fuzz
	@$(CONFIGURE) build-tsan $(CLANG_DEBUG) -DTARN_SANITIZE=thread
	@cmake --build build-tsan -j $(JOBS)
	@cd build-tsan && $(CURDIR)/scripts/fixed_addresses.sh $(CTEST) -L '^unit$$' -E '^(base|command)_' $(TEST_FLAGS)

soak: ## the long form of the crash and model tests, ten minutes of each fuzzer, then the browser's
	@scripts/setup.sh build test fuzz
	@$(CONFIGURE) $(BUILD) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(JOBS)
	@cd $(BUILD) && TARN_SOAK=1 $(CTEST) -L '^(crash|model)$$' --timeout 7200 $(TEST_FLAGS)
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=600
	@if scripts/wasm/engine.sh --at-hand; then $(MAKE) --no-print-directory wasm && cmake --build $(BUILD_WASM) -j $(JOBS) --target page_model && TARN_SOAK=1 $(MAKE) --no-print-directory test-wasm-page SUITES="model crash memory"; fi

bench: ## measure Tarn and its peers side by side
	@scripts/setup.sh build bench
	@$(CONFIGURE) $(BUILD) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(JOBS) --target products tarn-bench
	@$(BUILD)/bench/tarn-bench --sources bench --python deps/venv/bin/python $(BENCH_FLAGS)

bench-server: ## measure `tarn serve` beside Flight (SERVER_FLAGS="--datasette PROGRAM": and beside Datasette)
	@scripts/setup.sh build bench
	@cmake --build $(BUILD) -j $(JOBS) --target products
	@deps/venv/bin/python bench/server.py $(BUILD)/tarn $(SERVER_FLAGS)

fuzz: ## run each fuzzer for FUZZ_SECONDS (60)
	@scripts/setup.sh build test fuzz
	@$(CONFIGURE) build-fuzz $(CLANG_DEBUG) -DTARN_FUZZ=ON
	@cmake --build build-fuzz -j $(JOBS) --target fuzzers
	@scripts/fuzz.sh build-fuzz $(FUZZ_SECONDS) $(JOBS)

lint: ## formatting, clang-tidy, shellcheck, the types of web/, the layout's rules
	@scripts/setup.sh build test lint web
	@$(CONFIGURE) build-lint $(CLANG_DEBUG)
	@scripts/lint.sh build-lint $(JOBS)

fmt: ## format every C and C++ file in place
	@scripts/setup.sh lint
	@git ls-files -z '*.c' '*.h' '*.cpp' '*.hpp' | xargs -0 clang-format -i

coverage: ## run the tests on an instrumented build; fail below 85 % of the lines in src/
	@scripts/setup.sh build test coverage
	@$(MAKE) --no-print-directory test BUILD=build-coverage CMAKE_FLAGS="-DCMAKE_BUILD_TYPE=Debug -DTARN_COVERAGE=ON"
	@scripts/coverage.sh build-coverage

docs: build ## write man page, completions and the reference in docs/cli.md from what the program says of itself
	@scripts/docs.sh $(abspath $(BUILD))/tarn

install: build ## install below PREFIX (/usr/local)
	@cmake --build $(BUILD) -j $(JOBS) --target manual
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean: ## remove everything that was built; what was fetched stays in deps/
	@rm -rf build build-*
