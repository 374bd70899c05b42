#include "steps_stage.h"

#include <check.h>

#include "actors/core/coroutine.h"
#include "testing/lab.h"
#include "troupe/troupe.h"

static lab *stage;

static void build(tr_page *page)
{
    ui_add(page, ui_text(""));
}

static const tr_app app = {.name = "Steps", .build = build};

void steps_set_up(void (*make_urls)(tr_session *session, void *unused))
{
    stage = tr_lab_start(&app, 60000);
    tr_lab_open(stage, 0, NULL, true);
    steps_do(make_urls, NULL);
}

void steps_do(void (*act)(tr_session *session, void *arg), void *arg)
{
    tr_lab_do(stage, 0, act, arg);
}

void steps_tear_down(void)
{
    tr_lab_stop(&stage);
}

typedef struct asked {
    tr_core *core;
    uint16_t type;
    const void *body;
    int answer;
} asked;

static int status_of(const tr_message *answer)
{
    return (int)(TR_TYPE(answer) == TR_MSG_download_piece ? TR_BODY(answer, download_piece)->status
                                                          : TR_BODY(answer, answer)->status);
}

static void ask_in_coroutine(void *arg)
{
    asked *self = arg;
    tr_message *answer = NULL;
    self->answer =
        tr_coroutine_ask(TR_NOWHERE, tr_address_of(tr_core_node(self->core), 0, TR_SLOT_SESSIONS),
                         self->type, self->body, 10000, &answer);
    if (self->answer == 0)
        self->answer = status_of(answer);
    tr_message_free(answer);
}

static void ask_on_core(tr_core *core, void *arg)
{
    asked *self = arg;
    self->core = core;
    ck_assert_int_eq(tr_coroutine_start(core, "gateway", ask_in_coroutine, self, NULL), 0);
}

int steps_ask(uint16_t type, const void *body)
{
    asked question = {.type = type, .body = body, .answer = 1};
    tr_lab_on_core(stage, ask_on_core, &question);
    ck_assert_int_le(question.answer, 0);
    return question.answer;
}
