#include "sdk/api/bound.h"

#include "sdk/catalog/misuse.h"
#include "sdk/session/session_record.h"
#include "troupe/err.h"

enum { LONG_MS = 7 * 24 * 3600 * 1000 };

void *tr_bound_state(tr_event *ev, size_t size, const char *misuse)
{
    void *state = tr_state(ev);
    size_t there = ev->thread != NULL ? ev->state.size : ev->session->sessions->app->state_size;
    if (state == NULL || there == size)
        return state;
    (void)tr_misuse_refuse(TR_EINVALID, misuse);
    return NULL;
}

const tr_node *tr_bound_control(const tr_event *ev, const char *key)
{
    if (ev->thread != NULL || ev->session->actor == NULL)
        return NULL;
    return tr_tree_find_key_in(ev->session->tree, tr_call_scope(ev), tr_slice_of(key));
}

static const char *name_of(const tr_handler *handler)
{
    tr_value value = tr_value_handler(handler);
    return value.kind == TR_VALUE_HANDLER ? value.handler->name : "no handler";
}

bool tr_bound_run(tr_event *ev, const tr_task_options *options)
{
    ev->has_failed = false;
    ev->asks_for_outcome = true;
    int64_t task = tr_task_start(ev, options);
    ev->asks_for_outcome = false;
    if (task < 0)
        tr_fail(ev, "%s could not be started: %s", name_of(options->handler),
                tr_err_text((int)task));
    return task > 0 && tr_task_wait(ev, task, LONG_MS) == 0 && !ev->has_failed;
}
