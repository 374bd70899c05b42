#include "tests/golden/talk.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/must.h"

bool talk_fail(talk *self, const char *format, ...)
{
    if (talk_failed(self))
        return false;
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    tr_buf_printf(&self->why, "%s", text);
    return false;
}

talk_effect *talk_add_effect(talk *self, enum talk_effect_kind kind, const char *name)
{
    talk_effect **at = &self->effects;
    while (*at != NULL)
        at = &(*at)->next;
    *at = calloc(1, sizeof **at);
    tr_must(*at != NULL);
    (*at)->kind = kind;
    snprintf((*at)->name, sizeof(*at)->name, "%s", name);
    return *at;
}

uint32_t talk_find(const talk *self, const char *name)
{
    if (name == NULL)
        return 0;
    if (strcmp(name, "page") == 0)
        return TR_ID_PAGE;
    for (unsigned i = self->name_count; i-- > 0;)
        if (strcmp(self->names[i].name, name) == 0)
            return self->names[i].id;
    return 0;
}

void talk_name(talk *self, const char *name, uint32_t id)
{
    tr_must(self->name_count < TALK_NAMES_CAP);
    self->names[self->name_count].name = name;
    self->names[self->name_count++].id = id;
}
