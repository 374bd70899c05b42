#include "bench/placement_events.h"

#include "base/mem.h"

static bool is_earlier(const placement_event *one, const placement_event *two)
{
    return one->at_us != two->at_us ? one->at_us < two->at_us : one->order < two->order;
}

static void swap(placement_event *one, placement_event *two)
{
    placement_event kept = *one;
    *one = *two;
    *two = kept;
}

void placement_events_add(placement_events *self, placement_event event)
{
    if (self->count == self->cap) {
        self->cap = self->cap != 0 ? 2 * self->cap : 1024;
        self->heap = tr_realloc(self->heap, self->cap * sizeof *self->heap);
    }
    event.order = self->made++;
    uint32_t at = self->count++;
    self->heap[at] = event;
    for (; at != 0 && is_earlier(&self->heap[at], &self->heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&self->heap[at], &self->heap[(at - 1) / 2]);
}

static void sink(placement_events *self)
{
    for (uint32_t at = 0;;) {
        uint32_t least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < self->count; child++)
            if (is_earlier(&self->heap[child], &self->heap[least]))
                least = child;
        if (least == at)
            return;
        swap(&self->heap[at], &self->heap[least]);
        at = least;
    }
}

bool placement_events_next(placement_events *self, uint64_t until_us, placement_event *out)
{
    if (self->count == 0 || self->heap[0].at_us > until_us)
        return false;
    *out = self->heap[0];
    self->heap[0] = self->heap[--self->count];
    sink(self);
    return true;
}

void placement_events_done(placement_events *self)
{
    tr_free(self->heap);
    *self = (placement_events){0};
}
