# pocketchat.  GNU make; `make run` and `make test` install what is missing.
CC     ?= cc
PREFIX ?= /usr/local
BUILD  ?= build
PORT   ?= 3000
DATA   ?= ./data
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)
# tests wait more than they compute
TEST_JOBS ?= $(shell expr 2 \* $(JOBS))
SECONDS ?= 10
ROUNDS ?= 5
EACH   ?= 1
N      ?= 1000000
TIMES  ?= 100

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wconversion $(WERROR)
try   = $(shell echo 'int main(void){return 0;}' | \
	$(CC) -Werror $(1) -x c -o /dev/null - 2>/dev/null && echo $(1))
# nothing here unwinds: 0.12 MB of tables less in the program
HARD := $(call try,-fno-asynchronous-unwind-tables) \
	$(call try,-fstack-protector-strong) \
	$(call try,-fstack-clash-protection) $(call try,-fcf-protection) \
	$(call try,-mbranch-protection=standard)
OPT  ?= -O2 -g -D_FORTIFY_SOURCE=2
SAN  ?=
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. -fPIE $(WARN) $(OPT) $(HARD) $(SAN) \
	$(CFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(SAN) $(LDFLAGS)
LDLIBS = -lsqlite3 -lssl -lcrypto

SRC   := $(wildcard json/*.c http/*.c auth/*.c store/*.c server/*.c \
	server/api/*.c server/api/v1/*.c server/cli/*.c)
OBJ   := $(patsubst %.c,$(BUILD)/%.o,$(filter-out server/api/echo.c,$(SRC)))
# with /echo, for tools that judge the parser: objects of their own
ECHOING := $(filter-out $(BUILD)/server/api/groups.o,$(OBJ)) \
	$(BUILD)/echoing/server/api/groups.o $(BUILD)/echoing/server/api/echo.o
UNITS := $(patsubst %.c,$(BUILD)/%.t,$(wildcard t/unit/*.c t/store/*.c))
FAULTS := $(BUILD)/t/lib/faults.so
TOOLS := $(patsubst %.c,$(BUILD)/%,$(filter-out t/lib/faults.c, \
	$(wildcard t/lib/*.c)))
BENCH := $(patsubst %.c,$(BUILD)/%,$(wildcard t/bench/*.c))
FUZZ  := $(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c))
# basics first, then what takes longest
TESTS := t/layers.t t/routes.t $(UNITS) $(wildcard t/fail/*.t t/kill/*.t \
	t/tls/*.t t/http/*.t t/curl/*.t t/cli/*.t t/api/*.t t/v1/*.t t/doc/*.t)

all: $(BUILD)/pocketchat

# make ECHO=1 is the one way to have /echo in it
$(BUILD)/pocketchat: $(if $(filter 1,$(ECHO)),$(ECHOING),$(OBJ)) $(BUILD)/echo.flag
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LDLIBS)

$(BUILD)/echo.flag: FORCE
	@mkdir -p $(@D)
	@echo "ECHO=$(ECHO)" | cmp -s - $@ || echo "ECHO=$(ECHO)" >$@

$(BUILD)/echoing/pocketchat: $(ECHOING)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/libpocketchat.a: $(filter-out $(BUILD)/server/main.o,$(OBJ))
	rm -f $@ && ar rcs $@ $^

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/echoing/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -DWITH_ECHO -MMD -MP -c -o $@ $<

$(UNITS): $(BUILD)/t/%.t: t/%.c $(BUILD)/libpocketchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -MF $(@:.t=.d) -MT $@ $(ALL_LDFLAGS) \
	    -o $@ $< $(BUILD)/libpocketchat.a $(LDLIBS)

$(TOOLS): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LDLIBS)

$(BENCH): $(BUILD)/%: %.c $(BUILD)/libpocketchat.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(BUILD)/libpocketchat.a \
	    $(LDLIBS)

# a world that fails, to be preloaded: without what checks the program
$(FAULTS): t/lib/faults.c
	@mkdir -p $(@D)
	$(CC) -std=c17 -D_GNU_SOURCE -fPIC -shared -O1 $(WARN) -o $@ $<

deps:
	@sh t/lib/deps.sh
test-deps:
	@sh t/lib/deps.sh test

run: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@exec $(BUILD)/pocketchat serve --data "$(DATA)" \
	    --listen http://127.0.0.1:$(PORT)

# what a compiler has to say of every file
syntax: deps
	@printf '%s\n' $(SRC) $(wildcard t/*/*.c) | xargs -n 8 -P $(JOBS) \
	    $(CC) $(ALL_CFLAGS) -fsyntax-only

# what gcc's analyzer and clang-tidy suspect
lint: deps
	@printf '%s\n' $(SRC) | xargs -I{} -P $(JOBS) \
	    gcc $(ALL_CFLAGS) -Werror -fanalyzer -S -o /dev/null {}
	@printf '%s\n' $(SRC) | xargs -n 8 -P $(JOBS) sh -c \
	    'clang-tidy --quiet "$$@" -- $(ALL_CFLAGS) 2>/dev/null' clang-tidy

build-tests: all $(BUILD)/echoing/pocketchat $(UNITS) $(TOOLS) $(FAULTS)

test: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) build-tests
	POCKETCHAT=$(BUILD)/pocketchat BUILD=$(BUILD) \
	    prove -j$(TEST_JOBS) $(PROVE_FLAGS) $(TESTS)

test-asan:
	$(MAKE) test BUILD=build/asan OPT='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined'

# programs of others against it, those that are installed: t/clients/README.md
clients: all
	POCKETCHAT=$(BUILD)/pocketchat BUILD=$(BUILD) \
	    prove -j$(TEST_JOBS) $(PROVE_FLAGS) t/clients

# libFuzzer, so clang; seconds for each target
fuzz: $(FUZZ:%=fuzz-%)
fuzz-library:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/fuzz CC=clang \
	    OPT='-O1 -g' SAN='-fsanitize=address,undefined,fuzzer-no-link \
	    -fno-sanitize-recover=undefined' build/fuzz/libpocketchat.a
fuzz-%: t/fuzz/%.c fuzz-library
	clang -std=c17 -D_GNU_SOURCE -I. -g -O1 \
	    -fsanitize=address,undefined,fuzzer \
	    -fno-sanitize-recover=undefined -o build/fuzz/$* $< \
	    build/fuzz/libpocketchat.a $(LDLIBS)
	mkdir -p build/fuzz/corpus/$*
	build/fuzz/$* -max_total_time=$(SECONDS) -timeout=10 -close_fd_mask=1 \
	    -artifact_prefix=build/fuzz/ build/fuzz/corpus/$* t/fuzz/$*/

# beside peers and the bare limit: t/bench/README.md
bench: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH) $(TOOLS)
	@POCKETCHAT=$(BUILD)/pocketchat BUILD=$(BUILD) \
	    perl t/bench/bench.pl $(ROUNDS) $(EACH) $(ROWS)
	$(if $(ROWS),,@$(MAKE) --no-print-directory bench-v1)
bench-scale: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH)
	@BUILD=$(BUILD) perl t/bench/scale.pl $(N)

# what each list costs in a big place; a part of bench
bench-v1: test-deps
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BENCH) $(TOOLS)
	@POCKETCHAT=$(BUILD)/pocketchat BUILD=$(BUILD) \
	    perl t/bench/lists.pl $(TIMES)

# N calls of all kinds, and what memory does meanwhile
soak: all
	@POCKETCHAT=$(BUILD)/pocketchat perl t/bench/soak.pl $(N)

coverage:
	@sh t/lib/coverage.sh

format:
	clang-format -i $(SRC) $(wildcard json/*.h http/*.h auth/*.h store/*.h \
	    server/*.h server/*/*.h server/api/v1/*.h t/*/*.c t/*/*.h)

install: all
	install -D -m 755 $(BUILD)/pocketchat \
	    "$(DESTDIR)$(PREFIX)/bin/pocketchat"
	install -D -m 644 server/pocketchat.1 \
	    "$(DESTDIR)$(PREFIX)/share/man/man1/pocketchat.1"

clean:
	rm -rf $(BUILD)

-include $(ECHOING:.o=.d) $(BUILD)/server/api/groups.d $(UNITS:.t=.d)
.PHONY: FORCE all deps test-deps run syntax build-tests test test-asan fuzz \
	fuzz-library bench bench-scale \
	bench-v1 lint coverage soak format install clean
