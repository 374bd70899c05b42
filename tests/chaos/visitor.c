#include "tests/chaos/visitor.h"

#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

// As client/src/core/connection.ts and beat.ts have them.
enum {
    FIRST_DELAY_MS = 250,
    MAX_DELAY_MS = 10000,
    BROKEN_DELAY_MS = 15000,
    ANSWER_TIMEOUT_MS = 15000,
    STABLE_MS = 5000,
    BEAT_MS = 4000
};

static uint64_t dice;

void chaos_seed(uint64_t seed)
{
    dice = seed * 0x9e3779b97f4a7c15u | 1;
}

unsigned chaos_below(unsigned bound)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (unsigned)((dice >> 32) % bound);
}

static void say(visitor *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(visitor *self, const char *format, ...)
{
    char *line = self->said[self->said_count++ % VISITOR_SAID_CAP];
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    size_t size = strftime(line, sizeof self->said[0], "%T", &parts);
    size += (size_t)snprintf(line + size, sizeof self->said[0] - size, ".%03ld ",
                             now.tv_nsec / 1000000);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line + size, sizeof self->said[0] - size, format, arguments);
    va_end(arguments);
}

void visitor_begin(visitor *self, const visitor_app *app, unsigned index)
{
    *self = (visitor){.app = app, .tab = browser_idle(BROWSER_COUNTS), .index = index};
    self->come_at = tr_clock_ms() + 1;
}

void visitor_end(visitor *self)
{
    browser_free(self->tab);
    self->tab = NULL;
}

// -- the line --

static void come_later(visitor *self, unsigned delay, unsigned least_percent)
{
    uint64_t now = tr_clock_ms();
    unsigned part = least_percent + chaos_below(101 - least_percent);
    self->come_at = now + (uint64_t)delay * part / 100 + 1;
    self->ready_at = self->asked_at = 0;
    self->is_touched = true;
}

static unsigned grown(unsigned delay, unsigned times)
{
    return times > 16 ? MAX_DELAY_MS : delay << times;
}

static void retry(visitor *self, bool is_busy)
{
    if (self->ready_at != 0 && tr_clock_ms() - self->ready_at >= STABLE_MS)
        self->attempt = 0;
    if (is_busy && self->attempt < 3)
        self->attempt = 3;
    unsigned delay = grown(FIRST_DELAY_MS, self->attempt++);
    come_later(self, delay < MAX_DELAY_MS ? delay : MAX_DELAY_MS, 50);
}

static void retry_slowly(visitor *self)
{
    unsigned times = self->attempt < 3 ? self->attempt : 3;
    self->attempt++;
    come_later(self, (unsigned)BROKEN_DELAY_MS << times, 75);
}

static void line_ended(visitor *self, unsigned code)
{
    say(self, "closed %u, shown %u of %u, %u not safe", code, self->shown, self->clicks,
        browser_unsafe(self->tab));
    if (code == 4001 || (code >= 4400 && code < 4500)) {
        self->faults.pages_lost++;
        self->come_at = UINT64_MAX;
    } else if (code == 1002 || code == 1003 || (code >= 1007 && code <= 1009))
        retry_slowly(self);
    else
        retry(self, code == 1013);
}

static void come(visitor *self, const visitor_doors *doors)
{
    unsigned first = doors->count != 0 ? chaos_below(doors->count) : 0;
    for (unsigned i = 0; i < doors->count; i++) {
        unsigned port = doors->ports[(first + i) % doors->count];
        if (!browser_come(self->tab, port))
            continue;
        say(self, "comes to port %u", port);
        self->begun_at = self->heard_at = tr_clock_ms();
        self->come_at = 0;
        return;
    }
    retry(self, false);
}

// A silent line is asked, and left when it says nothing.
static void watch_line(visitor *self)
{
    uint64_t now = tr_clock_ms();
    if (self->ready_at == 0) {
        if (now - self->begun_at < ANSWER_TIMEOUT_MS)
            return;
        say(self, "no answer to its registration");
    } else {
        if (self->asked_at == 0 && now - self->heard_at >= BEAT_MS) {
            self->asked_at = now;
            browser_ping(self->tab);
        }
        if (self->asked_at == 0 || now - self->asked_at < BEAT_MS)
            return;
        say(self, "a dead line");
    }
    browser_close(self->tab); // where it was stopped, this is read later, behind the clicks
    retry(self, false);
}

// -- the page --

static void has_page(visitor *self)
{
    const char *session = browser_session_id(self->tab);
    if (self->session[0] != '\0' && strcmp(self->session, session) != 0) {
        say(self, "ANOTHER PAGE: %.6s, not %.6s", session, self->session);
        self->faults.pages_lost++;
    }
    (void)snprintf(self->session, sizeof self->session, "%s", session);
    self->ready_at = tr_clock_ms();
    self->has_come = browser_id(self->tab, self->app->sign) != 0;
    say(self, "has page %.6s, shown %u of %u", session, self->app->look(self), self->clicks);
}

static void look(visitor *self)
{
    unsigned shown = self->app->look(self);
    if (shown < self->shown && self->must_stay) {
        say(self, "TAKEN BACK: %u after %u", shown, self->shown);
        self->faults.taken_back++;
    }
    if (shown > self->clicks && shown > self->shown) {
        say(self, "DOUBLED: %u of %u clicks", shown, self->clicks);
        self->faults.doubled++;
    }
    self->shown = shown;
}

static void hear(visitor *self, uint64_t now)
{
    if (browser_heard(self->tab) == self->packets)
        return;
    self->packets = browser_heard(self->tab);
    self->heard_at = now;
    self->asked_at = 0;
    if (!browser_has_page(self->tab))
        return;
    if (self->ready_at == 0)
        has_page(self);
    look(self);
}

static void click(visitor *self, uint64_t now, unsigned each_ms)
{
    if (!self->has_come || each_ms == 0 || now < self->click_at || !self->app->act(self))
        return;
    self->click_at = now + each_ms / 2 + chaos_below(each_ms);
    self->clicks++;
    if (self->owed == self->clicks)
        self->owed_click = now;
}

void visitor_turn(visitor *self, const visitor_doors *doors, unsigned clicks_each_ms)
{
    uint64_t now = tr_clock_ms();
    if (self->come_at != 0 && now >= self->come_at)
        come(self, doors);
    if (self->come_at == 0) {
        unsigned code = browser_close_code(self->tab);
        hear(self, now);
        if (code != 0)
            line_ended(self, code);
        else
            watch_line(self);
    }
    click(self, now, clicks_each_ms);
}

bool visitor_expects(visitor *self)
{
    if (self->owed != 0 || !self->has_come)
        return false;
    self->owed = self->clicks + 1;
    self->owed_since = tr_clock_ms();
    self->owed_click = 0;
    self->is_touched = false;
    return true;
}

uint64_t visitor_answered(visitor *self)
{
    if (self->owed == 0 || self->shown < self->owed)
        return 0;
    uint64_t now = tr_clock_ms();
    bool was_kept_waiting = self->is_touched || now - self->owed_click > 250;
    uint64_t waited = was_kept_waiting ? now - self->owed_since : now - self->owed_click;
    self->owed = 0;
    return waited + 1;
}

bool visitor_is_settled(visitor *self)
{
    return self->shown == self->clicks && browser_unsafe(self->tab) == 0;
}

void visitor_must_be_settled(visitor *self)
{
    if (visitor_is_settled(self))
        return;
    say(self, "NOT SETTLED: shown %u of %u, %u not safe", self->shown, self->clicks,
        browser_unsafe(self->tab));
    if (self->shown >= self->clicks)
        return;
    if (browser_unsafe(self->tab) != 0)
        self->faults.never_served++;
    else
        self->faults.lost += self->clicks - self->shown;
}

void visitor_print(const visitor *self, FILE *out)
{
    unsigned first = self->said_count > VISITOR_SAID_CAP ? self->said_count - VISITOR_SAID_CAP : 0;
    fprintf(out, "browser %u, session %.6s:\n", self->index, self->session);
    for (unsigned i = first; i < self->said_count; i++)
        fprintf(out, "    %s\n", self->said[i % VISITOR_SAID_CAP]);
}
