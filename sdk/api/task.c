// The functions of troupe/pages/task.h.

#include "troupe/pages/task.h"

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "wire/reader.h"

int64_t tr_task_start(tr_page *page, const tr_task_options *options)
{
    TR_GIVEN(page != NULL && options != NULL);
    tr_value handler = tr_value_handler(options->handler);
    tr_slice bound = tr_value_payload(handler);
    bool has_both = bound.size != 0 && options->size != 0;
    if (handler.kind == TR_VALUE_NIL)
        return tr_misuse_refuse(TR_EINVALID, "there is no handler: NULL");
    if (options->until > TR_UNTIL_PROCESS || has_both)
        return tr_misuse_refuse(TR_EINVALID, has_both ? "UI_CALL and .payload: one of them"
                                                      : ".until is none of enum tr_until");
    if (options->size > TR_TASK_PAYLOAD_CAP_BYTES || bound.size > TR_TASK_PAYLOAD_CAP_BYTES)
        return tr_misuse_refuse(TR_ETOOBIG, "a task's payload has at most 1 MiB");
    tr_slice given = {options->payload, (uint32_t)options->size};
    tr_change change = {.what = TR_CHANGE_START,
                        .is_page = true,
                        .number = options->until,
                        .payload = bound.size != 0 ? bound : given,
                        .value = handler};
    tr_buf number = {0};
    int64_t result = tr_submit(page, &change, &number);
    if (result == 0) {
        tr_reader in = tr_reader_of(tr_buf_slice(&number));
        result = (int64_t)tr_reader_unsigned(&in);
    }
    tr_buf_done(&number);
    return result;
}

int64_t tr_thread_start(tr_page *page, const tr_task_options *options)
{
    TR_GIVEN(page != NULL && options != NULL);
    tr_value handler = tr_value_handler(options->handler);
    if (handler.kind == TR_VALUE_HANDLER && handler.handler->kind != TR_HANDLER_SYNC)
        return TR_EWRONGTYPE;
    return tr_task_start(page, options);
}

int tr_task_cancel(tr_page *page, int64_t task)
{
    TR_GIVEN(page != NULL);
    tr_change change = {.what = TR_CHANGE_CANCEL_TASK, .is_page = true, .number = task};
    if (page->session != NULL && page->session->actor != NULL &&
        tr_call_find(page->session, (uint64_t)task) == NULL)
        return TR_ENOTFOUND; // no misuse: it may have just ended
    return tr_submit(page, &change, NULL);
}

int tr_task_wait(tr_event *ev, int64_t task, uint64_t deadline_ms)
{
    TR_GIVEN(ev != NULL);
    if (task <= 0 || (uint64_t)task == ev->number)
        return tr_misuse_refuse(TR_EINVALID, "it is no task's number, or the waiting one's own");
    if (ev->thread == NULL)
        return tr_call_await(ev, (uint64_t)task, deadline_ms);
    tr_change change = {
        .what = TR_CHANGE_AWAIT_TASK, .is_page = true, .number = task, .deadline_ms = deadline_ms};
    return tr_change_send(ev, &change, NULL);
}

int(tr_every)(tr_page *page, uint64_t milliseconds, const tr_handler *handler)
{
    if (handler == NULL)
        return tr_misuse_refuse(TR_EINVALID, "there is no handler: NULL");
    if (tr_submit_has_payload(handler))
        return TR_EINVALID;
    tr_change change = {.what = TR_CHANGE_EVERY,
                        .is_page = true,
                        .number = (int64_t)milliseconds,
                        .value = tr_value_handler(handler)};
    return tr_submit(page, &change, NULL);
}

// -- other loops --

tr_core *tr_page_core(tr_page *page)
{
    TR_GIVEN_OR(page != NULL, NULL);
    return page->thread == NULL ? page->session->sessions->core : NULL;
}

int tr_wait_fd(tr_event *ev, int fd, unsigned events, uint64_t deadline_ms)
{
    TR_GIVEN(ev != NULL);
    if (ev->thread != NULL)
        return TR_EWRONGTHREAD;
    int result = tr_call_begin_wait(ev);
    if (result < 0)
        return result;
    return tr_call_end_wait(ev, tr_coroutine_wait_fd(fd, events, deadline_ms));
}

int tr_wait_for(tr_event *ev, uint64_t deadline_ms)
{
    TR_GIVEN(ev != NULL);
    if (ev->thread != NULL)
        return TR_EWRONGTHREAD;
    int result = tr_call_begin_wait(ev);
    return result < 0 ? result : tr_call_end_wait(ev, tr_coroutine_suspend_until(deadline_ms));
}

int tr_wait_ask(tr_event *ev, tr_address to, uint32_t type, const void *body, uint64_t deadline_ms,
                tr_message **out)
{
    TR_GIVEN(ev != NULL && out != NULL);
    return ev->thread != NULL ? tr_pool_ask(ev->thread, to, type, body, deadline_ms, out)
                              : tr_call_ask(ev, to, type, body, deadline_ms, out);
}

int64_t(tr_wait_pool)(tr_event *ev,
                      int64_t (*work)(tr_pool_thread *thread, const void *input, size_t size),
                      const void *input, size_t size, uint64_t deadline_ms, void *result,
                      size_t *result_size)
{
    TR_GIVEN(ev != NULL && work != NULL && (input != NULL || size == 0));
    if (ev->thread != NULL)
        return TR_EWRONGTHREAD;
    int begun = tr_call_begin_wait(ev);
    if (begun < 0)
        return begun;
    int64_t status = tr_pool_run(work, input, size, deadline_ms, result, result_size);
    int ended = tr_call_end_wait(ev, 0);
    return ended < 0 ? ended : status;
}
