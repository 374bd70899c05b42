#ifndef TROUPE_TASK_H
#define TROUPE_TASK_H

// Tasks: handlers that a page runs beside its events.
//
//     struct job { int id; char url[256]; };
//
//     TR_ASYNC(fetch) { const struct job *job = TR_PAYLOAD(ev, struct job); ... }
//     TR_SYNC(shrink) { const char *path = tr_payload_text(ev); ... blocks ... }
//
//     int64_t task = tr_run_task(ev, UI_CALL(fetch, &job));
//     int64_t thread = tr_run_thread(ev, UI_CALL(shrink, path));
//     if (tr_task_wait(ev, task, 5000) == TR_ETIMEOUT)
//         tr_task_cancel(ev, task);
//
// A task is a handler like others (its event is named "start"): a TR_ASYNC one is a coroutine on
// the page's thread, a TR_SYNC one runs on a thread of the pool. Its changes to the page go out as
// usual.
//
// A task that a page's build starts begins when the browser has the page, and can call its methods.
//
// A task ends with its starter: a component's (troupe/pages/component.h) when the component is
// removed, any other with its page; `.until` says otherwise. To end means: its waits return
// TR_ECANCELLED, and what it still does to the page TR_EGONE or TR_ECANCELLED. A thread that
// neither waits nor looks goes on, for nobody; one in another process is not told. The end of the
// process ends all of them.
//
// Thread: a handler's.

#include <stddef.h>
#include <stdint.h>

#include "troupe/actors/address.h"
#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

enum tr_task_until {
    TR_UNTIL_OWNER, // the component that it was started in, or the page
    TR_UNTIL_PAGE,
    TR_UNTIL_PROCESS // it outlives the page: from then on page functions return TR_EGONE. (A
                     // session that moves to another process leaves no task behind.)
};

typedef struct tr_task_options {
    const tr_handler *handler;
    const void
        *payload; // copied, as that of UI_CALL (instead of which it may be given): of any size,
    size_t size;  // up to 1 MiB
    enum tr_task_until until;
} tr_task_options;

// Starts a task. Its handle: positive, never used again for another one of this page. Otherwise
// TR_EFULL (1 024 handlers of this page are in flight, or no room in the pool), TR_ETOOBIG,
// TR_EINVALID (no handler), TR_EUNAVAILABLE (no process to run it in), TR_EGONE.
#define tr_run_task(page, ...)                                                                     \
    TR_CHECKED_(tr_task_start((page), &TR_GIVEN_(tr_task_options, .handler = __VA_ARGS__)))

// The same, for a handler that must be a TR_SYNC one: otherwise TR_EWRONGTYPE.
#define tr_run_thread(page, ...)                                                                   \
    TR_CHECKED_(tr_thread_start((page), &TR_GIVEN_(tr_task_options, .handler = __VA_ARGS__)))

int64_t tr_task_start(tr_page *page, const tr_task_options *options);
int64_t tr_thread_start(tr_page *page, const tr_task_options *options);

// A task that nobody asks for again: 0, or a code as above.
static inline int tr_start(tr_page *page, const tr_handler *handler)
{
    int64_t task = tr_run_task(page, handler);
    return task < 0 ? (int)task : 0;
}
#define tr_start(...) TR_CHECKED_(tr_start(__VA_ARGS__))

// Asks a task of this page to end; does not wait for it. TR_ENOTFOUND: it has ended already.
int tr_task_cancel(tr_page *page, int64_t task);

// Waits until it has ended, however it did: 0, also when it had before; TR_ETIMEOUT; TR_ECANCELLED
// (the caller is to end); TR_EINVALID (it is the caller itself).
int tr_task_wait(tr_event *ev, int64_t task, uint64_t deadline_ms);

// Runs a handler every so many milliseconds (skipping a beat while it still runs); its event is
// named "interval". An interval is known by its handler, within a component by that too: setting it
// again changes the time, 0 ends it. It ends with the component that set it, or the page.
int tr_every(tr_page *page, uint64_t milliseconds, const tr_handler *handler);
#define tr_every(...) TR_CHECKED_(tr_every(__VA_ARGS__))

// -- for libraries that bring an event loop, or descriptors, of their own --

// The page's core thread: tr_core_loop(core) is its libev loop (troupe/actors/core.h), on which watchers
// may be put from async handlers. NULL in a sync handler, whose thread has no loop.
typedef struct tr_core tr_core;
typedef struct tr_message tr_message;
tr_core *tr_page_core(tr_page *page);

// As tr_coroutine_wait_fd (troupe/actors/coroutine.h), in an async handler. TR_EWRONGTHREAD in a sync one,
// which may block in poll as it likes.
int tr_wait_fd(tr_event *ev, int fd, unsigned events, uint64_t deadline_ms);

// Waits in an async handler until a callback calls tr_coroutine_resume with the coroutine
// (tr_coroutine_current() of before) and a result, which this returns; TR_ETIMEOUT, TR_ECANCELLED:
// take the callback back, then. TR_EWRONGTHREAD in a sync handler.
//
// In a handler use these and not the waits of troupe/actors/coroutine.h themselves: changes go out first,
// and controls that the handler built stay its own.
int tr_wait_for(tr_event *ev, uint64_t deadline_ms);

// Asks an actor (troupe/actors/actor.h) and waits for its answer, which is the caller's to free
// (tr_message_free): codes as of tr_coroutine_ask. An async handler suspends, a sync one blocks.
int tr_wait_ask(tr_event *ev, tr_address to, uint32_t type, const void *body, uint64_t deadline_ms,
                tr_message **out);

// Runs a function of the author's that blocks: in an async handler on a pool thread while the
// handler waits (tr_pool_run of troupe/actors/pool.h). TR_EWRONGTHREAD in a sync handler, which may block
// itself.
typedef struct tr_pool_thread tr_pool_thread;
int64_t tr_wait_pool(tr_event *ev,
                     int64_t (*work)(tr_pool_thread *thread, const void *input, size_t size),
                     const void *input, size_t size, uint64_t deadline_ms, void *result,
                     size_t *result_size);
#define tr_wait_pool(...) TR_CHECKED_(tr_wait_pool(__VA_ARGS__))

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
