// Runs every suite of tests/. The list is made by the build from the functions named *_suite in
// tests/**/test_*.c and tests/stories/*.c: what exists runs.
//
// CK_RUN_SUITE=name runs one; CK_FORK=no keeps a debugger in the process.

#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"

#define SUITE(name) Suite *name(void);
#include "suites.def"
#undef SUITE

int main(void)
{
    // What a test provokes is logged; only a wish shows it.
    const char *level = getenv("TROUPE_LOG");
    tr_log_level_set(level != NULL && tr_log_level_find(level) >= 0
                         ? (enum tr_log_level)tr_log_level_find(level)
                         : TR_LOG_ERROR);
    signal(SIGPIPE, SIG_IGN);
    SRunner *runner = srunner_create(NULL);
#define SUITE(name) srunner_add_suite(runner, name());
#include "suites.def"
#undef SUITE
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
