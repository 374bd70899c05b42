// Runs every suite of tests/. The list is made by the build from the functions named *_suite in
// tests/**/test_*.c and tests/stories/*.c: what exists runs.
//
// CK_RUN_SUITE=name runs one; TESTS_SHARD=1/2 runs every second one, from the second on
// (tests/shards.sh); CK_FORK=no keeps a debugger in the process. `--app OPTION...` serves the test
// app instead, `--node ENDPOINT` runs the actors of tests/support/peer.h: how stories start
// processes of them.

#include <check.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/live.h"
#include "base/log.h"
#include "tests/support/app.h"
#include "tests/support/peer.h"

#define SUITE(name) Suite *name(void);
#include "suites.def"
#undef SUITE

// The next suite of the list.
static bool is_ours(void)
{
    static unsigned at;
    unsigned mine = 0;
    unsigned shards = 1;
    const char *shard = getenv("TESTS_SHARD");
    if (shard != NULL && (sscanf(shard, "%u/%u", &mine, &shards) != 2 || mine >= shards)) {
        fprintf(stderr, "TESTS_SHARD=%s: it is a number and how many there are, 0/2\n", shard);
        exit(2);
    }
    return at++ % shards == mine;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--app") == 0)
        return tr_run(argc - 1, argv + 1, &test_app);
    if (argc > 2 && strcmp(argv[1], "--node") == 0)
        return peer_main(argv[2]);
    // Lines that a test provokes are logged; only a wish shows them.
    const char *level = getenv("TROUPE_LOG");
    tr_log_level_set(level != NULL && tr_log_level_find(level) >= 0
                         ? (enum tr_log_level)tr_log_level_find(level)
                         : TR_LOG_ERROR);
    signal(SIGPIPE, SIG_IGN);
    tr_live_set_strict(true);
    SRunner *runner = srunner_create(NULL);
#define SUITE(name)                                                                                \
    if (is_ours())                                                                                 \
        srunner_add_suite(runner, name());
#include "suites.def"
#undef SUITE
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
