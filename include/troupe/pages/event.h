#ifndef TROUPE_EVENT_H
#define TROUPE_EVENT_H

// Handlers: functions that run when something happens on a page.
//
//     TR_ASYNC(later) { tr_sleep(ev, 3000); ui_set_text(ev, "status", "done"); }
//     TR_SYNC(crunch) { ui_set_textf(ev, "status", "pi = %.9f", slow_pi()); }
//     ... ui_button("Later", .on_click = later), ui_button("Crunch", .on_click = crunch) ...
//
// TR_ASYNC runs as a coroutine on the thread that owns the page: it may wait (tr_sleep, tr_state,
// …) and blocks nobody while it does, but must not call blocking functions of its own. TR_SYNC is
// plain blocking C on a thread of a pool; its calls on the page travel as messages. Handlers of one
// page never race: between two waits an async handler has the page for itself.
//
// When a handler waits or ends, its changes go to the browser as one patch; tr_update sends it
// earlier. When the page goes away, waits end with TR_ECANCELLED and changes with TR_EGONE.
//
// `ev` is the handler's, on the handler's thread, until it returns.

#include <stddef.h>
#include <stdint.h>

#include "troupe/controls/checked.h"
#include "troupe/err.h"
#include "troupe/language.h"
#include "troupe/linker_sets.h"
#include "troupe/slice.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// An event on a page; a page while it is built. The same functions take both.
typedef struct tr_call tr_event;
typedef struct tr_call tr_page;

enum tr_handler_kind { TR_HANDLER_ASYNC, TR_HANDLER_SYNC, TR_HANDLER_WITH_PAYLOAD };

typedef struct tr_handler {
    const char *name; // unique in the program: other processes find the handler by it
    void (*run)(tr_event *ev);
    const char *file; // where it is written, for the log
    unsigned line;
    uint64_t timeout_ms; // sync: after which it is late; 0: as the option --handler-timeout says
    enum tr_handler_kind kind;
} tr_handler;

// TR_SYNC(report, .timeout_ms = 3600000) names a sync handler's own time limit. One that takes
// longer is over for its page: it has failed, as if it had called tr_fail, the state is as it was
// before, and the handler's waits and changes end with TR_ETIMEOUT. So do calls whose process is
// lost, or that found none to run in.
#define TR_ASYNC(...) TR_HANDLER_DEFINE(__VA_ARGS__, .kind = TR_HANDLER_ASYNC)
#define TR_SYNC(...) TR_HANDLER_DEFINE(__VA_ARGS__, .kind = TR_HANDLER_SYNC)

// The section is read as one array; without the alignment gcc would leave gaps between large
// objects.
#define TR_HANDLER_PLACE_                                                                          \
    __attribute__((section("tr_handlers"), used, aligned(__alignof__(tr_handler))))

// Names a handler that is defined further down in the same file.
#ifdef __cplusplus
#define TR_DECLARE(name)                                                                           \
    static void name##_run(tr_event *ev);                                                          \
    namespace                                                                                      \
    {                                                                                              \
    extern const tr_handler name[1];                                                               \
    }                                                                                              \
    static_assert(true)
#else
#define TR_DECLARE(name)                                                                           \
    static void name##_run(tr_event *ev);                                                          \
    static const tr_handler name[1] TR_HANDLER_PLACE_
#endif

#ifdef __cplusplus
#define TR_HANDLER_OPEN_                                                                           \
    namespace                                                                                      \
    {
#define TR_HANDLER_CLOSE_ }
#else
#define TR_HANDLER_OPEN_ static
#define TR_HANDLER_CLOSE_
#endif
#define TR_HANDLER_DEFINE(handler_, ...)                                                           \
    TR_DECLARE(handler_);                                                                          \
    TR_HANDLER_OPEN_ const tr_handler handler_[1] TR_HANDLER_PLACE_ = {{.name = #handler_,         \
                                                                        .run = handler_##_run,     \
                                                                        .file = __FILE__,          \
                                                                        .line = __LINE__,          \
                                                                        __VA_ARGS__}};             \
    TR_HANDLER_CLOSE_                                                                              \
    static void handler_##_run(tr_event *ev __attribute__((unused)))

// -- payloads --

// A handler together with the bytes that it works on, wherever a control's event takes a handler:
//
//     TR_ASYNC(todo_tick)
//     {
//         const unsigned *id = TR_PAYLOAD(ev, unsigned);
//         ...
//     }
//     ... ui_checkbox(.label = item->text, .on_change = UI_CALL(todo_tick, &item->id)) ...
//
// The bytes that the pointer leads to are copied when the control is built: at most 1 KiB of plain
// data (no pointers in it, for the handler may run in another process). An array is copied as a
// whole, a `char` text up to its end. The copy belongs to the control: it is saved and moved with
// the session, never goes to the browser, and is replaced when the control is built again with
// other bytes. A payload of more than 1 KiB is TR_ETOOBIG: the event has no handler then, and a
// line in the log says why.
//
// Tasks take one, too, of up to 1 MiB: `tr_run_task(ev, fetch, ...)` or `tr_start(ev,
// UI_CALL(fetch, &job))` (troupe/pages/task.h). Intervals, topics and presence do not (TR_EINVALID).
#define UI_CALL(handler_, ...)                                                                     \
    (&TR_GIVEN_(tr_handler_with_payload, .handler = {.kind = TR_HANDLER_WITH_PAYLOAD},             \
                .to = (handler_), .payload = UI_PAYLOAD_((__VA_ARGS__)))                           \
          .handler)

// The payload of UI_CALL, of a task, a topic or a presence, as a struct of that type. NULL, and a
// line in the log, when there is none or when it is of another size: a version of the app from
// before an update may have bound it.
#define TR_PAYLOAD(ev, type) ((const type *)tr_payload_read((ev), sizeof(type)))

// The same for a text. NULL: none, or bytes that are no terminated text.
const char *tr_payload_text(tr_event *ev);

// The draggable, in the events of a drag target ("will_accept", "accept", "move", "leave"): its key
// ("" when it has none, or is gone), and its payload (ui_draggable's `.payload = UI_PAYLOAD(&id)`),
// as a struct of that type or as a text. NULL, and a line in the log, when there is none of that
// size.
//
//     TR_ASYNC(card_dropped)
//     {
//         const unsigned *card = TR_DRAGGED(ev, unsigned);
//         const unsigned *column = TR_PAYLOAD(ev, unsigned);
//         ...
//     }
//     ... ui_drag_target(…, .on_accept = UI_CALL(card_dropped, &column->id)) ...
//
// It is the browser that says which one was dragged: of this page's, any.
const char *tr_dragged_key(tr_event *ev);
const char *tr_dragged_text(tr_event *ev);
#define TR_DRAGGED(ev, type) ((const type *)tr_dragged_read((ev), sizeof(type)))
const void *tr_dragged_read(tr_event *ev, size_t size);

// Behind the macros.
typedef struct tr_handler_with_payload {
    tr_handler handler;
    const tr_handler *to;
    tr_slice payload;
} tr_handler_with_payload;
const void *tr_payload_read(tr_event *ev, size_t size);
#ifdef __cplusplus
#define UI_PAYLOAD_(payload_) tr_payload_of(payload_)
#else
#define UI_PAYLOAD_(payload_)                                                                      \
    _Generic(payload_, char *: tr_payload_of_text, const char *: tr_payload_of_text,               \
             default: tr_payload_of_bytes)(                                                        \
        payload_, __builtin_choose_expr(                                                           \
                      __builtin_types_compatible_p(__typeof__(payload_), __typeof__(&*payload_)),  \
                      sizeof *payload_, sizeof payload_))
#endif
static inline tr_slice tr_payload_of_text(const void *text, size_t size)
{
    (void)size;
    tr_slice slice = {(const char *)text,
                      text != NULL ? (uint32_t)strlen((const char *)text) + 1 : 0};
    return slice;
}
static inline tr_slice tr_payload_of_bytes(const void *bytes, size_t size)
{
    tr_slice slice = {(const char *)bytes, bytes != NULL ? (uint32_t)size : 0};
    return slice;
}
#ifdef __cplusplus
extern "C++" {
template <class T> tr_slice tr_payload_of(const T &payload)
{
    if constexpr (std::is_convertible_v<T, const char *>)
        return tr_payload_of_text(payload, 0);
    else if constexpr (std::is_array_v<T>)
        return tr_payload_of_bytes(payload, sizeof payload);
    else
        return tr_payload_of_bytes(payload, sizeof *payload);
}
}
#endif

// -- what happened --

// The event's name without "on_" ("click"); "interval", "start" or a topic's event "message" when
// no control fired it; "join", "leave" and "reset" of presence.
const char *tr_event_name(const tr_event *ev);

// The W3C traceparent of what happened ("00-TRACE-SPAN-FLAGS"), for calls of other services; tr_http sends
// one by itself. "" when its browser's connection had none. The event's, until the handler returns.
const char *tr_event_trace(const tr_event *ev);

// A text for what must not be done twice outside the page: the Idempotency-Key of a request, a
// unique column of a table. It is the same each time that this handler runs again for the same
// event, because its process was killed (docs/howto/durability.md), and different for every other
// handler and event. 64 hexadecimal digits. The event's, until the handler returns; "" where `ev`
// is not to be used.
const char *tr_event_idempotency_key(tr_event *ev);

// The key of the control that fired; "" when it has none.
const char *tr_event_key(const tr_event *ev);

// The event's value as the browser sent it (a text field's text, a slider's number); otherwise
// `otherwise`. The text is the event's, until the handler returns.
const char *tr_event_text(const tr_event *ev, const char *otherwise);
double tr_event_number(const tr_event *ev, double otherwise);
int tr_event_boolean(const tr_event *ev, int otherwise);

// A named part of the event's value (`tr_event_field_number(ev, "ci", -1)` for a column sort).
const char *tr_event_field_text(const tr_event *ev, const char *name, const char *otherwise);
double tr_event_field_number(const tr_event *ev, const char *name, double otherwise);
int tr_event_field_boolean(const tr_event *ev, const char *name, int otherwise);

// The payload (UI_CALL, or a task's), a publication's on a topic, or that of somebody who is
// present, as bytes. NULL and size 0 when there is none.
const void *tr_event_payload(const tr_event *ev, size_t *out_size);

// -- waiting --

// Waits. 0, or TR_ECANCELLED at once when the page or the process ends: return, then. (An async
// handler that goes on is ended by force at its 1 024th wait since; memory that it holds is lost.)
int tr_sleep(tr_event *ev, uint64_t milliseconds);

// -- the state --

// This session's state struct (tr_app.state_size bytes, zeroed at the start).
//
// In an async handler, and while a page or a view is built: the struct itself, until the handler
// waits. It waits here while a sync handler has it. Never NULL, also when the page has gone
// meanwhile: nobody sees later changes.
//
// In a sync handler: a copy, lent to it alone until it returns or calls tr_state_release; others
// that want the state wait. NULL when the page has gone, or cannot be reached.
//
// NULL, and a line in the log, in an app without a state (TR_STATE) and in background handlers.
void *tr_state(tr_event *ev);
#ifdef __cplusplus
#define tr_state(ev) (tr_pointer_of{(tr_state)(ev)})
#endif

// Gives the state back early (sync handlers; does nothing in others).
void tr_state_release(tr_event *ev);

// A block that has the state, and no longer: for sync handlers, which should not keep others
// waiting while they work. Skipped where tr_state would return NULL. It ends at its closing brace:
// `break` and `return` leave it with the state, which a sync handler then has until it returns.
// Others see the changes from then on: calls that make them look (tr_rows_reset, tr_publish) come
// after it.
//
//     TR_SYNC(count)
//     {
//         struct list list;
//         if (tr_state_copy(ev, &list, sizeof list) < 0)
//             return;
//         unsigned found = count_matches(database, list.filter); // takes long
//         TR_WITH_STATE(ev, struct list, state)
//         {
//             state->found = found;
//         }
//     }
#define TR_WITH_STATE(ev, type, name)                                                              \
    for (type *name = tr_state(ev); name != NULL; name = (tr_state_release(ev), (type *)NULL))

// Copies the state as it is now, without waiting for the handler that has it: a sync handler's
// changes are in it once they were given back. The caller's own, if it has the state. Memory that
// its pointers lead to is not copied. 0; TR_EINVALID (another size than the state's, logged),
// TR_EGONE and its like when the page has gone.
int tr_state_copy(tr_event *ev, void *out, size_t size);

// -- failing --

// Says that the handler could not do what it is for, printf-style. The log has it with the handler,
// where that is written, the control and the session; the page's "error" event fires with "HANDLER
// failed: …" as its text, or, where the app does not hear that, the person at the page learns that
// something went wrong (tr_app.failures). Changes made so far stay. The handler goes on: return,
// then.
//
//     if (result != SQLITE_OK) {
//         tr_fail(ev, "cannot save the note: %s", sqlite3_errmsg(db));
//         return;
//     }
//
// While a page or a view is built, tr_fail gives up the page: the browser shows why, and another
// try is a new session. In a background handler it is a line in the log. The text is cut to 1 000
// bytes.
void tr_fail(tr_event *ev, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define tr_fail(...) TR_FORMATTED_(tr_fail(__VA_ARGS__))

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
