#include "host/top.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "host/table.h"
#include "troupe/err.h"

enum { EXIT_UNSEEN = 1, ROWS_DEFAULT = 24, COLUMNS_DEFAULT = 80 };

// -- a look --

static tr_top_process *process_of(tr_top_look *self, const tr_seen_core *core)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->processes[i].node == core->node)
            return &self->processes[i];
    self->processes = tr_realloc(self->processes, (self->count + 1) * sizeof *self->processes);
    tr_top_process *made = &self->processes[self->count++];
    *made = (tr_top_process){
        .node = core->node, .age_ms = core->age_ms, .metrics = tr_exposition_new()};
    memcpy(made->name, core->name, sizeof made->name);
    return made;
}

tr_top_look tr_top_look_at(const tr_inspection *seen, uint64_t at_ms)
{
    tr_top_look self = {.at_ms = at_ms};
    for (uint32_t i = 0; i < seen->count; i++) {
        const tr_seen_core *core = &seen->cores[i];
        tr_exposition_add(process_of(&self, core)->metrics, tr_buf_slice(&core->metrics), "");
    }
    tr_buf_append(&self.failures, seen->failures.data, seen->failures.size);
    return self;
}

void tr_top_look_done(tr_top_look *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        tr_exposition_free(&self->processes[i].metrics);
    tr_free(self->processes);
    tr_buf_done(&self->failures);
    *self = (tr_top_look){0};
}

// -- the table --

static const tr_exposition *metrics_of(const tr_top_look *self, uint64_t node)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (self->processes[i].node == node)
            return self->processes[i].metrics;
    return NULL;
}

// A second, of what grows.
static double rate(const tr_exposition *before, const tr_exposition *now, enum tr_metric metric,
                   const char *label, uint64_t ms)
{
    uint64_t old = before != NULL ? tr_exposition_total(before, metric, label) : 0;
    uint64_t fresh = tr_exposition_total(now, metric, label);
    return before != NULL && ms != 0 && fresh > old ? (double)(fresh - old) * 1000 / (double)ms : 0;
}

static void add_roles(tr_table *out, const tr_exposition *metrics)
{
    static const char *const roles[] = {"gateway", "worker", "broker", "handlers"};
    char text[64] = "";
    for (unsigned i = 0; i < 4; i++)
        if (tr_exposition_total(metrics, TR_METRIC_OF_role_info, roles[i]) != 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s",
                     *text != '\0' ? "," : "", roles[i]);
    tr_table_cell(out, "%s", *text != '\0' ? text : "actors");
}

static uint64_t total(const tr_exposition *metrics, enum tr_metric metric)
{
    return tr_exposition_total(metrics, metric, "");
}

static void add_process(tr_table *out, const tr_top_process *process, const tr_exposition *before,
                        uint64_t ms)
{
    const tr_exposition *now = process->metrics;
    tr_table_cell(out, "%s", process->name);
    add_roles(out, now);
    tr_table_cell(out, "%llu", (unsigned long long)process->age_ms / 1000);
    tr_table_cell(out, "%.0f", rate(before, now, TR_METRIC_OF_cpu, "", ms) / 1e7);
    tr_table_cell(out, "%.0f", (double)total(now, TR_METRIC_OF_resident) / 1048576);
    tr_table_cell(out, "%llu", (unsigned long long)total(now, TR_METRIC_OF_sessions));
    tr_table_cell(out, "%llu", (unsigned long long)total(now, TR_METRIC_OF_websockets));
    tr_table_cell(out, "%.0f", rate(before, now, TR_METRIC_OF_events, "", ms));
    tr_table_cell(out, "%.1f",
                  1000 * tr_exposition_percentile(now, before, TR_METRIC_OF_handler, 50));
    tr_table_cell(out, "%.1f",
                  1000 * tr_exposition_percentile(now, before, TR_METRIC_OF_handler, 99));
    tr_table_cell(out, "%llu",
                  (unsigned long long)tr_exposition_total(now, TR_METRIC_OF_pool_threads, "busy"));
    tr_table_cell(out, "%llu", (unsigned long long)total(now, TR_METRIC_OF_queue));
    tr_table_cell(out, "%.1f", (double)total(now, TR_METRIC_OF_store_unsaved) / 1000);
    tr_table_cell(out, "%.0f", rate(before, now, TR_METRIC_OF_refusals, "", ms));
}

void tr_top_write(tr_buf *out, const tr_top_look *before, const tr_top_look *now)
{
    static const char *const columns[] = {
        "PROCESS", "ROLES",   ">UP s",   ">CPU %", ">MiB",  ">SESSIONS",  ">SOCKETS",
        ">EVT/s",  ">p50 ms", ">p99 ms", ">POOL",  ">WAIT", ">UNSAVED s", ">REFUSED/s"};
    tr_table table = {0};
    tr_table_begin(&table, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < now->count; i++)
        add_process(&table, &now->processes[i], metrics_of(before, now->processes[i].node),
                    now->at_ms - before->at_ms);
    tr_table_write(&table, 0, out);
    tr_buf_append(out, now->failures.data, now->failures.size);
}

// -- the screen --

// Bytes of a line that fit; a name may have characters of several bytes.
static size_t cut(const char *line, size_t size, unsigned columns)
{
    size_t at = 0;
    for (unsigned column = 0; at < size && column < columns; column++)
        do
            at++;
        while (at < size && ((unsigned char)line[at] & 0xc0) == 0x80);
    return at;
}

void tr_top_paint(tr_buf *out, tr_slice text, unsigned columns, unsigned rows)
{
    const char *at = text.data;
    const char *end = at + text.size;
    tr_buf_printf(out, "\x1b[H");
    for (unsigned row = 0; at < end && row < rows; row++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((stop != NULL ? stop : end) - at);
        tr_buf_append(out, at, cut(at, size, columns));
        tr_buf_printf(out, "\x1b[K%s", row + 1 < rows ? "\r\n" : "");
        at += size + 1;
    }
    tr_buf_printf(out, "\x1b[J");
}

static void show(const tr_buf *text)
{
    (void)fwrite(text->data, 1, text->size, stdout);
    (void)fflush(stdout);
}

static void show_on_screen(const tr_buf *text)
{
    struct winsize size = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row == 0)
        size = (struct winsize){.ws_row = ROWS_DEFAULT, .ws_col = COLUMNS_DEFAULT};
    tr_buf painted = {0};
    tr_top_paint(&painted, tr_buf_slice(text), size.ws_col, size.ws_row);
    show(&painted);
    tr_buf_done(&painted);
}

// 0: it was looked at.
static int look(const tr_inspection_options *options, tr_top_look *out)
{
    tr_inspection seen;
    int result = tr_inspect(options, &seen);
    if (result == 0)
        *out = tr_top_look_at(&seen, tr_clock_ms());
    bool is_seen = result == 0 && seen.is_answered;
    tr_inspection_done(&seen);
    return is_seen ? 0 : TR_EUNAVAILABLE;
}

static bool is_told_to_end(const sigset_t *signals, uint64_t ms)
{
    struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    return sigtimedwait(signals, NULL, &pause) > 0;
}

// Returns when it is told to end, or, where it prints once, has done so.
static int watch(const tr_inspection_options *options, uint64_t interval_ms, bool is_terminal,
                 const sigset_t *signals)
{
    tr_top_look before = {0};
    int result = look(options, &before);
    while ((result == 0 || is_terminal) && !is_told_to_end(signals, interval_ms)) {
        tr_top_look now = {0};
        tr_buf text = {0};
        result = look(options, &now);
        if (result == 0)
            tr_top_write(&text, &before, &now);
        else
            tr_buf_printf(&text, "%s: %s\n", options->endpoint, tr_inspection_silence(options));
        if (is_terminal)
            show_on_screen(&text);
        else if (result == 0)
            show(&text);
        tr_buf_done(&text);
        tr_top_look_done(&before);
        before = now;
        if (!is_terminal)
            break;
    }
    tr_top_look_done(&before);
    return result;
}

int tr_top(const tr_inspection_options *options, uint64_t interval_ms)
{
    bool is_terminal = isatty(STDOUT_FILENO) != 0;
    sigset_t signals;
    sigset_t old;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, &old);
    if (is_terminal) // another screen, without a cursor
        printf("\x1b[?1049h\x1b[?25l");
    int result = watch(options, interval_ms, is_terminal, &signals);
    if (is_terminal)
        printf("\x1b[?25h\x1b[?1049l");
    (void)fflush(stdout);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    if (result < 0 && !is_terminal)
        fprintf(stderr, "troupe: %s: %s\n", options->endpoint, tr_inspection_silence(options));
    return result < 0 && !is_terminal ? EXIT_UNSEEN : 0;
}
