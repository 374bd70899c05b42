// What a headless browser sees.

#include <stdlib.h>
#include <string.h>

#include "tests/support/browser_record.h"

static const char *const names[] = {"semantics_label", "tooltip", "label", "content"};
static const char *const texts[] = {"value", "content", "label"};

static bool is_text(const cm_value *control, const char *property, const char *text)
{
    const cm_value *value = tr_cm_get(control, property);
    return value != NULL && value->kind == CM_SCALAR && strcmp(tr_cm_text(value), text) == 0;
}

static cm_value *find_named(cm_value *at, const char *name)
{
    cm_value *found = NULL;
    if (at == NULL || at->kind == CM_SCALAR)
        return NULL;
    if (at->kind == CM_MAP && tr_cm_get(at, "_c") != NULL)
        for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
            if (is_text(at, names[i], name))
                return at;
    for (uint32_t i = 0; i < at->count && found == NULL; i++)
        found = find_named(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], name);
    return found;
}

static unsigned count_texts(const cm_value *at, const char *text)
{
    unsigned count = 0;
    if (at == NULL || at->kind == CM_SCALAR)
        return 0;
    if (at->kind == CM_MAP && tr_cm_get(at, "_c") != NULL)
        for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
            count += is_text(at, texts[i], text);
    for (uint32_t i = 0; i < at->count; i++)
        count += count_texts(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], text);
    return count;
}

static void tell_texts(const cm_value *at, tr_buf *out)
{
    enum { TOLD_BYTES = 1000 };
    if (at == NULL || at->kind == CM_SCALAR || out->size > TOLD_BYTES)
        return;
    if (at->kind == CM_MAP && tr_cm_get(at, "_c") != NULL)
        for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++) {
            const cm_value *value = tr_cm_get(at, texts[i]);
            if (value != NULL && value->kind == CM_SCALAR && tr_cm_text(value)[0] != '\0')
                tr_buf_printf(out, " '%.40s'", tr_cm_text(value));
        }
    for (uint32_t i = 0; i < at->count; i++)
        tell_texts(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], out);
}

void browser_tell(browser *self, tr_buf *out)
{
    tr_buf_printf(out, "\n%.10s %s, %u packets:", self->session_id,
                  self->fd < 0 ? "closed" : "open", self->packets);
    tell_texts(self->page.page, out);
}

unsigned browser_count(browser *self, const char *text)
{
    browser_take(self);
    return count_texts(self->page.page, text);
}

bool browser_sees(browser *self, const char *text)
{
    return browser_count(self, text) != 0;
}

cm_value *browser_page(browser *self)
{
    browser_take(self);
    return self->page.page;
}

cm_value *browser_control(browser *self, const char *name)
{
    browser_take(self);
    return find_named(self->page.page, name);
}

uint32_t browser_id(browser *self, const char *name)
{
    return (uint32_t)tr_cm_integer(tr_cm_get(browser_control(self, name), "_i"));
}

const char *browser_text(browser *self, const char *name)
{
    cm_value *control = browser_control(self, name);
    for (unsigned i = 0; control != NULL && i < sizeof texts / sizeof *texts; i++)
        if (tr_cm_get(control, texts[i]) != NULL)
            return tr_cm_text(tr_cm_get(control, texts[i]));
    return "";
}

unsigned browser_number(browser *self, const char *name)
{
    return (unsigned)strtoul(browser_text(self, name), NULL, 10);
}

unsigned browser_close_code(browser *self)
{
    browser_take(self);
    return self->fd < 0 ? self->close_code : 0;
}

const char *browser_session_id(const browser *self)
{
    return self->session_id;
}

unsigned browser_packets(browser *self)
{
    browser_take(self);
    return self->packets;
}

unsigned browser_heard(browser *self)
{
    browser_take(self);
    return self->heard;
}

size_t browser_bytes(const browser *self)
{
    return self->bytes;
}

tr_buf browser_page_bytes(const browser *self)
{
    return self->page_bytes;
}

const char *browser_crash(browser *self)
{
    browser_take(self);
    return self->crash;
}

unsigned browser_unsafe(browser *self)
{
    browser_take(self);
    return browser_numbers_unsafe(self->numbers);
}
