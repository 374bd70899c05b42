#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log_json.h"
#include "base/number.h"
#include "troupe/err.h"

enum {
    TIME_SIZE = 24,
    LINE_CAP = 2048,
    JSON_CAP = 4096,
    QUOTE_CAP = 1024,
    QUOTES = 4,
    QUOTED_BYTES = 200
};

// Relaxed: a line more or less around a change of level harms nobody.
static atomic_int threshold = TR_LOG_INFO;
static atomic_int line_format = TR_LOG_TEXT; // relaxed, as above
static _Thread_local const char *trace_id;
static _Thread_local const char *thread_name = "main";
static _Thread_local char quotes[QUOTES][QUOTE_CAP];
static _Thread_local unsigned next_quote;

typedef void listener(const char *line, size_t size);
// Release and acquire: what the listener works with was made before it was set.
static _Atomic(listener *) heard_by;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void tr_log_level_set(enum tr_log_level level)
{
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

enum tr_log_level tr_log_level_get(void)
{
    return (enum tr_log_level)atomic_load_explicit(&threshold, memory_order_relaxed);
}

void tr_log_listen(void (*hear)(const char *line, size_t size))
{
    atomic_store_explicit(&heard_by, hear, memory_order_release);
}

int tr_log_level_find(const char *name)
{
    for (int i = 0; i <= TR_LOG_ERROR; i++)
        if (strcmp(level_names[i], name) == 0)
            return i;
    return -1;
}

int tr_log_level_change(const char *name)
{
    int level = tr_log_level_find(name);
    if (level < 0)
        return TR_EINVALID;
    tr_log_level_set((enum tr_log_level)level);
    // At any level: somebody changed what is to be seen from here on.
    tr_log(level > TR_LOG_INFO ? (enum tr_log_level)level : TR_LOG_INFO, "event=log_level set=%s",
           level_names[level]);
    return 0;
}

void tr_log_format_set(enum tr_log_format format)
{
    atomic_store_explicit(&line_format, (int)format, memory_order_relaxed);
}

void tr_log_trace_set(const char *id)
{
    trace_id = id;
}

void tr_log_thread_name(const char *name)
{
    thread_name = name;
}

// -- writing without waiting --
//
// Standard error may be a pipe that nobody reads. Its flags are shared with other programs, so a
// line goes through a second, non-blocking opening of it; a line is no longer than PIPE_BUF, so it
// is written whole or not at all. The opening is not kept: it would hold the pipe open for its
// reader.

static _Atomic uint64_t dropped_lines;

static bool can_take(int fd)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    return poll(&room, 1, 0) > 0 && (room.revents & POLLOUT) != 0;
}

int tr_log_open(void)
{
    struct stat is;
    if (fstat(STDERR_FILENO, &is) < 0)
        return -1;
    if (S_ISREG(is.st_mode))
        return STDERR_FILENO;
    int again = S_ISFIFO(is.st_mode)
                    ? open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)
                    : -1;
    if (again >= 0)
        return again;
    return can_take(STDERR_FILENO) ? STDERR_FILENO : -1;
}

void tr_log_close(int fd)
{
    if (fd >= 0 && fd != STDERR_FILENO)
        close(fd);
}

static bool write_bytes(int fd, const char *line, size_t size)
{
    ssize_t written = send(fd, line, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (written < 0 && errno == ENOTSOCK)
        written = write(fd, line, size);
    return written >= 0;
}

// As the format wants it; still no longer than PIPE_BUF.
static bool write_line(int fd, const char *line, size_t size)
{
    if (atomic_load_explicit(&line_format, memory_order_relaxed) == TR_LOG_TEXT)
        return write_bytes(fd, line, size);
    char json[JSON_CAP];
    return write_bytes(fd, json, tr_log_json(line, size, json, sizeof json));
}

// A log that cannot be written has nowhere to complain, but for when it can be written again.
static void write_or_drop(const char *line, size_t size)
{
    int before = errno;
    int fd = tr_log_open();
    bool can_write = fd >= 0;
    uint64_t lost = atomic_load_explicit(&dropped_lines, memory_order_relaxed);
    if (can_write && lost != 0) {
        char said[128];
        int length =
            snprintf(said, sizeof said, "%.*s level=warn thread=%s event=log_dropped lines=%llu\n",
                     TIME_SIZE, line, thread_name, (unsigned long long)lost);
        if (write_line(fd, said, (size_t)length))
            atomic_fetch_sub_explicit(&dropped_lines, lost, memory_order_relaxed);
        else
            can_write = false;
    }
    if (!can_write || !write_line(fd, line, size))
        atomic_fetch_add_explicit(&dropped_lines, 1, memory_order_relaxed);
    tr_log_close(fd);
    errno = before;
}

uint64_t tr_log_dropped(void)
{
    return atomic_load_explicit(&dropped_lines, memory_order_relaxed);
}

void tr_log(enum tr_log_level level, const char *format, ...)
{
    bool is_written = (int)level >= atomic_load_explicit(&threshold, memory_order_relaxed);
    listener *hear = atomic_load_explicit(&heard_by, memory_order_acquire);
    if (!is_written && (hear == NULL || level < TR_LOG_INFO))
        return;
    char line[LINE_CAP];
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct tm parts;
    gmtime_r(&now.tv_sec, &parts);
    size_t at = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &parts);
    at += (size_t)snprintf(line + at, sizeof line - at, ".%03ldZ level=%s thread=%s ",
                           now.tv_nsec / 1000000, level_names[level], thread_name);
    if (trace_id != NULL)
        at += (size_t)snprintf(line + at, sizeof line - at, "trace=%.32s ", trace_id);
    va_list args;
    va_start(args, format);
    int written = tr_format_list(line + at, sizeof line - at - 1, format, args);
    va_end(args);
    if (written > 0)
        at += (size_t)written < sizeof line - at - 1 ? (size_t)written : sizeof line - at - 2;
    line[at++] = '\n';
    if (is_written)
        write_or_drop(line, at);
    if (hear != NULL)
        hear(line, at);
}

// Year, month and day of a day since 1970, in the Gregorian calendar (gmtime is not safe here).
static void civil_of(int64_t day, unsigned *year, unsigned *month, unsigned *of_month)
{
    uint64_t at = (uint64_t)(day + 719468); // since 0000-03-01
    uint64_t era = at / 146097;
    uint64_t of_era = at % 146097;
    uint64_t of_years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    uint64_t of_year = of_era - (365 * of_years + of_years / 4 - of_years / 100);
    uint64_t from_march = (5 * of_year + 2) / 153;
    *of_month = (unsigned)(of_year - (153 * from_march + 2) / 5 + 1);
    *month = (unsigned)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = (unsigned)(of_years + era * 400 + (*month <= 2));
}

typedef struct raw_line {
    char text[512];
    size_t size;
} raw_line;

static void put_text(raw_line *self, const char *text, size_t size)
{
    // One place is kept for the end of the line.
    for (size_t i = 0; i < size && self->size < sizeof self->text - 1; i++) {
        unsigned char c = (unsigned char)text[i];
        self->text[self->size++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
}

static void put_number(raw_line *self, unsigned value, unsigned digits, char behind)
{
    char text[12];
    for (unsigned i = digits; i-- != 0; value /= 10)
        text[i] = (char)('0' + value % 10);
    text[digits] = behind;
    put_text(self, text, digits + 1);
}

void tr_log_in_signal(enum tr_log_level level, const tr_slice *parts, unsigned count)
{
    raw_line line;
    line.size = 0;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    unsigned year;
    unsigned month;
    unsigned day;
    civil_of(now.tv_sec / 86400, &year, &month, &day);
    unsigned second = (unsigned)(now.tv_sec % 86400);
    put_number(&line, year, 4, '-');
    put_number(&line, month, 2, '-');
    put_number(&line, day, 2, 'T');
    put_number(&line, second / 3600, 2, ':');
    put_number(&line, second / 60 % 60, 2, ':');
    put_number(&line, second % 60, 2, '.');
    put_number(&line, (unsigned)(now.tv_nsec / 1000000), 3, 'Z');
    put_text(&line, " level=", 7);
    put_text(&line, level_names[level], strlen(level_names[level]));
    put_text(&line, " thread=", 8);
    put_text(&line, thread_name, strlen(thread_name));
    put_text(&line, " ", 1);
    for (unsigned i = 0; i < count; i++)
        put_text(&line, parts[i].data, parts[i].size);
    line.text[line.size++] = '\n';
    int fd = tr_log_open();
    if (fd >= 0)
        (void)write_line(fd, line.text, line.size);
    tr_log_close(fd);
}

const char *tr_log_quote(const char *text, unsigned size)
{
    char *out = quotes[next_quote++ % QUOTES];
    unsigned at = 0;
    out[at++] = '"';
    unsigned done = 0;
    while (done < size && done < QUOTED_BYTES) {
        tr_character first = tr_character_of(text + done, size - done);
        const char *bytes = text + done;
        done += first.size;
        char c = text[done - 1];
        if (c == '"' || c == '\\') {
            out[at++] = '\\';
            out[at++] = c;
        } else if (first.is_control) {
            at += (unsigned)snprintf(out + at, 5, "\\x%02x", (unsigned char)c);
        } else {
            memcpy(out + at, bytes, first.size);
            at += first.size;
        }
    }
    if (done < size) {
        memcpy(out + at, "...", 3);
        at += 3;
    }
    out[at++] = '"';
    out[at] = '\0';
    return out;
}
