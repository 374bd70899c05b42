#include <stdio.h>
#include <string.h>

#include "tests/chaos/visitor.h"

// -- a counter --

enum { CALLS_EACH = 4 };

bool visitor_adds(visitor *self)
{
    browser_click(self->tab, "add");
    return true;
}

unsigned visitor_sees_count(visitor *self)
{
    return browser_number(self->tab, "count");
}

// Now and then it has a sync handler run as well, in a handlers process where there are some. That one
// counts nothing: it may end with its process, and the page goes on.
static bool count_one(visitor *self)
{
    if (self->clicks == 0)
        browser_click(self->tab, "hear errors");
    if (self->clicks % CALLS_EACH == 1)
        browser_click(self->tab, "ask who blocking");
    return visitor_adds(self);
}

const visitor_app visitor_counts = {
    .name = "counter", .sign = "add", .act = count_one, .look = visitor_sees_count};

// -- a list of things: "thing 1" and so on, always the next is added, always the oldest deleted --

enum { THINGS = 8 };

typedef struct things {
    unsigned count;
    unsigned oldest; // number; 0: there is none
    unsigned newest;
} things;

static void note_thing(things *self, const char *label)
{
    unsigned number = 0;
    if (sscanf(label, "thing %u", &number) != 1)
        return;
    self->count++;
    self->oldest = self->oldest == 0 || number < self->oldest ? number : self->oldest;
    self->newest = number > self->newest ? number : self->newest;
}

static void find_things(const cm_value *at, things *out)
{
    if (at == NULL || at->kind == CM_SCALAR)
        return;
    const cm_value *label = at->kind == CM_MAP ? tr_cm_get(at, "label") : NULL;
    if (label != NULL && label->kind == CM_SCALAR)
        note_thing(out, tr_cm_text(label));
    for (uint32_t i = 0; i < at->count; i++)
        find_things(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], out);
}

// What was added and what was deleted; a thing that is there twice, or is missing in between, is
// one too many or too few.
static unsigned look_at_list(visitor *self)
{
    things there = {0};
    find_things(browser_page(self->tab), &there);
    if (there.count == 0)
        return 0;
    return there.newest + there.oldest - 1 + there.count - (there.newest + 1 - there.oldest);
}

static bool delete_oldest(visitor *self)
{
    char name[32];
    (void)snprintf(name, sizeof name, "Delete thing %u", self->deleted + 1);
    uint32_t id = browser_id(self->tab, name);
    if (id == 0)
        return false;
    browser_click_id(self->tab, id);
    self->deleted++;
    return true;
}

// A person types where the last thing has been taken from the field.
static bool list_one(visitor *self)
{
    char name[32];
    if (self->shown != self->clicks)
        return false;
    if (self->added - self->deleted >= THINGS)
        return delete_oldest(self);
    (void)snprintf(name, sizeof name, "thing %u", ++self->added);
    browser_type(self->tab, "What is to be done?", name);
    browser_click(self->tab, "Add");
    return true;
}

const visitor_app visitor_lists = {.name = "todo",
                                   .program = "todo",
                                   .sign = "What is to be done?",
                                   .act = list_one,
                                   .look = look_at_list};
