#ifndef TESTS_SUPPORT_KEPT_REPORT_H
#define TESTS_SUPPORT_KEPT_REPORT_H

// The report of a page of the author's test driver that has failed, kept instead of failing the test: for
// tests of the driver itself. The page is opened with `.on_fail = kept_report_take`.
//
// Thread: the test's, one statement at a time.

#include <check.h>
#include <setjmp.h>
#include <string.h>

extern jmp_buf kept_report_jump;
extern char kept_report[16384];

// Goes back to the statement that has failed.
_Noreturn void kept_report_take(void *arg, const char *text);

// The statement fails, and the report has all of these texts.
#define fails_with(statement, ...)                                                                 \
    do {                                                                                           \
        if (setjmp(kept_report_jump) == 0) {                                                       \
            statement;                                                                             \
            ck_abort_msg("did not fail");                                                          \
        }                                                                                          \
        const char *const parts[] = {__VA_ARGS__};                                                 \
        for (unsigned part = 0; part < sizeof parts / sizeof *parts; part++)                       \
            ck_assert_msg(strstr(kept_report, parts[part]) != NULL, "no %s in %s", parts[part],    \
                          kept_report);                                                            \
    } while (0)

#endif
