#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_CAP = 2048, QUOTE_CAP = 1024, QUOTES = 4, QUOTED_BYTES = 200 };

// Relaxed: a line more or less around a change of level harms nobody.
static atomic_int threshold = TR_LOG_INFO;
static _Thread_local const char *thread_name = "main";
static _Thread_local char quotes[QUOTES][QUOTE_CAP];
static _Thread_local unsigned next_quote;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void tr_log_level_set(enum tr_log_level level)
{
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

enum tr_log_level tr_log_level_get(void)
{
    return (enum tr_log_level)atomic_load_explicit(&threshold, memory_order_relaxed);
}

int tr_log_level_find(const char *name)
{
    for (int i = 0; i <= TR_LOG_ERROR; i++)
        if (strcmp(level_names[i], name) == 0)
            return i;
    return -1;
}

void tr_log_thread_name(const char *name)
{
    thread_name = name;
}

void tr_log(enum tr_log_level level, const char *format, ...)
{
    if ((int)level < atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    char line[LINE_CAP];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct tm parts;
    gmtime_r(&now.tv_sec, &parts);
    size_t at = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &parts);
    at += (size_t)snprintf(line + at, sizeof line - at, ".%03ldZ level=%s thread=%s ",
                           now.tv_nsec / 1000000, level_names[level], thread_name);
    va_list args;
    va_start(args, format);
    int written = vsnprintf(line + at, sizeof line - at - 1, format, args);
    va_end(args);
    if (written > 0)
        at += (size_t)written < sizeof line - at - 1 ? (size_t)written : sizeof line - at - 2;
    line[at++] = '\n';
    // A log that cannot be written has nowhere to complain.
    ssize_t ignored = write(STDERR_FILENO, line, at);
    (void)ignored;
}

const char *tr_log_quote(const char *text, unsigned size)
{
    char *out = quotes[next_quote++ % QUOTES];
    unsigned at = 0;
    out[at++] = '"';
    for (unsigned i = 0; i < size && i < QUOTED_BYTES; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"' || c == '\\') {
            out[at++] = '\\';
            out[at++] = (char)c;
        } else if (c < 0x20 || c == 0x7f) {
            at += (unsigned)snprintf(out + at, 5, "\\x%02x", c);
        } else {
            out[at++] = (char)c;
        }
    }
    if (size > QUOTED_BYTES) {
        memcpy(out + at, "...", 3);
        at += 3;
    }
    out[at++] = '"';
    out[at] = '\0';
    return out;
}
