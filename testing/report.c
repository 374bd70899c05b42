// A failed expectation: what was wanted, what the page shows, what the app said.

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "testing/captured_log.h"
#include "testing/driver.h"

enum { LOG_BYTES = 4000 };

static void append_log(tr_buf *report)
{
    tr_buf log = {0};
    tr_captured_log_copy(&log);
    size_t skipped = log.size > LOG_BYTES ? log.size - LOG_BYTES : 0;
    if (log.size != 0) {
        tr_buf_printf(report, "the log%s:\n", skipped != 0 ? ", its end" : "");
        tr_buf_append(report, log.data + skipped, log.size - skipped);
    }
    tr_buf_done(&log);
}

void tr_test_end(const tr_test_options *options, const char *report)
{
    if (options != NULL && options->on_fail != NULL)
        options->on_fail(options->arg, report);
    else
        fputs(report, stderr);
    // The test ends, and nothing crashes: there is no backtrace to tell.
    (void)signal(SIGABRT, SIG_DFL);
    abort();
}

void tr_test_fail(tr_test_page *self, tr_test_place at, const char *format, ...)
{
    // The program's: `on_fail` may never come back.
    tr_buf *report = &self->program->report;
    report->size = 0;
    char what[8192];
    va_list args;
    va_start(args, format);
    tr_format_list(what, sizeof what, format, args);
    va_end(args);
    tr_buf_printf(report, "%s:%d: %s\n", at.file, at.line, what);
    if (self->crashed.size != 0)
        tr_buf_printf(report, "the session failed: %s\n", tr_buf_text(&self->crashed));
    if (self->broken.size != 0)
        tr_buf_printf(report, "the browser could not follow: %s\n", tr_buf_text(&self->broken));
    tr_buf_printf(report, "the page%s:\n", self->is_dropped ? ", whose connection is dropped" : "");
    tr_seen_print(self->seen, report);
    append_log(report);
    tr_test_end(&self->program->options, tr_buf_text(report));
}
