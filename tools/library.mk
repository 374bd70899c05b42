# Troupe as a library of others: shared libraries, what `make install` puts where, what they promise (abi/).

VERSION := $(shell sed -n 's/^\#define TR_VERSION "\(.*\)"/\1/p' base/version.h)
# Raised when programs that are linked with the last release would not run with this one (docs/embedding.md).
ABI := $(shell sed -n 's/^\#define TR_ABI_NUMBER \(.*\)/\1/p' base/version.h)
LIBDIR ?= $(PREFIX)/lib

LIBRARIES := troupe troupe-actors
# What is compiled for programs is position-independent already; the other flavours' is not.
SHARED_LIBRARIES := $(LIBRARIES:%=build/shared/lib%.so.$(VERSION))

# A version node for each library, with its number: two in one process do not meet.
build/shared/lib%.map: tools/symbols_map.mjs tools/public_functions.mjs tools/header_as_c.mjs base/version.h $(shell find include -name '*.h' -o -name '*.def')
	@mkdir -p $(@D)
	$(call say,GEN,$@)
	$(Q)node tools/symbols_map.mjs $* $(ABI) >$@

# Of the archive it takes what the exported functions need.
LINK_SHARED = $(CC) -shared -Wl,-soname,lib$*.so.$(ABI) -Wl,--version-script=build/shared/lib$*.map \
  $$(sed -n 's/^ *\([a-z]*_.*\);$$/-Wl,-u,\1/p' build/shared/lib$*.map) -Wl,-Bsymbolic-functions -Wl,-z,defs $(LDFLAGS_ALL) \
  -o $@ $(filter %.o,$^) $(filter %.a,$^) $(if $(findstring actors,$*),$(RUNTIME_LIBS),$(LIBS))

$(SHARED_LIBRARIES): build/shared/lib%.so.$(VERSION): build/release/lib%.a build/shared/lib%.map
	$(call say,LD,$@)
	$(Q)$(LINK_SHARED)

shared: install-build $(SHARED_LIBRARIES) ## the shared libraries, in build/shared (make install installs them, too)

# -- installing --
# Where no linker looks by itself, programs have the path in them.
KNOWN_TO_LINKER = $(filter /lib/% /usr/lib/% /usr/local/lib/%,$(LIBDIR)/)
fill_in = sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@MSGPACK@|$(MSGPACK)|' \
  -e "s|@MSGPACK_LIBS@|$$(pkg-config --libs-only-l $(MSGPACK))|" \
  -e 's|@RPATH@|$(if $(KNOWN_TO_LINKER),,-Wl,-rpath,$(LIBDIR))|' -e 's|@ABI@|$(ABI)|'

install: install-headers install-static install-shared man $(COMMANDS:%=$(BIN)/%) ## install headers, libraries, the program troupe, its man pages, files for pkg-config and CMake (PREFIX=/usr/local LIBDIR=PREFIX/lib DESTDIR=)
	@install -d "$(DESTDIR)$(PREFIX)/bin" && install $(COMMANDS:%=$(BIN)/%) "$(DESTDIR)$(PREFIX)/bin"
	@install -d "$(DESTDIR)$(PREFIX)/share/man/man1" && install -m 644 build/man/*.1 "$(DESTDIR)$(PREFIX)/share/man/man1"
	@[ -n "$(DESTDIR)" ] || [ "$$(id -u)" != 0 ] || [ -z "$(KNOWN_TO_LINKER)" ] || ldconfig

install-headers:
	@[ "$$(realpath -m "$(DESTDIR)$(PREFIX)")" != "$(CURDIR)" ] || { echo "PREFIX is the folder of the sources: name another one"; exit 1; }
	@cd include && find troupe -type f \( -name '*.h' -o -name '*.def' \) | while read -r header; do \
	  install -D -m 644 "$$header" "$(DESTDIR)$(PREFIX)/include/$$header" || exit 1; done

install-static: $(O)/libtroupe.a $(O)/libtroupe-actors.a
	@install -d "$(DESTDIR)$(LIBDIR)/pkgconfig" "$(DESTDIR)$(LIBDIR)/cmake/Troupe"
	@install -m 644 $^ "$(DESTDIR)$(LIBDIR)"
	@for pc in tools/pkgconfig/*.pc.in; do \
	  $(fill_in) $$pc >"$(DESTDIR)$(LIBDIR)/pkgconfig/$$(basename $$pc .in)" || exit 1; done
	@for file in TroupeConfig TroupeConfigVersion; do \
	  $(fill_in) tools/cmake/$$file.cmake.in >"$(DESTDIR)$(LIBDIR)/cmake/Troupe/$$file.cmake" || exit 1; done

install-shared: $(SHARED_LIBRARIES)
	@install -d "$(DESTDIR)$(LIBDIR)" && install -m 644 $^ "$(DESTDIR)$(LIBDIR)"
	@for name in $(LIBRARIES); do \
	  ln -sf lib$$name.so.$(VERSION) "$(DESTDIR)$(LIBDIR)/lib$$name.so.$(ABI)" && \
	  ln -sf lib$$name.so.$(ABI) "$(DESTDIR)$(LIBDIR)/lib$$name.so" || exit 1; done

# -- what they promise --
abi: install-test ## describe the shared libraries anew, in abi/: with a release, or when the number was raised
	@tools/abi.sh describe abi/troupe.abi.gz

test-abi: install-test ## is what programs rely on as it was released?
	@tools/abi.sh check abi/troupe.abi.gz
