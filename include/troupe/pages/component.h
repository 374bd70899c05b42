#ifndef TROUPE_COMPONENT_H
#define TROUPE_COMPONENT_H

// Controls of one's own, composed of others: with a state, and with tasks that end with them.
//
//     struct countdown { const char *key; int seconds; };
//     TR_LAYOUT(struct countdown, key, seconds);
//
//     static ui_control *build(tr_event *ev)
//     {
//         const struct countdown *self = tr_component_state(ev);
//         return ui_text(ui_format("%02d:%02d", self->seconds / 60, self->seconds % 60));
//     }
//
//     TR_ASYNC(countdown_run)
//     {
//         struct countdown *self = tr_component_state(ev);
//         while (self->seconds > 0 && tr_sleep(ev, 1000) == 0)
//             self->seconds--;
//     }
//
//     static void did_mount(tr_event *ev) { (void)tr_run_task(ev, countdown_run); }
//
//     TR_COMPONENT(countdown, struct countdown, .rebuilds = true, .build = build,
//                  .did_mount = did_mount);
//     #define countdown(...) TR_CONTROL(countdown, struct countdown, __VA_ARGS__)
//
//     ... ui_row(UI(countdown(.key = "tea", .seconds = 120), countdown(.seconds = 60))) ...
//
// The state is a struct of plain bytes, of which the session keeps one for each instance on the
// page: it starts as what the constructor was given, and is saved and moved with the session. Its
// pointers would mean nothing elsewhere: `key`, which every such struct has, is for the constructor
// alone (it is NULL in the state); keep texts in arrays.
//
// An instance is found again by its key (those without one by place and component) when what it
// lies in is built again (ui_set_children, tr_app.rebuilds). Then it takes over what it is given
// now, if that is not what it was given last: see before_update.
//
// Handlers of the controls inside, hooks, and what those start belong to the instance: there
//
//     tr_component_state   is its state
//     a key                means a control inside, or else one of the component around, up to the page:
//                          instances share no keys, and what lies outside sees none of theirs
//     tr_run_task          ends with it, unless told otherwise; tr_every does
//
// Components may be built of components: one that lies inside is mounted before the one around it.
//
// Thread: tr_component_new any; hooks run on the session's thread, like async handlers.

#include <stdbool.h>
#include <stddef.h>

#include "troupe/controls/controls.h"
#include "troupe/pages/event.h"
#include "troupe/pages/layout.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

#define TR_COMPONENT_STATE_CAP_BYTES 65536u // of a state struct
#define TR_COMPONENTS_PER_PAGE_CAP 4096u // instances; one more stays empty, with a line in the log

typedef struct tr_component {
    const char *name;        // unique in the program: a saved session finds it by that
    size_t size;             // of its state
    size_t key_offset;       // of the member `key` in it
    const tr_layout *layout; // of the struct (troupe/pages/layout.h); TR_COMPONENT sets it
    // Of its state: one that was saved with another version starts anew as what it was given. One
    // that was saved with another layout shows nothing until the page gives it a new one.
    unsigned version;
    // After each handler and task of an instance that ran or waited its `build` runs again, and
    // what differs goes out. Other changes that handlers made to the view are undone, as with
    // tr_app.rebuilds.
    bool rebuilds;
    // Makes what the instance shows. May wait; nothing is shown until it returns. NULL: nothing.
    ui_control *(*build)(tr_event *ev);
    // The page was built again and gives the instance something else than last time
    // (tr_component_given): takes over into the state what it wants of it; `build` runs next.
    // Without one the whole state becomes what was given.
    void (*before_update)(tr_event *ev);
    // It is on the page: starts its tasks. The event's name is "mount", or "restore" when the
    // session was restored: then the state is the saved one, and its controls are there. It may
    // wait, and ends like a task.
    void (*did_mount)(tr_event *ev);
    // It was removed, or its page ends: its tasks are cancelled, its controls are gone; the state
    // is there until this returns. When the page ends nothing can wait any more.
    void (*will_unmount)(tr_event *ev);
} tr_component;

// See above; the struct has a TR_LAYOUT. The rest are members of tr_component.
#define TR_COMPONENT(name_, type, ...)                                                             \
    TR_ASSERT_(sizeof(type) <= TR_COMPONENT_STATE_CAP_BYTES,                                       \
               "the state is too large: docs/howto/custom-controls.md");                           \
    TR_CHECKED_FROM_HERE_                                                                          \
    static const tr_component name_[1]                                                             \
        __attribute__((section("tr_components"), used, aligned(__alignof__(tr_component)))) = {    \
            {.name = #name_,                                                                       \
             .size = sizeof(type),                                                                 \
             .key_offset = offsetof(type, key),                                                    \
             .layout = TR_LAYOUT_OF(type),                                                         \
             __VA_ARGS__}};                                                                        \
    TR_CHECKED_TO_HERE_

// A control that shows a new instance of the component.
#define TR_CONTROL(component, type, ...)                                                           \
    TR_CHECKED_(                                                                                   \
        tr_component_new((component), &TR_GIVEN_(type, TR_UNSET_(.key = NULL, ) __VA_ARGS__)))

ui_control *tr_component_new(const tr_component *component, const void *given);

// The state of the instance that the handler belongs to; it stays where it is while the handler
// runs. NULL: it belongs to none, the instance is gone, or it is a sync handler (give one the
// values it needs as payload: tr_run_thread).
void *tr_component_state(tr_event *ev);
#ifdef __cplusplus
#define tr_component_state(ev) (tr_pointer_of{(tr_component_state)(ev)})
#endif

// The arguments that the constructor was given last. NULL as above.
const void *tr_component_given(tr_event *ev);

// Builds the instance again, soon: for a component that does not do so after each handler. 0,
// TR_ENOTFOUND (the handler belongs to none), TR_EWRONGTHREAD (a sync handler).
int tr_component_update(tr_event *ev);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
