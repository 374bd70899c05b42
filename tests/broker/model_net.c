// What the model's parts say to each other: when it comes, and whether it does.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"
#include "tests/broker/model.h"

uint64_t model_below(model *self, uint64_t bound)
{
    return tr_random_next(&self->random) % bound;
}

bool model_chance(model *self, unsigned percent)
{
    return model_below(self, 100) < percent;
}

void model_break(model *self, const char *format, ...)
{
    if (self->broken[0] != '\0')
        return;
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(self->broken, sizeof self->broken, format, arguments);
    va_end(arguments);
}

model_text *model_text_of(tr_buf *bytes)
{
    model_text *self = tr_new(model_text);
    self->refs = 1;
    self->bytes = *bytes;
    *bytes = (tr_buf){0};
    return self;
}

model_text *model_text_keep(model_text *self)
{
    if (self != NULL)
        self->refs++;
    return self;
}

void model_text_drop(model_text **self)
{
    if (*self != NULL && --(*self)->refs == 0) {
        tr_buf_done(&(*self)->bytes);
        tr_free(*self);
    }
    *self = NULL;
}

int model_find(const model *self, uint64_t node)
{
    for (int i = 0; node != 0 && i < PLACES; i++)
        if (self->places[i].node == node && self->places[i].is_up)
            return i;
    return -1;
}

// -- by time, and what was said first --

static bool is_before(const model_letter *one, const model_letter *other)
{
    return one->at != other->at ? one->at < other->at : one->order < other->order;
}

static void push(model *self, model_letter *letter)
{
    if (self->count == self->cap) {
        self->cap = self->cap == 0 ? 256 : 2 * self->cap;
        self->letters = tr_realloc(self->letters, self->cap * sizeof(model_letter *));
    }
    unsigned at = self->count++;
    for (; at != 0 && is_before(letter, self->letters[(at - 1) / 2]); at = (at - 1) / 2)
        self->letters[at] = self->letters[(at - 1) / 2];
    self->letters[at] = letter;
}

static model_letter *pop(model *self)
{
    model_letter *first = self->letters[0];
    model_letter *last = self->letters[--self->count];
    unsigned at = 0;
    for (unsigned child; (child = 2 * at + 1) < self->count; at = child) {
        if (child + 1 < self->count && is_before(self->letters[child + 1], self->letters[child]))
            child++;
        if (!is_before(self->letters[child], last))
            break;
        self->letters[at] = self->letters[child];
    }
    self->letters[at] = last;
    return first;
}

void model_done(model_letter *letter)
{
    model_text_drop(&letter->text);
    tr_free(letter);
}

// -- said --

model_letter model_write(const model *self, enum model_word word, unsigned from, unsigned to)
{
    return (model_letter){.word = word,
                          .from = from,
                          .to = to,
                          .from_node = from < PLACES ? self->places[from].node : 0};
}

model_letter model_answer(const model *self, enum model_word word, const model_letter *to)
{
    model_letter answer = model_write(self, word, to->to, to->from);
    answer.to_node = to->from_node;
    answer.connection = to->connection;
    answer.op = to->op;
    memcpy(answer.id, to->id, sizeof answer.id);
    return answer;
}

void model_send_at(model *self, const model_letter *letter, uint64_t at)
{
    model_letter *copy = tr_new(model_letter);
    *copy = *letter;
    copy->at = at;
    copy->order = ++self->order;
    copy->text = model_text_keep(letter->text);
    if (letter->from < PLACES && letter->to < PLACES)
        copy->line = self->lines[letter->from][letter->to];
    push(self, copy);
}

// Where what is said may come in another order, twice, or never: the code must bear it.
static bool is_loose(const model_letter *letter)
{
    return letter->word >= W_HELLO && letter->word <= W_LOST;
}

static bool is_of_store(const model_letter *letter)
{
    return letter->word == W_ASKED || letter->word == W_DONE;
}

static uint64_t delay(model *self, const model_letter *letter)
{
    uint64_t usual = 1 + model_below(self, 5);
    bool may_be_late = is_loose(letter) || is_of_store(letter);
    if (may_be_late && model_chance(self, 2))
        return usual + model_below(self, 3000);
    return model_chance(self, 2) ? usual + model_below(self, 400) : usual;
}

// Cut: it goes nowhere, or waits in a socket's buffer until the cut is over.
static bool is_lost(model *self, const model_letter *letter, uint64_t *at)
{
    uint64_t until = self->cut_until[letter->from][letter->to];
    bool is_unlucky = !self->is_quiet && is_loose(letter) && model_chance(self, 2);
    if (*at < until)
        *at = until + 1 + model_below(self, 50);
    return is_unlucky || (self->now < until && is_loose(letter)) ||
           (self->now < until && letter->word == W_DONE && model_chance(self, 70));
}

void model_send(model *self, const model_letter *letter)
{
    uint64_t at = self->now + delay(self, letter);
    if (is_lost(self, letter, &at))
        return;
    if (!is_loose(letter) && !is_of_store(letter)) {
        uint64_t *last = &self->last_at[letter->from][letter->to];
        *last = at = at > *last ? at : *last;
    }
    model_send_at(self, letter, at);
    if (is_loose(letter) && model_chance(self, 3))
        model_send_at(self, letter, at + model_below(self, 1000));
}

void model_end_line(model *self, unsigned one, unsigned other)
{
    self->breaks[one][other]++;
    self->breaks[other][one]++;
}

void model_lose(model *self, unsigned who, unsigned whom, uint64_t at)
{
    model_letter gone = model_write(self, W_GONE, who, who);
    gone.to_node = self->places[who].node;
    gone.epoch = self->places[whom].node;
    gone.whom = whom;
    gone.op = self->breaks[who][whom];
    if (self->places[who].is_up)
        model_send_at(self, &gone, at);
}

static void hear_of_end(model *self, const model_letter *gone)
{
    uint64_t *line = &self->lines[gone->to][gone->whom];
    *line = gone->op > *line ? gone->op : *line;
}

static bool is_for_nobody(const model *self, const model_letter *letter)
{
    if (letter->to >= PLACES)
        return false;
    const model_place *to = &self->places[letter->to];
    bool is_ended = letter->from < PLACES && !is_loose(letter) && !is_of_store(letter) &&
                    letter->from != letter->to &&
                    letter->line != self->lines[letter->to][letter->from];
    return !to->is_up || (letter->to_node != 0 && letter->to_node != to->node) || is_ended;
}

static bool is_stopped(const model *self, const model_letter *letter)
{
    return letter->to < PLACES && self->places[letter->to].stopped_until > letter->at;
}

static void note(model *self, const model_letter *letter)
{
    uint64_t what = letter->at << 16 ^ (uint64_t)letter->word << 8 ^ letter->from << 4 ^ letter->to;
    self->trace = (self->trace ^ what) * 0x100000001b3u;
}

model_letter *model_next(model *self, uint64_t until)
{
    while (self->count != 0 && self->letters[0]->at <= until) {
        model_letter *next = pop(self);
        if (is_for_nobody(self, next)) {
            model_done(next);
        } else if (is_stopped(self, next)) {
            next->at = self->places[next->to].stopped_until; // in its order
            push(self, next);
        } else {
            self->now = next->at;
            if (next->word == W_GONE)
                hear_of_end(self, next);
            note(self, next);
            return next;
        }
    }
    self->now = until;
    return NULL;
}
