#include "testing/recording.h"

#include <string.h>

#include "base/mem.h"
#include "base/number.h"
#include "testing/json.h"
#include "testing/recording_text.h"
#include "troupe/err.h"

enum { LINE_CAP = 256 * 1024 };

typedef struct line {
    const char *at; // the rest of it
    const char *error;
    tr_step *step;
} line;

static void fail(line *self, const char *error)
{
    if (self->error == NULL)
        self->error = error;
}

static uint64_t read_number(line *self, uint64_t most)
{
    size_t size = strspn(self->at, "0123456789");
    uint64_t value = 0;
    if (size == 0 || size > 12 || !tr_digits_parse((tr_slice){self->at, (uint32_t)size}, &value) ||
        value > most)
        fail(self, "a number is missing, or is too large");
    self->at += size;
    return value;
}

// A text between quotes.
static char *read_text(line *self)
{
    char *text = NULL;
    int result = tr_recording_quoted(&self->at, &text);
    if (result == TR_ENOTFOUND)
        fail(self, "a text between quotes is missing");
    else if (result < 0)
        fail(self, "that text has an escape that is not known");
    return text;
}

// The rest of the line.
static char *read_json(line *self)
{
    tr_buf value = {0};
    if (tr_json_write(self->at, &value) < 0)
        fail(self, "that is not JSON");
    tr_buf_done(&value);
    char *copy = tr_copy_text(self->at, (uint32_t)strlen(self->at));
    self->at += strlen(self->at);
    return copy;
}

// A name of an event or method.
static char *read_word(line *self)
{
    size_t size =
        strspn(self->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (size == 0 || size > 60)
        fail(self, "a name is missing, or is too long");
    char *copy = tr_copy_text(self->at, (uint32_t)size);
    self->at += size;
    return copy;
}

static void read_who(line *self)
{
    const char *why = NULL;
    const char *end = tr_who_read(self->at, &self->step->who, &why);
    if (end == NULL)
        fail(self, why);
    else
        self->at += end - self->at;
}

static void colon(line *self)
{
    if (!tr_recording_skip(&self->at, ": "))
        fail(self, "a colon and a blank are missing");
}

// -- the steps --

static void read_open(line *self)
{
    self->step->text = read_text(self);
    if (!tr_recording_skip(&self->at, " "))
        fail(self, "the size of the window is missing (1280x800)");
    self->step->width = (int)read_number(self, 100000);
    if (!tr_recording_skip(&self->at, "x"))
        fail(self, "the size of the window is missing (1280x800)");
    self->step->height = (int)read_number(self, 100000);
    self->step->is_dark = tr_recording_skip(&self->at, " dark");
}

static void read_page(line *self)
{
    self->step->number = read_number(self, TR_RECORDING_PAGES_CAP);
    if (self->step->number == 0)
        fail(self, "pages are counted from 1");
}

static void read_wait(line *self)
{
    self->step->number = read_number(self, 86400000);
}

static void read_type(line *self)
{
    read_who(self);
    colon(self);
    self->step->text = read_text(self);
}

static void read_value(line *self)
{
    read_who(self);
    colon(self);
    self->step->text = read_json(self);
    if (self->step->kind == TR_STEP_SET && self->step->text[0] != '{')
        fail(self, "properties stand between { and }");
}

static void read_send(line *self)
{
    self->step->word = read_word(self);
    if (!tr_recording_skip(&self->at, " to "))
        fail(self, "\"to\" and a control are missing");
    read_who(self);
    if (tr_recording_skip(&self->at, ": "))
        self->step->text = read_json(self);
}

static void read_route(line *self)
{
    self->step->text = read_text(self);
}

static void read_answer(line *self)
{
    self->step->word = read_word(self);
    colon(self);
    self->step->text = self->step->kind == TR_STEP_REFUSE ? read_text(self) : read_json(self);
}

static const struct verb {
    const char *word;
    enum tr_step_kind kind;
    void (*read)(line *self); // NULL: there is nothing behind it
} verbs[] = {{"open ", TR_STEP_OPEN, read_open},
             {"page ", TR_STEP_PAGE, read_page},
             {"wait ", TR_STEP_WAIT, read_wait},
             {"click ", TR_STEP_CLICK, read_who},
             {"submit ", TR_STEP_SUBMIT, read_who},
             {"type ", TR_STEP_TYPE, read_type},
             {"choose ", TR_STEP_CHOOSE, read_value},
             {"set ", TR_STEP_SET, read_value},
             {"send ", TR_STEP_SEND, read_send},
             {"go ", TR_STEP_GO, read_route},
             {"press ", TR_STEP_PRESS, read_route},
             {"answer ", TR_STEP_ANSWER, read_answer},
             {"refuse ", TR_STEP_REFUSE, read_answer},
             {"return", TR_STEP_RETURN, NULL},
             {"shows", TR_STEP_SHOWS, NULL}};

static tr_step *add_step(tr_recording *self)
{
    if (self->count == self->cap) {
        self->cap = self->cap != 0 ? 2 * self->cap : 64;
        self->steps = tr_realloc(self->steps, self->cap * sizeof *self->steps);
    }
    self->steps[self->count] = (tr_step){0};
    return &self->steps[self->count++];
}

static const char *read_step(tr_recording *self, char *text, uint32_t number)
{
    if (self->count == TR_RECORDING_STEPS_CAP)
        return "there are more than 20 000 steps";
    line rest = {.at = text, .step = add_step(self)};
    const struct verb *verb = NULL;
    for (unsigned i = 0; verb == NULL && i < sizeof verbs / sizeof *verbs; i++)
        if (tr_recording_skip(&rest.at, verbs[i].word))
            verb = &verbs[i];
    rest.step->line = number;
    if (verb == NULL)
        return "there is no such step";
    rest.step->kind = verb->kind;
    if (verb->read != NULL)
        verb->read(&rest);
    if (rest.error == NULL && *rest.at != '\0')
        fail(&rest, "there is more on the line than belongs there");
    return rest.error;
}

// "+ …" and "- …" below `shows`.
static const char *read_shown(tr_recording *self, const char *text)
{
    tr_step *last = self->count != 0 ? &self->steps[self->count - 1] : NULL;
    tr_buf copy = {0};
    if (last == NULL || last->kind != TR_STEP_SHOWS)
        return "this stands below no `shows`";
    if (last->shown.count == 2 * TR_SHOWN_LINES_CAP)
        return "a page has more than 4 000 changes";
    tr_buf_printf(&copy, "%s", text);
    tr_shown_add(&last->shown, &copy);
    return NULL;
}

static const char *read_line(tr_recording *self, char *text, uint32_t number)
{
    size_t size = strlen(text);
    while (size != 0 && tr_is_space(text[size - 1]))
        text[--size] = '\0';
    while (tr_is_space(*text))
        text++;
    if (number == 1)
        return strcmp(text, TR_RECORDING_HEAD) == 0
                   ? NULL
                   : "this is no recording: it begins with \"" TR_RECORDING_HEAD "\"";
    if (*text == '\0' || *text == '#')
        return NULL;
    if (strncmp(text, "+ ", 2) == 0 || strncmp(text, "- ", 2) == 0)
        return read_shown(self, text);
    return read_step(self, text, number);
}

static const char *check_order(const tr_recording *self, uint32_t *out_line)
{
    bool is_open[TR_RECORDING_PAGES_CAP] = {false};
    uint64_t page = 1;
    for (uint32_t i = 0; i < self->count; i++) {
        const tr_step *step = &self->steps[i];
        *out_line = step->line;
        if (step->kind == TR_STEP_PAGE)
            page = step->number;
        else if (step->kind == TR_STEP_OPEN && is_open[page - 1])
            return "this page is open already";
        else if (step->kind == TR_STEP_OPEN && page != 1 && !is_open[0])
            return "page 1 opens first";
        else if (step->kind == TR_STEP_OPEN)
            is_open[page - 1] = true;
        else if (!is_open[page - 1])
            return "this page is not open yet";
    }
    *out_line += self->count == 0;
    return self->count == 0 ? "no page opens here" : NULL;
}

int tr_recording_read(const char *text, size_t size, tr_recording *out, tr_buf *error)
{
    uint32_t number = 0;
    const char *why = size > TR_RECORDING_BYTES_CAP ? "the file has more than 4 MiB" : NULL;
    tr_buf copy = {0};
    *out = (tr_recording){0};
    while (why == NULL && (size != 0 || number == 0)) {
        const char *end = size != 0 ? memchr(text, '\n', size) : NULL;
        size_t length = end != NULL ? (size_t)(end - text) : size;
        number++;
        copy.size = 0;
        tr_buf_append(&copy, text, length);
        tr_buf_append(&copy, "", 1);
        if (length > LINE_CAP)
            why = "this line has more than 256 KiB";
        else if (memchr(copy.data, '\0', length) != NULL)
            why = "this is no text";
        else
            why = read_line(out, (char *)copy.data, number);
        text += end != NULL ? length + 1 : length;
        size -= end != NULL ? length + 1 : length;
    }
    if (why == NULL)
        why = check_order(out, &number);
    tr_buf_done(&copy);
    if (why == NULL)
        return 0;
    tr_buf_printf(error, "%u: %s", number != 0 ? number : 1, why);
    tr_recording_done(out);
    return TR_EMALFORMED;
}

void tr_recording_done(tr_recording *self)
{
    for (uint32_t i = 0; i < self->count; i++) {
        tr_step *step = &self->steps[i];
        tr_who_done(&step->who);
        tr_free(step->word);
        tr_free(step->text);
        tr_shown_done(&step->shown);
    }
    tr_free(self->steps);
    *self = (tr_recording){0};
}
