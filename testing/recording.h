#ifndef TR_TESTING_RECORDING_H
#define TR_TESTING_RECORDING_H

// A recorded session as a file: text that people read and compare, a step a line. What people did is said by keys and
// words of controls, not by numbers; what the page showed, by what changed since the step before.
//
//     troupe recording 1
//     open "/" 1280x800
//     shows
//       + TextField #new label="What is to be done?"
//       + FilledButton "Add"
//     wait 2300
//     type #new: "Milk"
//     wait 600
//     shows
//       - TextField #new label="What is to be done?"
//       + TextField #new label="What is to be done?" value="Milk"
//     click FilledButton "Add"
//
//     open ROUTE WIDTHxHEIGHT [dark]    a page, of a person of its own; `page 2` in front of it: another one
//     page N                            what follows happens on that page
//     wait MS                           the clock goes on
//     click, submit WHO                 type WHO: TEXT          choose WHO: VALUE
//     set WHO: {PROPERTIES}             properties that the browser changed itself
//     send EVENT to WHO[: VALUE]        any other event
//     go ROUTE                          press "Ctrl+S"
//     answer METHOD: VALUE              what a method of the browser answered; refuse METHOD: TEXT
//     return                            the connection broke, and the browser came back
//     shows                             what changed on the page since the last time: lines of testing/shown.h
//
// WHO is `page`, or one or more of: a type, #key, "a text of its", `nth N`, `in #key`; in front of them `hidden`, for one
// that is not in sight. VALUE is JSON; {"$control": "WHO"} in it is that control's number. Pages are looked at in the end
// and before each step with `wait` or `shows` in front of it; where there is no `shows`, nothing has changed. Lines that begin with # and
// empty ones say nothing. <*> in a line of `shows` stands for anything.
//
// Thread: any; pure. Owns: its texts.

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "testing/shown.h"
#include "troupe/test.h"

enum {
    TR_RECORDING_PAGES_CAP = 4,
    TR_RECORDING_BYTES_CAP = 4 << 20,
    TR_RECORDING_STEPS_CAP = 20000
};
#define TR_RECORDING_HEAD "troupe recording 1"

enum tr_step_kind {
    TR_STEP_OPEN,
    TR_STEP_PAGE,
    TR_STEP_WAIT,
    TR_STEP_CLICK,
    TR_STEP_SUBMIT,
    TR_STEP_TYPE,
    TR_STEP_CHOOSE,
    TR_STEP_SET,
    TR_STEP_SEND,
    TR_STEP_GO,
    TR_STEP_PRESS,
    TR_STEP_ANSWER,
    TR_STEP_REFUSE,
    TR_STEP_RETURN,
    TR_STEP_SHOWS
};

// A control, as a line names it.
typedef struct tr_who {
    tr_test_query query;
    bool is_page;
    bool is_hidden;
    char *texts[4]; // of the query
} tr_who;

typedef struct tr_step {
    enum tr_step_kind kind;
    uint32_t line;   // from 1
    uint64_t number; // of milliseconds, of the page
    int width;
    int height;
    bool is_dark;
    tr_who who;
    char *word;     // event, method
    char *text;     // what is typed, route, keys, why; or JSON. NULL: none
    tr_shown shown; // of `shows`: "+ …" and "- …"
} tr_step;

typedef struct tr_recording {
    tr_step *steps;
    uint32_t count;
    uint32_t cap;
} tr_recording;

// 0; or TR_EMALFORMED, with one line in `error` that begins with the number of the line and a colon.
int tr_recording_read(const char *text, size_t size, tr_recording *out, tr_buf *error)
    __attribute__((warn_unused_result));
void tr_recording_done(tr_recording *self);

// Reads who is meant, up to the colon or the end; NULL: that is nobody, and `why` is constant.
const char *tr_who_read(const char *at, tr_who *out, const char **why);
void tr_who_done(tr_who *self);

// Appends how that control of the page is named, so that this finds it again.
void tr_who_print(const cm_value *page, const cm_value *control, tr_buf *out);

// The control that is meant, in sight or not; NULL: there is none.
const cm_value *tr_who_find(const tr_who *self, const cm_value *page);

#endif
