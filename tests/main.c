// Runs every suite of tests/. The list is made by the build from the functions named *_suite in
// tests/**/test_*.c and tests/stories/*.c: what exists runs.
//
// CK_RUN_SUITE=name runs one; CK_FORK=no keeps a debugger in the process. `--app OPTION...` serves the
// test app instead, `--node ENDPOINT` runs the actors of tests/support/peer.h: how stories start
// processes of them.

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/live.h"
#include "base/log.h"
#include "tests/support/app.h"
#include "tests/support/peer.h"

#define SUITE(name) Suite *name(void);
#include "suites.def"
#undef SUITE

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--app") == 0)
        return tr_run(argc - 1, argv + 1, &test_app);
    if (argc > 2 && strcmp(argv[1], "--node") == 0)
        return peer_main(argv[2]);
    // What a test provokes is logged; only a wish shows it.
    const char *level = getenv("TROUPE_LOG");
    tr_log_level_set(level != NULL && tr_log_level_find(level) >= 0
                         ? (enum tr_log_level)tr_log_level_find(level)
                         : TR_LOG_ERROR);
    signal(SIGPIPE, SIG_IGN);
    tr_live_set_strict(true);
    SRunner *runner = srunner_create(NULL);
#define SUITE(name) srunner_add_suite(runner, name());
#include "suites.def"
#undef SUITE
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
