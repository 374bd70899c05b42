// The functions of troupe/pages/event.h for a session's state.

#include <string.h>

#include "base/log.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "troupe/pages/event.h"

static void *say_none(void)
{
    (void)tr_misuse_report(&(tr_misuse){
        .code = TR_ENOTFOUND, .text = "there is no state: name one in the app (TR_STATE)"});
    return NULL;
}

static void *borrow_state(tr_event *ev)
{
    if (ev->has_state)
        return ev->state.data;
    if (!tr_address_is_set(ev->home))
        return say_none();
    tr_change change = {.what = TR_CHANGE_BORROW_STATE};
    ev->state.size = 0;
    if (tr_change_send(ev, &change, &ev->state) < 0)
        return NULL;
    if (ev->state.size == 0)
        return say_none();
    ev->has_state = true;
    return ev->state.data;
}

void *tr_state(tr_event *ev)
{
    if (!tr_submit_is_here(ev))
        return NULL;
    if (ev->thread != NULL)
        return borrow_state(ev);
    tr_session *session = ev->session;
    if (session->state == NULL)
        return say_none();
    // The struct is there as long as the call is: its page may be gone.
    for (int result = 0; session->state_lent_to != NULL && result == 0;) {
        ev->is_waiting_for_state = true;
        result = tr_call_wait(ev);
        ev->is_waiting_for_state = false;
    }
    return session->state;
}

void tr_state_release(tr_event *ev)
{
    if (!tr_submit_is_here(ev) || ev->thread == NULL || !ev->has_state)
        return;
    ev->has_state = false;
    tr_change change = {.what = TR_CHANGE_GIVE_STATE,
                        .value = tr_value_bytes(tr_buf_slice(&ev->state))};
    int result = tr_change_send(ev, &change, NULL);
    if (result < 0)
        tr_log(TR_LOG_WARN, "event=state_not_returned handler=%s error=%s", ev->handler->name,
               tr_err_name(result));
}

static int copy(const void *state, size_t have, void *out, size_t size)
{
    if (have != size || state == NULL)
        return tr_misuse_report(
            &(tr_misuse){.code = TR_EINVALID, .text = "the state has another size than that"});
    memcpy(out, state, size);
    return 0;
}

int tr_state_copy(tr_event *ev, void *out, size_t size)
{
    if (!tr_submit_is_here(ev))
        return TR_EWRONGTHREAD;
    if (ev->thread == NULL && ev->session->actor == NULL)
        return TR_EGONE;
    if (ev->thread == NULL)
        return copy(ev->session->state, ev->session->sessions->app->state_size, out, size);
    if (ev->has_state)
        return copy(ev->state.data, ev->state.size, out, size);
    tr_change change = {.what = TR_CHANGE_COPY_STATE};
    tr_buf now = {0};
    int result = tr_change_send(ev, &change, &now);
    if (result == 0)
        result = copy(now.data, now.size, out, size);
    tr_buf_done(&now);
    return result;
}
