// A recording that is played again: its steps as people's, and what the pages show held against what they showed then.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/must.h"
#include "base/number.h"
#include "sdk/tree/tree.h"
#include "testing/driver.h"
#include "testing/json.h"
#include "testing/recording.h"
#include "testing/replay_file.h"
#include "wire/flet.h"

enum { PATIENCE_MS = 1000, STEP_MS = 10 };

typedef struct replay {
    const tr_app *app;
    const tr_test_options *options;
    tr_replay_file file;
    tr_recording recording;
    tr_secrets secrets;
    tr_test_page *pages[TR_RECORDING_PAGES_CAP];
    tr_shown shown[TR_RECORDING_PAGES_CAP];           // at the last moment
    const tr_shown *expected[TR_RECORDING_PAGES_CAP]; // NULL: nothing changed
    unsigned current;                                 // page, from 0
    const tr_step *last;                              // that somebody took
    bool is_moment;                                   // for pages to be looked at
    bool is_later;    // the step did not come at once after the one before
    tr_test_place at; // the line that is played
    // What is at work; here, since a test that fails never comes back.
    tr_shown now;
    tr_shown changes;
    tr_shown difference;
    tr_buf text;
    tr_buf numbered;
    tr_buf name;
    tr_buf data;
} replay;

// The last one, until it is over: also one that has failed, which the next one clears away.
static replay *playing;

static tr_test_page *page_of(const replay *self)
{
    return self->pages[self->current];
}

// -- what is shown --

static void find_changes(replay *self, unsigned n)
{
    tr_shown_done(&self->now);
    tr_shown_done(&self->changes);
    tr_test_settle(self->pages[n]);
    tr_shown_add_page(&self->now, self->pages[n]->seen, &self->secrets);
    tr_shown_add_changes(&self->changes, &self->shown[n], &self->now, false);
}

// <*> stands for anything.
static bool line_fits(const char *wanted, const char *line)
{
    const char *any = strstr(wanted, "<*>");
    if (any == NULL)
        return strcmp(wanted, line) == 0;
    size_t size = (size_t)(any - wanted);
    if (strncmp(wanted, line, size) != 0)
        return false;
    for (line += size;; line++) {
        if (line_fits(any + 3, line))
            return true;
        if (*line == '\0')
            return false;
    }
}

static bool fits(const tr_shown *wanted, const tr_shown *changes)
{
    static const tr_shown nothing;
    wanted = wanted != NULL ? wanted : &nothing;
    bool is_same = wanted->count == changes->count;
    for (uint32_t i = 0; is_same && i < wanted->count; i++)
        is_same = line_fits(wanted->lines[i], changes->lines[i]);
    return is_same;
}

static void put_difference(replay *self, const tr_shown *wanted)
{
    static const tr_shown nothing;
    tr_shown_done(&self->difference);
    tr_shown_add_changes(&self->difference, wanted != NULL ? wanted : &nothing, &self->changes,
                         true);
    for (uint32_t i = 0; i < self->difference.count; i++) {
        const char *line = self->difference.lines[i];
        tr_buf_printf(&self->text, "\n    %-9s %s",
                      line[0] == '-'   ? "recorded"
                      : line[0] == '+' ? "now"
                                       : "as then",
                      line + 2);
    }
}

static void fail_shown(replay *self, unsigned n)
{
    self->text.size = 0;
    tr_buf_printf(&self->text,
                  "what page %u shows changed in another way than when it was recorded, after line "
                  "%u:",
                  n + 1, self->last != NULL ? self->last->line : 1);
    put_difference(self, self->expected[n]);
    tr_buf_printf(&self->text,
                  "\n    (TROUPE_REPLAY=write, or troupe test --write, writes it anew)");
    tr_test_fail(self->pages[n], self->at, "%s", tr_buf_text(&self->text));
}

// Is all as it was then? Otherwise, with `is_last`, the test fails.
static bool look(replay *self, bool is_last)
{
    bool is_right = true;
    for (unsigned n = 0; n < TR_RECORDING_PAGES_CAP && is_right; n++) {
        if (self->pages[n] == NULL)
            continue;
        find_changes(self, n);
        is_right = fits(self->expected[n], &self->changes);
        if (!is_right && is_last)
            fail_shown(self, n);
    }
    return is_right;
}

static void keep_shown(replay *self)
{
    for (unsigned n = 0; n < TR_RECORDING_PAGES_CAP; n++) {
        if (self->pages[n] == NULL)
            continue;
        find_changes(self, n);
        bool is_kept = self->expected[n] != NULL && fits(self->expected[n], &self->changes);
        tr_replay_file_shows(&self->file, n + 1, is_kept ? self->expected[n] : &self->changes);
        tr_shown_done(&self->shown[n]);
        self->shown[n] = self->now;
        self->now = (tr_shown){0};
        self->expected[n] = NULL;
    }
}

// Before each step that did not come at once: what was shown then is shown now, within a second of the app's clock.
static void check(replay *self)
{
    unsigned waited = 0;
    self->is_later = self->is_moment;
    if (!self->is_moment)
        return;
    self->is_moment = false;
    while (!self->file.is_written && self->pages[0] != NULL && !look(self, waited >= PATIENCE_MS)) {
        tr_test_advance(self->pages[0], STEP_MS);
        waited += STEP_MS;
    }
    keep_shown(self);
}

// -- steps --

// Text with secrets of the environment; until the next one.
static const char *filled(replay *self, const char *text)
{
    self->text.size = 0;
    tr_secrets_fill(text, &self->text);
    return tr_buf_text(&self->text);
}

// The browser said this at once after the step before, and did not know yet what that changed: who is gone by now hears
// no more of it, as at a server.
static bool is_late(const replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    tr_test_settle(page);
    if (step->kind == TR_STEP_PRESS)
        return !tr_seen_is(page->seen, "on_keyboard_event");
    return !self->is_later && (step->kind == TR_STEP_SEND || step->kind == TR_STEP_SET) &&
           tr_who_find(&step->who, page->seen) == NULL;
}

static const cm_value *control_of(const replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    tr_test_settle(page);
    if (page->is_dropped)
        tr_test_fail(page, self->at, "the connection is dropped");
    const cm_value *control = tr_who_find(&step->who, page->seen);
    if (control == NULL)
        tr_test_fail(page, self->at, "this control is not there any more");
    return control;
}

// "{"$control": "WHO"}" becomes its number.
static void put_numbers(replay *self, const char *json)
{
    static const char mark[] = "{\"$control\": \"";
    const char *found;
    self->numbered.size = 0;
    while ((found = strstr(json, mark)) != NULL) {
        tr_who who;
        const char *why;
        const char *end = found + sizeof mark - 1;
        tr_buf_append(&self->numbered, json, (size_t)(found - json));
        self->name.size = 0;
        for (; *end != '"' && *end != '\0'; end++) {
            end += *end == '\\' && end[1] != '\0';
            tr_buf_append(&self->name, end, 1);
        }
        const cm_value *control = tr_who_read(tr_buf_text(&self->name), &who, &why) != NULL
                                      ? tr_who_find(&who, page_of(self)->seen)
                                      : NULL;
        tr_who_done(&who);
        if (control == NULL)
            tr_test_fail(page_of(self), self->at, "%s is not there any more",
                         tr_buf_text(&self->name));
        tr_buf_printf(&self->numbered, "%lld", (long long)tr_cm_integer(tr_cm_get(control, "_i")));
        json = strncmp(end, "\"}", 2) == 0 ? end + 2 : end;
    }
    tr_buf_append(&self->numbered, json, strlen(json));
}

// The step's value as msgpack; empty: it has none.
static tr_slice data_of(replay *self, const tr_step *step)
{
    self->data.size = 0;
    if (step->text == NULL)
        return (tr_slice){0};
    put_numbers(self, filled(self, step->text));
    if (tr_json_write(tr_buf_text(&self->numbered), &self->data) < 0)
        tr_test_fail(page_of(self), self->at, "that is not JSON");
    return tr_buf_slice(&self->data);
}

static void send_or_set(replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    uint32_t id = (uint32_t)tr_cm_integer(tr_cm_get(control_of(self, step), "_i"));
    tr_slice data = data_of(self, step);
    if (step->kind == TR_STEP_SET)
        tr_test_change(page, id, data);
    else
        tr_test_tell(page, id, step->word, data);
    tr_test_settle(page);
}

static void choose(replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    tr_slice value = data_of(self, step);
    const cm_value *control = step->who.is_hidden
                                  ? control_of(self, step)
                                  : tr_test_target(page, self->at, "choose in", &step->who.query);
    tr_test_change_value(page, control, value);
}

static void open_page(replay *self, const tr_step *step)
{
    tr_test_options options = self->options != NULL ? *self->options : (tr_test_options){0};
    const char *route = filled(self, step->text);
    options.route = route;
    options.width = step->width;
    options.height = step->height;
    options.is_dark = step->is_dark;
    tr_test_page *page = self->current == 0 ? tr_test_open(self->app, &options)
                                            : tr_test_open_another(self->pages[0], &options);
    page->is_replayed = true;
    page->options.route = NULL;
    page->route.size = 0;
    tr_buf_printf(&page->route, "%s", route);
    self->pages[self->current] = page;
}

static void with_text(replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    const char *text = filled(self, step->text);
    if (step->kind == TR_STEP_TYPE)
        tr_test_type_at(page, self->at, text, &step->who.query);
    else if (step->kind == TR_STEP_GO)
        tr_test_go_at(page, self->at, text);
    else
        tr_test_press_at(page, self->at, text);
}

static void play(replay *self, const tr_step *step)
{
    tr_test_page *page = page_of(self);
    if (step->kind != TR_STEP_OPEN && is_late(self, step))
        return;
    switch (step->kind) {
    case TR_STEP_OPEN:
        open_page(self, step);
        break;
    case TR_STEP_CLICK:
        tr_test_click_at(page, self->at, &step->who.query);
        break;
    case TR_STEP_SUBMIT:
        tr_test_submit_at(page, self->at, &step->who.query);
        break;
    case TR_STEP_TYPE:
    case TR_STEP_GO:
    case TR_STEP_PRESS:
        with_text(self, step);
        break;
    case TR_STEP_CHOOSE:
        choose(self, step);
        break;
    case TR_STEP_SET:
    case TR_STEP_SEND:
        send_or_set(self, step);
        break;
    case TR_STEP_RETURN:
        tr_test_drop(page);
        tr_test_resume(page);
        break;
    default:
        break;
    }
}

// They are there before the app asks: it may be answered sooner than then.
static void give_answers(replay *self)
{
    unsigned current = 0;
    for (uint32_t i = 0; i < self->recording.count; i++) {
        const tr_step *step = &self->recording.steps[i];
        if (step->kind == TR_STEP_PAGE)
            current = (unsigned)step->number - 1;
        if (current != self->current ||
            (step->kind != TR_STEP_ANSWER && step->kind != TR_STEP_REFUSE))
            continue;
        const char *text = filled(self, step->text);
        if (step->kind == TR_STEP_REFUSE)
            tr_test_refuse(page_of(self), step->word, text);
        else
            tr_test_answer_at(page_of(self), self->at, step->word, text);
    }
}

static void play_line(replay *self, const tr_step *step)
{
    self->at.line = (int)step->line;
    if (step->kind == TR_STEP_PAGE) {
        self->current = (unsigned)step->number - 1;
        return;
    }
    if (step->kind == TR_STEP_SHOWS) {
        self->expected[self->current] = &step->shown;
        self->is_moment = true;
        return;
    }
    bool is_taken =
        step->kind != TR_STEP_WAIT && step->kind != TR_STEP_ANSWER && step->kind != TR_STEP_REFUSE;
    if (is_taken)
        check(self);
    tr_replay_file_step(&self->file, self->current + 1, step->line);
    if (step->kind == TR_STEP_WAIT) {
        self->is_moment = true;
        tr_test_advance(self->pages[0], step->number);
    }
    if (!is_taken)
        return;
    play(self, step);
    self->last = step;
    if (step->kind == TR_STEP_OPEN)
        give_answers(self);
}

// All but the pages from `first` on.
static void clear(replay *self, unsigned first)
{
    for (unsigned n = 0; n < TR_RECORDING_PAGES_CAP; n++)
        tr_shown_done(&self->shown[n]);
    for (unsigned n = TR_RECORDING_PAGES_CAP; n-- > first;)
        tr_test_close(&self->pages[n]);
    tr_recording_done(&self->recording);
    tr_secrets_done(&self->secrets);
    tr_replay_file_done(&self->file);
    tr_shown_done(&self->now);
    tr_shown_done(&self->changes);
    tr_shown_done(&self->difference);
    tr_buf_done(&self->text);
    tr_buf_done(&self->numbered);
    tr_buf_done(&self->name);
    tr_buf_done(&self->data);
    tr_free(self);
    playing = NULL;
}

// There is no page yet that could tell it.
static void fail_file(const tr_test_options *options, const char *format, ...)
    __attribute__((format(printf, 2, 3), noreturn));
static void fail_file(const tr_test_options *options, const char *format, ...)
{
    char why[1024];
    va_list list;
    va_start(list, format);
    int size = tr_format_list(why, sizeof why - 1, format, list);
    size = size < (int)sizeof why - 2 ? size : (int)sizeof why - 2;
    memcpy(why + size, "\n", 2);
    va_end(list);
    tr_test_end(options, why);
}

static void read_file(replay *self, const char *file)
{
    if (tr_replay_file_open(&self->file, file) < 0)
        fail_file(self->options, "%s: %s", file, strerror(errno));
    if (tr_recording_read(tr_buf_text(&self->file.text), self->file.text.size, &self->recording,
                          &self->text) < 0)
        fail_file(self->options, "%s:%s", file, tr_buf_text(&self->text));
}

tr_test_page *tr_test_replay(const tr_app *app, const char *file, const tr_test_options *options)
{
    if (playing != NULL)
        clear(playing, 0);
    replay *self = playing = tr_new(replay);
    self->app = app;
    self->options = options;
    self->at.file = file;
    read_file(self, file);
    tr_secrets_of_environment(&self->secrets);
    for (uint32_t i = 0; i < self->recording.count; i++)
        play_line(self, &self->recording.steps[i]);
    self->is_moment = true;
    check(self);
    if (tr_replay_file_close(&self->file) < 0)
        fail_file(options, "%s: cannot be written: %s", file, strerror(errno));
    tr_test_page *page = self->pages[0];
    page->is_replayed = false;
    clear(self, 1);
    return page;
}

int tr_test_run(int argc, char **argv, const tr_app *app)
{
    for (int i = 1; i < argc; i++) {
        tr_test_page *page = tr_test_replay(app, argv[i], NULL);
        tr_test_close(&page);
    }
    return 0;
}
