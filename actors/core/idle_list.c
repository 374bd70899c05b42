// Which actors have had nothing to do for so long that they may sleep. A list per behaviour, in the
// order in which its actors were last looked at: all have the same patience, so the first one is
// due first. A turn of an actor only notes the time; who turns out to have been active goes to the
// end.

#include "actors/core/idle_list.h"

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/timer.h"
#include "base/mem.h"
#include <utlist.h>

// Put to sleep in one turn of the loop; the others follow in the next one.
enum { LOOKS_PER_TURN = 256 };

struct tr_idle_list {
    tr_core *core;
    const tr_behaviour *behaviour;
    tr_idle *head;
    tr_timer timer; // for the first one
};

static void append(struct tr_idle_list *list, tr_idle *idle)
{
    idle->since_ms = list->core->now_ms;
    DL_APPEND(list->head, idle);
}

static bool is_due(const struct tr_idle_list *list, uint64_t since_ms)
{
    return list->core->now_ms - since_ms >= list->behaviour->passivate_after_ms;
}

static void wait_for_first(struct tr_idle_list *list)
{
    if (list->head == NULL)
        return;
    uint64_t waited_ms = list->core->now_ms - list->head->since_ms;
    uint64_t patience_ms = list->behaviour->passivate_after_ms;
    tr_timer_start(&list->timer, waited_ms < patience_ms ? patience_ms - waited_ms : 0, 0);
}

static void on_due(tr_timer *timer)
{
    struct tr_idle_list *list = timer->arg;
    for (unsigned looks = LOOKS_PER_TURN; looks != 0; looks--) {
        tr_idle *first = list->head;
        if (first == NULL || !is_due(list, first->since_ms))
            break;
        uint64_t active_ms = first->active_ms;
        DL_DELETE(list->head, first);
        append(list, first);
        if (is_due(list, active_ms))
            list->core->passivate(first->actor); // or it does not want to, and is asked again
        else
            first->since_ms = active_ms;
    }
    wait_for_first(list);
}

static struct tr_idle_list *list_of(tr_core *core, const tr_behaviour *behaviour)
{
    struct tr_idle_list *list = tr_map_find(&core->idle_lists, (uint64_t)(uintptr_t)behaviour);
    if (list != NULL)
        return list;
    list = tr_new(struct tr_idle_list);
    list->core = core;
    list->behaviour = behaviour;
    tr_timer_init(&list->timer, core, on_due, list);
    tr_map_put(&core->idle_lists, (uint64_t)(uintptr_t)behaviour, list);
    return list;
}

void tr_idle_add(tr_actor *actor)
{
    struct tr_idle_list *list = list_of(actor->core, actor->behaviour);
    tr_idle *idle = tr_new(tr_idle);
    idle->actor = actor;
    idle->list = list;
    idle->active_ms = actor->core->now_ms;
    actor->extras->idle = idle;
    append(list, idle);
    if (!tr_timer_is_running(&list->timer))
        wait_for_first(list);
}

void tr_idle_remove(tr_actor *actor)
{
    DL_DELETE(actor->extras->idle->list->head, actor->extras->idle);
    tr_free(actor->extras->idle);
    actor->extras->idle = NULL;
}

void tr_idle_close(tr_core *core)
{
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->idle_lists, &at, NULL, &value)) {
        tr_timer_stop(&((struct tr_idle_list *)value)->timer);
        tr_free(value);
    }
    tr_map_done(&core->idle_lists);
}
