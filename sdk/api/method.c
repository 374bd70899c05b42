// The functions of troupe/controls/methods.h: arguments become a map, the browser's answer becomes the
// result.

#include "troupe/controls/methods.h"

#include <string.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "base/must.h"
#include "sdk/api/argument.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/catalog/record.h"
#include "sdk/session/method_call.h"
#include "sdk/session/rebuild.h"
#include "sdk/tree/encode.h"
#include "wire/writer.h"

const char *tr_call_error(const tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, "");
    return tr_buf_text(&((tr_event *)(uintptr_t)ev)->error);
}

void tr_call_release(tr_event *ev)
{
    TR_GIVEN_OR(ev != NULL, );
    tr_scratch_clear(&ev->results);
}

// -- arguments --

// The rows of one key from `at` on: the first that is given, or its default. False: one that must
// be there is missing.
static bool write_argument(tr_buf *out, const tr_method_info *method, unsigned *at,
                           const char *base, uint32_t *count)
{
    const tr_method_argument *first = &method->arguments[*at];
    size_t before = out->size;
    tr_write_text(out, tr_slice_of(first->key));
    bool is_written = false;
    for (; *at < method->count && strcmp(method->arguments[*at].key, first->key) == 0; (*at)++) {
        const tr_method_argument *row = &method->arguments[*at];
        is_written = is_written || tr_argument_write(out, base, row->offset, row->kind, row->extra);
    }
    if (is_written) {
        (*count)++;
        return true;
    }
    if (first->is_required) {
        tr_misuse_say("call_misuse", "method=%s missing=%s", method->name, first->key);
        return false;
    }
    if (first->deflt == 0 && method->omits_nil) {
        out->size = before;
        return true;
    }
    tr_value_write(out, tr_generated_defaults[first->deflt]);
    (*count)++;
    return true;
}

static int write_arguments(tr_buf *out, const tr_method_info *method, const char *base)
{
    if (!method->has_args)
        return 0;
    tr_open open = tr_open_container(out);
    for (unsigned at = 0; at < method->count;)
        if (!write_argument(out, method, &at, base, &open.count))
            return TR_EINVALID;
    tr_close_map(out, &open);
    return 0;
}

// -- asking --

typedef struct waiting {
    tr_call *call;
    tr_buf *answer;
    bool is_answered;
    int result;
} waiting;

static void on_answer(void *arg, int result, tr_slice value, tr_slice error)
{
    waiting *self = arg;
    self->is_answered = true;
    self->result = result;
    tr_slice said = result == 0 ? value : error;
    tr_buf_append(self->answer, said.data, said.size);
    tr_call_wake(self->call);
}

// Also when the handler is ended by force while it waits.
static void stop_waiting(void *arg)
{
    waiting *self = arg;
    if (!self->is_answered)
        tr_client_call_forget(self->call->session, self);
    tr_free(self);
}

static int ask_here(tr_call *ev, const tr_method_info *method, const char *key, tr_slice args,
                    uint64_t timeout_ms, tr_buf *answer)
{
    waiting *self = tr_new(waiting);
    *self = (waiting){.call = ev, .answer = answer};
    int result = tr_coroutine_cleanup_push(stop_waiting, self);
    if (result < 0) {
        tr_free(self);
        return result;
    }
    // The browser acts on the page that the state is now.
    uint64_t build = tr_session_rebuild_for(ev->session, ev);
    if (build != 0)
        result = tr_call_await(ev, build, timeout_ms);
    if (result == 0)
        result =
            tr_invoke(ev->session, ev, method, tr_slice_of(key), args, timeout_ms, on_answer, self);
    self->is_answered = result < 0;
    while (result == 0 && !self->is_answered)
        result = tr_call_wait(ev);
    if (self->is_answered && self->result < 0)
        result = self->result;
    tr_coroutine_cleanup_pop(true);
    return result;
}

static int ask_session(tr_call *ev, const tr_method_info *method, const char *key, tr_slice args,
                       uint64_t timeout_ms, tr_buf *answer)
{
    tr_change change = {.what = TR_CHANGE_CALL,
                        .is_page = key == NULL,
                        .key = tr_slice_of(key),
                        .property = tr_slice_of(method->name),
                        .number = (int64_t)timeout_ms,
                        .value = args.size != 0 ? tr_value_raw(args) : TR_NIL};
    return tr_change_send(ev, &change, answer);
}

// -- the answer --

static int take_answer(tr_call *ev, const tr_method_info *method, const tr_buf *answer,
                       const char *base)
{
    void *out = NULL;
    if (method->result != 0)
        memcpy(&out, base + method->result, sizeof out);
    if (out == NULL)
        return 0;
    tr_reader in = tr_reader_of(tr_buf_slice(answer));
    return tr_record_read(&in, method->returns, &ev->results, out);
}

static int perform(tr_call *ev, const tr_method_info *method, const char *base)
{
    const char *key = NULL;
    unsigned given_ms;
    tr_buf args = {0};
    tr_buf answer = {0};
    if (method->key != 0)
        memcpy(&key, base + method->key, sizeof key);
    memcpy(&given_ms, base + method->timeout_ms, sizeof given_ms);
    uint64_t timeout_ms = given_ms != 0             ? given_ms
                          : method->default_ms != 0 ? method->default_ms
                                                    : TR_CLIENT_CALL_MS;
    int result = write_arguments(&args, method, base);
    tr_slice bytes = {(const char *)args.data, (uint32_t)args.size};
    if (result == 0)
        result = ev->thread != NULL ? ask_session(ev, method, key, bytes, timeout_ms, &answer)
                                    : ask_here(ev, method, key, bytes, timeout_ms, &answer);
    if (result == 0)
        result = take_answer(ev, method, &answer, base);
    else if (result == TR_EREFUSED)
        tr_buf_append(&ev->error, answer.data, answer.size);
    tr_buf_done(&args);
    tr_buf_done(&answer);
    return result;
}

int ui_call(const int *args)
{
    TR_GIVEN(args != NULL);
    tr_must(*args > 0 && (unsigned)*args < tr_generated_method_count);
    const tr_method_info *method = &tr_generated_methods[*args];
    const char *base = (const char *)args;
    // The first two members of every call.
    struct head {
        int call_;
        tr_page *page;
    } head;
    memcpy(&head, base, sizeof head);
    if (head.page == NULL)
        return TR_EINVALID;
    if (!tr_submit_is_here(head.page))
        return TR_EWRONGTHREAD;
    head.page->error.size = 0;
    int result = perform(head.page, method, base);
    // The first three are expected in a life; of the next two the session has said more.
    if (result < 0 && result != TR_EGONE && result != TR_ETIMEOUT && result != TR_ECANCELLED &&
        result != TR_ENOTFOUND && result != TR_EWRONGTYPE)
        tr_misuse_say(
            "call_failed", "method=%s error=%s text=%s", method->name, tr_err_name(result),
            tr_log_quote((const char *)head.page->error.data, (unsigned)head.page->error.size));
    return result;
}
