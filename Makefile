# Troupe. `make help` lists the targets. Everything lands in build/; each flavour (release, asan, tsan)
# has its own folder there, and the programs of the release flavour are in build/bin.

FLAVOUR ?= release
CC ?= gcc
V ?= 0
QUICK ?=
PORT ?= 8000
EXAMPLE ?= monitor
PREFIX ?= /usr/local
DESTDIR ?=

O := build/$(FLAVOUR)
BIN := $(if $(filter release,$(FLAVOUR)),build/bin,$(O)/bin)

# -- rooms and who may include whom --
# Each room compiles against a folder of links to exactly the rooms it may include, so that a wrong
# #include is "No such file". include/troupe is open to all.
ACTORS := actors/core actors/bus actors/pool actors/names actors/topics actors/system
SDK := sdk/catalog sdk/tree sdk/session sdk/moving sdk/roles sdk/api
ROOMS := base wire metrics store crypto uploads auth $(ACTORS) $(SDK) gateway broker host testing desk
SEES_base := base
SEES_wire := base wire
SEES_metrics := $(SEES_wire) metrics
SEES_store := $(SEES_metrics) crypto store
SEES_crypto := base crypto
SEES_uploads := $(SEES_wire) crypto uploads
SEES_auth := $(SEES_wire) crypto auth
SEES_actors/core := $(SEES_metrics) actors/core
SEES_actors/bus := $(SEES_actors/core) actors/bus
SEES_actors/pool := $(SEES_actors/bus) actors/pool
SEES_actors/names := $(SEES_actors/pool) actors/names
SEES_actors/topics := $(SEES_actors/pool) actors/topics
SEES_actors/system := $(SEES_metrics) $(ACTORS)
SEES_sdk/catalog := $(SEES_wire) sdk/catalog
SEES_sdk/tree := $(SEES_sdk/catalog) sdk/tree
SEES_sdk/session := $(SEES_actors/system) store crypto uploads auth sdk/catalog sdk/tree sdk/session
SEES_sdk/moving := $(SEES_sdk/session) sdk/moving
SEES_sdk/roles := $(SEES_sdk/moving) sdk/roles
SEES_sdk/api := $(SEES_sdk/session) sdk/api
SEES_gateway := $(SEES_actors/system) crypto uploads auth gateway
SEES_broker := $(SEES_actors/system) broker
SEES_host := $(SEES_actors/system) store crypto uploads auth sdk/catalog sdk/roles sdk/session sdk/tree gateway broker host
SEES_testing := $(SEES_actors/system) crypto uploads $(SDK) broker testing
SEES_examples :=
SEES_desk := base wire testing desk
SEES_commands := host desk
SEES_tests := $(ROOMS) tests bench
SEES_bench := $(SEES_testing) store bench

# Programs of ours, next to the examples' in build/bin.
COMMANDS := $(basename $(notdir $(wildcard commands/*.c)))
EXAMPLES := $(basename $(notdir $(wildcard examples/*.c)))
SHARED := $(EXAMPLES:%=build/lib/%.so)
# Of the tests' programs, those that Python's tests load.
PYTHON_TEST_APPS := $(patsubst %,build/release/tests/programs/%.so,answerer failing uploader)

# -- flags: the one place --
# Errors only where make itself is told so (make CI=1, make lint): a user's compiler may be any, and may
# warn of what ours do not; that his shell has a CI does not count.
WERROR = $(if $(or $(findstring command,$(origin CI)),$(DEV)),-Werror)
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
  -Wvla -Wundef $(WERROR)
# Position-independent, as apps are shared objects too (build/lib); what is hidden costs nothing for that.
OPTIMISE_release := -O2 -fPIC -fno-semantic-interposition
HIDDEN_release := -fvisibility=hidden
# With the debug checks: tags, live counts, lock order, junk in fresh and freed memory (docs/testing.md).
CHECKED := -DTR_DEBUG
OPTIMISE_debug := -O0 $(CHECKED)
OPTIMISE_asan := -O1 $(CHECKED) -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
OPTIMISE_fuzz := -O1 $(CHECKED) -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
OPTIMISE_tsan := -O1 $(CHECKED) -fsanitize=thread -fno-omit-frame-pointer
# What a sanitizer says needs files and lines; a seventh of its compiling goes without the rest.
SYMBOLS_asan := -g1
SYMBOLS_fuzz := -g1
SYMBOLS_tsan := -g1
MSGPACK = $(shell pkg-config --exists msgpack-c && echo msgpack-c || echo msgpack)
# Third-party headers are system headers: their warnings are not ours.
THIRD_CFLAGS = $(patsubst -I%,-isystem%,$(shell pkg-config --cflags libzmq $(MSGPACK) libwebsockets libcurl libpq jansson libpcre2-8))
CFLAGS_ALL = -std=c17 -D_GNU_SOURCE $(or $(SYMBOLS_$(FLAVOUR)),-g) -pthread $(OPTIMISE_$(FLAVOUR)) $(WARNINGS) -MMD -MP \
  -fno-common -fstack-clash-protection $(THIRD_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = -pthread $(filter -fsanitize%,$(OPTIMISE_$(FLAVOUR))) -Wl,-z,now $(LDFLAGS)
# libcurl only where somebody calls tr_http, the stores' libraries only where there are sessions.
LIBS = $(shell pkg-config --libs libczmq libzmq $(MSGPACK) libwebsockets) -lev -l:libboost_context.a -lsodium -lm \
  -Wl,--push-state,--as-needed $(shell pkg-config --libs libcurl libpq lmdb libssl libcrypto jansson libpcre2-8) -Wl,--pop-state
# Debian's static libcheck exports a tr_free of its own.
TEST_LIBS = build/libcheck.a -Wl,--wrap=_mark_point -lsubunit -lrt

ifeq ($(V),0)
Q := @
say = @printf '  %-8s %s\n' $(1) $(2);
else
Q :=
say =
endif

room_sources = $(wildcard $(1)/*.c $(1)/generated/*.c)
LIB_SOURCES := $(foreach room,$(ROOMS),$(call room_sources,$(room)))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(O)/%.o) $(O)/generated/assets.o $(O)/generated/templates.o $(O)/generated/panel.o
TEST_SOURCES := $(wildcard tests/*.c $(foreach room,$(ROOMS),tests/$(room)/*.c) tests/bench/*.c tests/howto/*.c \
  tests/support/*.c tests/stories/*.c tests/stress/*.c tests/chaos/*.c)
# Small programs that tests run.
TEST_PROGRAMS := $(patsubst %.c,$(O)/%,$(wildcard tests/programs/*.c))
BENCH_CORE := $(filter-out bench/load.c bench/echo_server.c,$(wildcard bench/*.c))
FUZZERS := $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check test-c-programs test-tools test-counter test-autobahn stress chaos fuzzers test-c test-asan test-tsan test-golden test-client test-widgets test-bench test-e2e pictures pictures-update \
  compose-test bench bench-actors bench-browser bench-cluster bench-scale bench-servers bench-others fuzz fuzz-smoke headers circles generate check-generated check-rules lint fmt client flutter-client install-build install-test shared install-headers install-static install-shared abi test-abi \
  install-bench install-deb clean help examples programs python install test-programs man deb docs docs-serve

all: examples ## build the examples and the program troupe (the default)
programs: install-build $(EXAMPLES:%=$(BIN)/%) $(COMMANDS:%=$(BIN)/%)
examples: programs $(if $(filter release,$(FLAVOUR)),$(SHARED))

run: install-build $(BIN)/$(EXAMPLE) ## install what is missing, build, serve an example (EXAMPLE=monitor PORT=8000)
	@exec $(BIN)/$(EXAMPLE) --host 127.0.0.1 --port $(PORT)

test: install-build ## install what is missing, build, run every test
	@tests/run.sh

check: install-build ## the daily loop: the C tests, the client's units, lint, the counter in Chromium
	@tests/run.sh check

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9 -]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# -- what must be installed --
install-build install-test install-bench install-deb:
	$(if $(SKIP_INSTALL),,@tools/install.sh $(@:install-%=%))
# One apt-get at a time, also under make -j.
install-test install-bench install-deb: | install-build

# -- the browser client, embedded --
CLIENT_SOURCES := $(shell find client -name node_modules -prune -o -type f \
  ! -path 'client/test/*' ! -name '*.md' -print 2>/dev/null)

client: build/client/index.html ## build the browser client

client/node_modules/.installed: client/package-lock.json | install-build
	$(call say,NPM,client)
	$(Q)cd client && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build/client/index.html: client/node_modules/.installed $(CLIENT_SOURCES)
	$(call say,BUNDLE,client)
	$(Q)cd client && npm run --silent build
	@touch $@

build/generated/assets.c: build/client/index.html tools/embed_assets.mjs tools/c_literal.mjs
	@mkdir -p $(@D)
	$(call say,EMBED,build/client)
	$(Q)node tools/embed_assets.mjs build/client $@

# -- what `troupe new` makes --
TEMPLATES := README.md $(shell find templates examples -maxdepth 2 -type f) $(wildcard tests/examples/*.c)
build/generated/templates.c: $(TEMPLATES) tools/embed_templates.mjs tools/c_literal.mjs | install-build
	$(call say,EMBED,templates)
	$(Q)node tools/embed_templates.mjs $@

# -- what `troupe dev` shows over pages --
build/desk/panel.js: client/node_modules/.installed $(CLIENT_SOURCES)
	$(call say,BUNDLE,desk)
	$(Q)cd client && npm run --silent desk
	@touch $@

build/generated/panel.c: build/desk/panel.js tools/embed_text.mjs tools/c_literal.mjs
	@mkdir -p $(@D)
	$(call say,EMBED,build/desk)
	$(Q)node tools/embed_text.mjs desk/panel.h tr_desk_panel build/desk/panel.js $@

# -- Flet's client, for --client flutter --
FLET_WEB ?= 0.86.5
flutter-client: ## fetch Flet's own web client from PyPI (FLET_WEB=0.86.5) for --client flutter
	$(if $(SKIP_INSTALL),,@tools/install.sh flutter)
	@tools/flutter_client.sh $(FLET_WEB) build/flutter

# -- compiling --
build/rooms/%/.made: Makefile
	@rm -rf $(@D) && mkdir -p $(@D)
	@for room in $(SEES_$*); do mkdir -p "$(@D)/$$(dirname $$room)" && ln -s "$(CURDIR)/$$room" "$(@D)/$$room"; done
	@touch $@

define compile_room
$(O)/$(1)/%.o: $(1)/%.c build/rooms/$(1)/.made | install-build
	@mkdir -p $$(@D)
	$$(call say,CC,$$<)
	$$(Q)$$(CC) $$(CFLAGS_ALL) $$(CFLAGS_$(1)) $(if $(filter $(1),$(ROOMS)),-DTR_INSIDE_ $$(HIDDEN_$(FLAVOUR))) -Ibuild/rooms/$(1) -Iinclude -c $$< -o $$@
endef
$(foreach room,$(ROOMS) examples commands tests bench,$(eval $(call compile_room,$(room))))

$(O)/generated/assets.o: build/generated/assets.c build/rooms/gateway/.made
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c17 -O0 -fPIC $(HIDDEN_release) -Ibuild/rooms/gateway -Iinclude -c $< -o $@

$(O)/generated/templates.o: build/generated/templates.c build/rooms/desk/.made
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c17 -O0 -fPIC $(HIDDEN_release) -Ibuild/rooms/desk -Iinclude -c $< -o $@

$(O)/generated/panel.o: build/generated/panel.c build/rooms/desk/.made
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -std=c17 -O0 -fPIC $(HIDDEN_release) -Ibuild/rooms/desk -Iinclude -c $< -o $@

$(O)/libtroupe.a: $(LIB_OBJECTS)
	$(call say,AR,$@)
	@rm -f $@
	$(Q)ar rcs $@ $^

# Actors without the web: no gateway, no pages.
ACTOR_ROOMS := base wire metrics crypto store $(ACTORS) broker
$(O)/libtroupe-actors.a: $(foreach room,$(ACTOR_ROOMS),$(patsubst %.c,$(O)/%.o,$(call room_sources,$(room))))
	$(call say,AR,$@)
	@rm -f $@
	$(Q)ar rcs $@ $^

# An example is one file, and what is in the folder of its name.
$(foreach example,$(EXAMPLES),$(eval $(BIN)/$(example): \
  $(patsubst %.c,$(O)/%.o,$(wildcard examples/$(example)/*.c))))

# What tells pkg-config of this folder, for `troupe dev` without an installation.
build/pkgconfig/troupe-static.pc: tools/pkgconfig/troupe-static.pc.in Makefile
	@mkdir -p $(@D)
	@sed -e 's|@PREFIX@|$(CURDIR)|' -e 's|@MSGPACK@|$(MSGPACK)|' -e 's|@LIBDIR@|$(CURDIR)/build/release|' $< >$@

$(COMMANDS:%=$(BIN)/%): $(BIN)/%: $(O)/commands/%.o $(O)/libtroupe.a | build/pkgconfig/troupe-static.pc
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

$(EXAMPLES:%=$(BIN)/%): $(BIN)/%: $(O)/examples/%.o $(O)/libtroupe.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

# The same for servers that load an app (troupe/embed.h, python/): what it has of Troupe is its own.
$(foreach example,$(EXAMPLES),$(eval build/lib/$(example).so: \
  $(patsubst %.c,build/release/%.o,$(wildcard examples/$(example)/*.c))))
$(SHARED): build/lib/%.so: build/release/examples/%.o build/release/libtroupe.a
# The app calls tr_run alone; what its server calls is asked for by name.
$(SHARED) $(PYTHON_TEST_APPS):
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -shared -Wl,-Bsymbolic -Wl,-z,defs -Wl,-u,tr_embed_start $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(PYTHON_TEST_APPS): %.so: %.o build/release/libtroupe.a

# An example may need a library of its own.
SQLITE_EXAMPLES := csv grid kanban
$(foreach example,$(SQLITE_EXAMPLES),$(BIN)/$(example) build/lib/$(example).so $(O)/tests/examples/$(example)): LIBS += -lsqlite3

# An example's test is a program of its own, as an author's would be: the example without its main.
EXAMPLE_TESTS := $(patsubst tests/examples/test_%.c,%,$(wildcard tests/examples/test_*.c))
$(O)/tests/examples/app_%.o: examples/%.c build/rooms/examples/.made | install-build
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS_ALL) -Dmain=app_main -Wno-missing-prototypes -Ibuild/rooms/examples -Iinclude -c $< -o $@

$(foreach example,$(EXAMPLE_TESTS),$(eval $(O)/tests/examples/$(example): \
  $(patsubst %.c,$(O)/%.o,$(wildcard examples/$(example)/*.c))))
$(EXAMPLE_TESTS:%=$(O)/tests/examples/%): $(O)/tests/examples/%: $(O)/tests/examples/test_%.o \
  $(O)/tests/examples/app_%.o $(O)/libtroupe.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

$(TEST_SOURCES:%.c=$(O)/%.o): | install-test
build/libcheck.a: | install-test
	@mkdir -p $(@D)
	$(Q)objcopy --redefine-sym tr_free=check_tr_free \
	  $$(pkg-config --variable=libdir check)/libcheck_pic.a $@ 2>/dev/null || \
	  objcopy --redefine-sym tr_free=check_tr_free $$($(CC) -print-file-name=libcheck_pic.a) $@

# Several makes write it at a time, as suites of several flavours run side by side: each whole, or not at all.
build/generated/suites.def: $(TEST_SOURCES)
	@mkdir -p $(@D)
	@new=$$(mktemp $@.XXXXXX) && chmod 644 $$new && \
	  sed -n 's/^Suite \*\([a-z0-9_]*_suite\)(void)$$/SUITE(\1)/p' $(TEST_SOURCES) | sort >$$new && \
	  if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi

$(O)/tests/main.o: build/generated/suites.def

build/generated/public_calls.h: tools/public_calls.mjs $(shell find include -name '*.h')
	$(call say,GEN,$@)
	$(Q)node tools/public_calls.mjs $@

$(O)/tests/sdk/api/test_public_calls.o: build/generated/public_calls.h
CFLAGS_tests = -Ibuild/generated

$(O)/tests/all: build/libcheck.a $(TEST_SOURCES:%.c=$(O)/%.o) $(BENCH_CORE:%.c=$(O)/%.o) $(O)/libtroupe.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter-out build/libcheck.a,$^) $(TEST_LIBS) $(LIBS)

$(TEST_PROGRAMS): %: %.o $(O)/libtroupe.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

build/bin/load: $(O)/bench/load.o $(BENCH_CORE:%.c=$(O)/%.o) $(O)/libtroupe.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# The runtime's benchmark needs no web part: it is linked with the library that has none.
RUNTIME_LIBS = $(shell pkg-config --libs libczmq libzmq) -lev -l:libboost_context.a -lsodium
BENCH_ACTORS := troupe zeromq system

$(BENCH_ACTORS:%=build/bin/bench_actors_%): build/bin/bench_actors_%: $(O)/bench/actors/%.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(RUNTIME_LIBS)
build/bin/bench_actors_troupe: $(O)/libtroupe-actors.a \
  $(patsubst %,$(O)/bench/actors/%.o,stage local remote coroutines memory)

# Programs of others to measure against, when they are installed; one that is not there, or does not build with the
# version that is, is left out, and the run says so.
BENCH_OTHERS := build/bin/bench_actors_zactor build/bin/bench_actors_caf build/bench/bench_erlang.beam build/bench/flet/bin/python
build/bin/bench_actors_zactor: $(O)/bench/actors/zactor.o
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $< $$(pkg-config --libs libczmq libzmq)
build/bin/bench_actors_caf: bench/actors/caf.cpp
	@mkdir -p $(@D)
	$(Q)$(CXX) -std=c++17 -O2 -o $@ $< -lcaf_core -pthread
build/bench/bench_erlang.beam: bench/actors/bench_erlang.erl
	@mkdir -p $(@D)
	$(Q)erlc -o $(@D) $<
# The newest Flet of the protocol that is spoken here.
build/bench/flet/bin/python:
	@mkdir -p $(@D)
	$(Q)python3 -m venv build/bench/flet && \
	  build/bench/flet/bin/pip install -q --disable-pip-version-check flet==0.86.5 || \
	  { rm -rf build/bench/flet; exit 1; }

# Flet's own server beside ours, under the same ASGI server; FastAPI as it was when that Flet came.
build/bench/flet-web/bin/uvicorn: tests/python/requirements.txt
	@mkdir -p $(@D)
	$(Q)python3 -m venv build/bench/flet-web && \
	  build/bench/flet-web/bin/pip install -q --disable-pip-version-check flet==0.86.5 flet-web==0.86.5 'fastapi<0.120' \
	    $$(grep -E '^(uvicorn|uvloop|httptools|websockets)==' $<) || \
	  { rm -rf build/bench/flet-web; exit 1; }

# The same pages in a server whose client is Vue.
build/bench/nicegui/bin/python:
	@mkdir -p $(@D)
	$(Q)python3 -m venv build/bench/nicegui && \
	  build/bench/nicegui/bin/pip install -q --disable-pip-version-check nicegui==3.18.0 || \
	  { rm -rf build/bench/nicegui; exit 1; }

# The page alone: no socket, no bus. An app that gives and takes files.
build/bin/bench_page: $(O)/bench/page/page.o
build/bin/bench_files: $(O)/bench/files/files.o
build/bin/bench_browser: $(O)/bench/browser/pages.o
# What a store's bare library writes; how large a page is there.
build/bin/bench_scale: $(O)/bench/scale/scale.o $(BENCH_CORE:%.c=$(O)/%.o)
build/bin/bench_store_writer: $(O)/bench/store/writer.o
build/bin/bench_snapshot: $(O)/bench/store/snapshot.o $(O)/tests/examples/app_todo.o
BENCH_STORE := build/bin/bench_store_writer build/bin/bench_snapshot
build/bin/bench_page build/bin/bench_files build/bin/bench_browser build/bin/bench_scale $(BENCH_STORE): $(O)/libtroupe.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

bench-others: | install-bench
	@mkdir -p build/bench
	@$(MAKE) --no-print-directory -k SKIP_INSTALL=1 $(BENCH_OTHERS) >build/bench/others.log 2>&1 || true

build/bin/echo_server: $(O)/bench/echo_server.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS)

# -- Python --
python: install-build $(SHARED) ## the module troupe (PYTHONPATH=build/python, or pip install ./python), and the examples for it in build/lib
	@mkdir -p build/python/troupe && cp python/troupe/*.py build/python/troupe

# -- installing, shared libraries --
include tools/library.mk

man: install-build build/man/.made ## the man pages, in build/man
build/man/.made: $(BIN)/troupe tools/man.mjs tools/def_rows.mjs host/options.def base/version.h
	@node tools/man.mjs build/man $(BIN)/troupe
	@touch $@

# -- the documents as a site --
tools/site/node_modules/.installed: tools/site/package-lock.json | install-build
	$(call say,NPM,tools/site)
	$(Q)cd tools/site && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Each control as our client draws it: a minute, and again only when the gallery is another one. Without Chromium
# (make install-test) there are none.
build/pictures/pictures.json: tools/site/shoot.mjs $(BIN)/gallery tests/e2e/node_modules/.installed
	@if [ -x "$${CHROMIUM:-/usr/bin/chromium}" ]; then node tools/site/shoot.mjs build/pictures; \
	else echo "skipped: pictures of the controls, as there is no Chromium"; fi

docs: tools/site/node_modules/.installed build/pictures/pictures.json ## the documents as a site, in build/docs: open index.html, or serve the folder
	@node tools/site/build.mjs build/docs build/pictures

docs-serve: docs ## the same, served on this machine alone (PORT=8000)
	@exec node tools/site/serve.mjs build/docs $(PORT)

# As Debian has libraries: libtroupe0, libtroupe-dev, and troupe with all the rest. Nothing in the packages has debug
# symbols.
DEB_LIBDIR = /usr/lib/$(shell dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null)
DEB_STAGE := build/deb/stage
deb: install-build install-deb examples man ## Debian packages, in build/deb
	@rm -rf build/deb && mkdir -p $(DEB_STAGE)/usr/lib/troupe $(DEB_STAGE)/usr/share/man/man1 \
	  $(DEB_STAGE)/lib/systemd/system $(DEB_STAGE)/usr/share/doc/troupe/deploy
	@$(MAKE) --no-print-directory -s SKIP_INSTALL=1 install PREFIX=/usr LIBDIR=$(DEB_LIBDIR) DESTDIR=$(CURDIR)/$(DEB_STAGE)
	@rm -f $(DEB_STAGE)/usr/share/man/man1/*.1
	@install $(EXAMPLES:%=$(BIN)/%) $(DEB_STAGE)/usr/lib/troupe && strip $(DEB_STAGE)/usr/lib/troupe/* $(DEB_STAGE)/usr/bin/*
	@strip --strip-unneeded $(DEB_STAGE)$(DEB_LIBDIR)/*.so.$(VERSION) && strip --strip-debug $(DEB_STAGE)$(DEB_LIBDIR)/*.a
	@for page in build/man/*.1; do gzip -9nc "$$page" >"$(DEB_STAGE)/usr/share/man/man1/$${page##*/}.gz" || exit 1; done
	@install -m 644 deploy/troupe@.service deploy/troupe@.socket $(DEB_STAGE)/lib/systemd/system
	@cp -r deploy/example.env deploy/grafana.json deploy/prometheus.yml deploy/kubernetes deploy/proxies $(DEB_STAGE)/usr/share/doc/troupe/deploy
	@gzip -9nc CHANGELOG.md >$(DEB_STAGE)/usr/share/doc/troupe/changelog.gz
	@tools/deb.sh $(DEB_STAGE) build/deb $(VERSION) $(ABI)
	@rm -rf $(DEB_STAGE) && ls build/deb/*.deb

# -- recorded conversations --
# The catalog is put into the program as it is, for Flet's classes.
$(O)/tests/golden/catalog.o: tools/catalog/catalog.json
	@mkdir -p $(@D)
	$(call say,EMBED,$<)
	$(Q)ld -r -b binary -z noexecstack -o $@ $<

GOLDEN_OBJECTS := $(patsubst %.c,$(O)/%.o,$(wildcard tests/golden/*.c)) $(O)/tests/golden/catalog.o

$(BIN)/golden: $(GOLDEN_OBJECTS) $(O)/libtroupe.a | install-test
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) -ljansson $(LIBS)

# -- tests --
# All that the C tests run.
test-c-programs: install-build install-test $(O)/tests/all $(TEST_PROGRAMS) $(EXAMPLES:%=$(BIN)/%) $(COMMANDS:%=$(BIN)/%) \
  $(EXAMPLE_TESTS:%=$(O)/tests/examples/%)
test-c: test-c-programs ## the C tests alone (T=suite to pick)
	@$(if $(T),TROUPE_BIN=$(BIN) CK_RUN_SUITE=$(T) $(O)/tests/all,status=0; \
	for test in $(EXAMPLE_TESTS); do $(O)/tests/examples/$$test || { echo "not ok $$test"; status=1; }; done; \
	UNFORKED="$(UNFORKED)" TROUPE_BIN=$(BIN) tests/shards.sh $(O)/tests/all $(ONLY_SUITES) || status=1; exit $$status)

# Code that only ever runs on one thread has no race: those suites run under AddressSanitizer alone, and each in one
# process, as a fork costs more than most of these tests. Also the deterministic scheduler's, the links' states and the model of the cluster, which
# play all threads on one.
ONE_THREAD := $(filter tests/broker/test_model.c tests/wire/% tests/sdk/catalog/% tests/sdk/tree/% tests/bench/% tests/howto/% tests/crypto/test_base64url.c \
  $(patsubst %,tests/actors/%.c,bus/test_keys bus/test_link_network bus/test_link_state names/test_name_table system/test_sim topics/test_presence_table) \
  $(patsubst %,tests/auth/test_%.c,id_token json metadata proxy_user state) $(patsubst %,tests/base/test_%.c,client_limits err refusals) \
  $(patsubst %,tests/gateway/test_%.c,chunked connection_scripts exchange_answer exchange_frames forwarded head_judge http outbox proxy_header \
    redirect request tailor target) $(patsubst %,tests/host/test_%.c,admin_option listen_options option_idle option_lists seen) \
  $(patsubst %,tests/sdk/session/test_%.c,app_check resume state) $(patsubst %,tests/store/test_%.c,delta record_seal) tests/testing/test_json.c \
  $(patsubst %,tests/uploads/test_%.c,file_name object_url upload_url),$(TEST_SOURCES))
# Nor run those under ThreadSanitizer that start the program anew for each setting, and the one whose programs are to crash.
TSAN_SOURCES := $(filter-out $(ONE_THREAD) tests/stories/%settings.c tests/stories/%setting.c tests/stories/mistakes.c,$(TEST_SOURCES))
suites_of = $$(sed -n 's/^Suite \*\([a-z0-9_]*_suite\)(void)$$/\1/p' $(1) | tr '\n' ' ')

# The runner forks for each other test: what it freed itself must not pile up for every child to look through.
test-asan: ## the C tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@ASAN_OPTIONS="quarantine_size_mb=8:$$ASAN_OPTIONS" TESTS_JOBS=$${TESTS_JOBS:-4} $(MAKE) --no-print-directory FLAVOUR=asan \
	  UNFORKED="$(call suites_of,$$(grep -LE 'raise_signal|exit_test' $(ONE_THREAD)))" test-c

test-tsan: ## the C tests with more than one thread under ThreadSanitizer
	@TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp $$TSAN_OPTIONS" TESTS_JOBS=$${TESTS_JOBS:-4} $(MAKE) --no-print-directory FLAVOUR=tsan \
	  ONLY_SUITES="only $(call suites_of,$(TSAN_SOURCES))" test-c

test-programs: install-build $(O)/libtroupe.a $(O)/libtroupe-actors.a $(SHARED_LIBRARIES) ## the programs of the documentation against an installed Troupe
	+@WERROR=$(WERROR) tests/programs.sh; status=$$?; node --test tests/library/ && exit $$status

# Each actor's choices repeat with SEED, which a run prints; threads may interleave them in another way.
stress: MESSAGES ?= 10000000
stress: SEED ?=
stress: install-build install-test $(O)/tests/all ## a random story of all an actor can do (MESSAGES=10000000, SEED, FLAVOUR)
	@ASAN_OPTIONS="quarantine_size_mb=8:$$ASAN_OPTIONS" \
	  TSAN_OPTIONS="suppressions=$(CURDIR)/tests/tsan.supp $$TSAN_OPTIONS" CK_RUN_SUITE=stories_stress \
	  STRESS_MESSAGES=$(MESSAGES) $(if $(SEED),SEED=$(SEED)) $(O)/tests/all

# The seed repeats the choices; when they meet the processes is the machine's. CHAOS_BROWSERS, CHAOS_EACH_MS, CHAOS_FAULTS,
# CHAOS_BROKERS, CHAOS_STORE and CHAOS_DURABILITY: docs/testing.md.
chaos: CHAOS_SECONDS ?= 600
chaos: SEED ?=
chaos: test-c-programs ## a cluster killed, stopped and drained at random under people who click (CHAOS_SECONDS=600, SEED, CHAOS_STORE=lmdb|postgres)
	@CHAOS_SECONDS=$(CHAOS_SECONDS) $(if $(SEED),SEED=$(SEED)) TROUPE_BIN=$(BIN) CK_RUN_SUITE=chaos $(O)/tests/all

test-golden: install-build install-test $(BIN)/golden ## conversations recorded with Flet, through the session code
	@TROUPE_LOG=error $(BIN)/golden tests/golden/golden.json
	@GOLDEN=$(CURDIR)/$(BIN)/golden node --test tests/golden/

test-tools: install-test tools/site/node_modules/.installed tools/lint/node_modules/.installed ## the catalog's generator, and what compilers say about wrong programs
	@node --test tests/tools/ tests/sdk/

test-client: client/node_modules/.installed ## type check and unit tests of the browser client
	@cd client && npm run --silent check && npm test --silent

test-widgets: build/client/index.html ## the browser client's controls in a headless Chromium, with a server that is made up
	@cd client && ../tests/own_network.sh node scripts/test.mjs e2e

tests/e2e/node_modules/.installed: tests/e2e/package-lock.json | install-build
	$(call say,NPM,tests/e2e)
	$(Q)cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

test-bench: install-build install-test examples build/bin/load build/bin/bench_page build/bin/bench_files build/bin/bench_browser tests/e2e/node_modules/.installed $(BENCH_ACTORS:%=build/bin/bench_actors_%) bench-others ## the benchmarks' own tests, with a quick run of bench-actors
	@node --test tests/bench/

# Files side by side: a browser mostly waits for its page. E2E="chat.test.mjs" picks some.
E2E ?=
E2E_JOBS ?= $(shell echo $$(($$(nproc) + 1)))
test-e2e: install-test examples $(TEST_PROGRAMS) $(PYTHON_TEST_APPS) tests/e2e/node_modules/.installed tools/site/node_modules/.installed ## the examples in headless Chromium, Firefox and WebKit
	@tools/flutter_client.sh $(FLET_WEB) build/flutter || echo "skipped: Flet's own client, which could not be fetched"
	@tools/python_servers.sh || echo "skipped: apps under Python's servers, which could not be fetched"
	@[ -x /usr/bin/firefox-esr ] || echo "skipped: the stories in Firefox, as there is no firefox-esr"
	@[ -x /usr/bin/WebKitWebDriver ] && [ -x /usr/bin/Xvfb ] || echo "skipped: the stories in WebKit, as there is no webkit2gtk-driver, or no xvfb"
	@cd tests/e2e && ../own_network.sh node --test --test-concurrency=$(E2E_JOBS) $(E2E)

# Minutes; CASES="6.* 7.*" picks some.
test-autobahn: install-build $(O)/tests/programs/echo ## the Autobahn suite against the WebSocket (Python 2.7; skipped without)
	@node tests/autobahn/run.mjs $(O)/tests/programs/echo build/autobahn $(CASES)

# Each page of the gallery and each example, six pictures each: some minutes. WORD=buttons takes those with it in their name.
pictures: install-test examples tests/e2e/node_modules/.installed ## what every page looks like against the golden pictures (WORD=; what differs: build/pictures-failed)
	@rm -rf build/pictures-failed
	@node --test --test-concurrency=3 tests/pictures/

pictures-update: install-test examples tests/e2e/node_modules/.installed ## writes the golden pictures anew (WORD=): look at them
	@UPDATE=1 node --test --test-concurrency=3 tests/pictures/

test-counter: examples tests/e2e/node_modules/.installed
	@cd tests/e2e && ../own_network.sh node --test counter.test.mjs

compose-test: ## docker compose with several gateways and workers (DOCKER=start: an engine of its own)
	@tests/compose/run.sh

# Made in a flavour of its own, so that the rooms are compiled once for all fuzzers.
build/fuzz/%: $(O)/tests/fuzz/%.o $(O)/libtroupe.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)clang -pthread -fsanitize=fuzzer,address,undefined -o $@ $^ $(LIBS)

fuzzers: $(FUZZERS:%=build/fuzz/%)

fuzz: FUZZ_SECONDS = 60
fuzz-smoke: FUZZ_SECONDS = 3
fuzz fuzz-smoke: install-build install-test ## run every fuzzer (60 s each; smoke: 3 s)
	@$(MAKE) --no-print-directory SKIP_INSTALL=1 FLAVOUR=fuzz CC=clang fuzzers
	@printf '%s\n' $(FUZZERS) | xargs -P "$$(nproc)" -I{} sh -c 'mkdir -p build/fuzz/corpus/{} && \
	  ./build/fuzz/{} -max_total_time=$(FUZZ_SECONDS) -verbosity=0 -print_final_stats=0 -timeout=5 -rss_limit_mb=2048 \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus/{} $$(ls -d tests/fuzz/corpus/{} 2>/dev/null) && \
	  printf "\nok fuzz {}\n"'

# -- measuring --
bench: install-build install-test examples build/bin/load build/bin/echo_server $(BENCH_STORE) build/bin/bench_page build/bin/bench_files bench-others ## the click path against a bare echo, a page against Flet's, files against nginx, what the headers cost a compiler, large pages in Chromium (QUICK=1: about three minutes)
	@mkdir -p build/bench
	@QUICK=$(QUICK) node bench/click.mjs
	@QUICK=$(QUICK) node bench/side_by_side.mjs page
	@QUICK=$(QUICK) node bench/files.mjs
	@QUICK=$(QUICK) node bench/compile.mjs
	@$(MAKE) --no-print-directory SKIP_INSTALL=1 bench-browser

bench-actors: install-build $(BENCH_ACTORS:%=build/bin/bench_actors_%) bench-others ## the actor runtime against ZeroMQ, CZMQ, CAF, Erlang (QUICK=1: under a minute)
	@QUICK=$(QUICK) node bench/side_by_side.mjs actors

# Who cannot be fetched is left out, and the run says so.
bench-browser: install-build install-test build/bin/bench_browser tests/e2e/node_modules/.installed ## large pages in Chromium: our client, Flet's, NiceGUI (about ten minutes; QUICK=1: two)
	@mkdir -p build/bench
	@tools/flutter_client.sh $(FLET_WEB) build/flutter >build/bench/browser.log 2>&1 || true
	@$(MAKE) --no-print-directory SKIP_INSTALL=1 build/bench/nicegui/bin/python >>build/bench/browser.log 2>&1 || true
	@QUICK=$(QUICK) node bench/browser.mjs

bench-cluster: install-build examples build/bin/load ## 1 to 8 processes of each role on this machine, what pages cost, a worker's pages after its kill (three minutes; QUICK=1: half a minute)
	@mkdir -p build/bench
	@QUICK=$(QUICK) node bench/cluster.mjs

bench-scale: install-build build/bin/bench_scale ## a cluster of 1 000 workers x 16 core threads, simulated: what its broker, network and store bear (SEED=, NODES=, WHOLE_LISTS=1)
	@mkdir -p build/bench
	@build/bin/bench_scale $(if $(SEED),--seed $(SEED)) $(if $(NODES),--nodes $(NODES)) $(if $(WHOLE_LISTS),--whole-lists) | tee build/bench/scale.json

bench-servers: install-build examples build/bin/load ## the counter under Python's servers, and Flet's own (QUICK=1: about a minute)
	@tools/python_servers.sh || echo "skipped: apps under Python's servers, which could not be fetched"
	@$(MAKE) --no-print-directory SKIP_INSTALL=1 build/bench/flet-web/bin/uvicorn >/dev/null 2>&1 || true
	@QUICK=$(QUICK) node bench/servers.mjs

# -- keeping the house --
headers: install-build $(foreach room,$(ROOMS),build/rooms/$(room)/.made) ## every header compiles alone
	@for room in $(ROOMS); do for h in $$room/*.h; do echo "$$room $$h"; done; done | xargs -n 2 -P "$$(nproc)" sh -c \
	  'printf "#include \"%s\"\ntypedef int tr_not_empty;\n" "$$1" | \
	    $(CC) $(CFLAGS_ALL) -Ibuild/rooms/$$0 -Iinclude -x c -fsyntax-only - -MF /dev/null'
	@find include/troupe -name '*.h' ! -path '*/generated/*' | xargs -n 1 -P "$$(nproc)" sh -c \
	  'echo "#include <$${0#include/}>" | $(CC) -std=c17 -Wall -Wextra -Wpedantic $(WERROR) -Iinclude -x c -fsyntax-only -'
	@echo "ok headers"

circles: $(O)/libtroupe.a ## no two files need each other in a circle; mutexes have ranks; symbols a prefix
	@! grep -n 'pthread_mutex_[a-z]*(' $(foreach room,$(ROOMS),$(filter-out base/lock.c,$(wildcard $(room)/*.c))) || \
	  { echo "mutexes are base/lock.h's, each with a rank"; exit 1; }
	@tools/check_circles.sh $(O) $(ROOMS)
	@tools/check_symbols.sh $(O)/libtroupe.a

generate: ## write the generated sources and docs/reference anew
	node tools/catalog/generate.mjs
	node tools/embed_programs.mjs
	node tools/reference/generate.mjs
	node tools/embed_snippets.mjs
	node tools/embed_tables.mjs

check-generated: ## fail when a generated source, or docs/reference, differs from what it is made from
	node tools/catalog/generate.mjs --check
	node tools/embed_programs.mjs --check
	node tools/embed_snippets.mjs --check
	node tools/embed_tables.mjs --check
	node tools/reference/generate.mjs --check

tools/lint/node_modules/.installed: tools/lint/package-lock.json | install-build
	$(call say,NPM,tools/lint)
	$(Q)cd tools/lint && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

BIOME = tools/lint/node_modules/.bin/biome

check-rules: tools/lint/node_modules/.installed ## format, length of files, functions that are not to be used, comments; TypeScript and CSS
	@$(BIOME) ci --colors=off --log-level=warn && echo ok biome
	@tools/check_format.sh
	@tools/check_length.sh
	@tools/check_banned.sh
	@tools/check_comments.sh

lint: WERROR = -Werror
lint: headers circles check-generated check-rules ## headers, circles, generated files, format, length, banned functions

fmt: tools/lint/node_modules/.installed ## clang-format and biome, everything
	@tools/check_format.sh --fix
	@$(BIOME) check --write --log-level=warn

clean: ## remove everything that was built
	rm -rf build client/node_modules tests/e2e/node_modules tools/lint/node_modules tools/site/node_modules

# Those of this flavour alone: a compiler that runs for another one may have written a half of its own.
-include $(shell find $(O) -type f -name '*.d' 2>/dev/null)
