#include "sdk/catalog/misuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log_budget.h"
#include "base/misuse_way.h"
#include "base/number.h"
#include "troupe/err.h"

static _Thread_local tr_misuse_place *place;
static _Thread_local const tr_handler *current;

tr_misuse_place *tr_misuse_swap(tr_misuse_place *next)
{
    tr_misuse_place *before = place;
    place = next;
    return before;
}

void tr_misuse_set_handler(const tr_handler *handler)
{
    current = handler;
}

static const tr_handler *handler_now(void)
{
    return place != NULL ? place->handler : current;
}

const char *tr_misuse_where(const tr_handler *handler)
{
    static _Thread_local char where[300];
    where[0] = '\0';
    if (handler != NULL && handler->file != NULL)
        snprintf(where, sizeof where, " handler=%s at=%s:%u", handler->name, handler->file,
                 handler->line);
    else if (handler != NULL)
        snprintf(where, sizeof where, " handler=%s", handler->name);
    return where;
}

static uint64_t kind_of(const tr_handler *handler, const char *event)
{
    uint64_t kind = tr_log_kind(0, event, (uint32_t)strlen(event));
    return handler != NULL ? tr_log_kind(kind, handler->name, (uint32_t)strlen(handler->name))
                           : kind;
}

typedef struct line {
    char text[1400];
    size_t size;
} line;

__attribute__((format(printf, 2, 3))) static void put(line *self, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int size =
        tr_format_list(self->text + self->size, sizeof self->text - self->size, format, args);
    va_end(args);
    if (size > 0)
        self->size += (size_t)size < sizeof self->text - self->size
                          ? (size_t)size
                          : sizeof self->text - self->size - 1;
}

static void put_slice(line *self, const char *name, tr_slice value)
{
    if (value.size != 0)
        put(self, " %s=%s", name, tr_log_quote(value.data, value.size));
}

static void put_guesses(line *self, const tr_misuse *misuse)
{
    if (misuse->offer == NULL)
        return;
    char guesses[TR_NEAR_GUESSES * 70];
    tr_near near = tr_near_to(misuse->wanted);
    misuse->offer(misuse->arg, &near);
    tr_near_print(&near, guesses, sizeof guesses);
    put_slice(self, "nearest", tr_slice_of(guesses));
}

static void write(const char *event, const tr_handler *handler, const char *text)
{
    char whole[2048];
    tr_format(whole, sizeof whole, "event=%s%s %s", event, tr_misuse_where(handler),
              text + strspn(text, " "));
    tr_log(TR_LOG_WARN, "%s", whole);
    tr_misuse_said(whole);
}

int tr_misuse_report(const tr_misuse *misuse)
{
    if (place != NULL)
        place->is_said = true;
    const tr_handler *handler = handler_now();
    uint64_t kind = kind_of(handler, tr_err_name(misuse->code));
    kind = tr_log_kind(kind, misuse->key.data, misuse->key.size);
    kind = tr_log_kind(kind, misuse->property.data, misuse->property.size);
    uint32_t left_out;
    if (!tr_log_may(kind, &left_out))
        return misuse->code;
    line self = {.size = 0};
    if (place != NULL && place->session != NULL)
        put(&self, " session=%.6s", place->session);
    if (misuse->control != NULL)
        put(&self, " control=%s", misuse->control);
    put_slice(&self, "key", misuse->key);
    put_slice(&self, "property", misuse->property);
    const char *text = misuse->text != NULL ? misuse->text : tr_err_text(misuse->code);
    put(&self, " error=%s text=%s", tr_err_name(misuse->code),
        tr_log_quote(text, (unsigned)strlen(text)));
    put_guesses(&self, misuse);
    if (left_out != 0)
        put(&self, " left_out=%u", left_out);
    put(&self, " read=docs/howto/errors.md");
    write("page_misuse", handler, self.text);
    return misuse->code;
}

int tr_misuse_refuse(int code, const char *text)
{
    return tr_misuse_report(&(tr_misuse){.code = code, .text = text});
}

void tr_misuse_say(const char *event, const char *format, ...)
{
    const tr_handler *handler = handler_now();
    uint32_t left_out;
    if (!tr_log_may(kind_of(handler, event), &left_out))
        return;
    char text[1200];
    va_list args;
    va_start(args, format);
    tr_format_list(text, sizeof text, format, args);
    va_end(args);
    write(event, handler, text);
}

int tr_misuse_not_given(const char *call)
{
    char text[96];
    snprintf(text, sizeof text, "%s needs what is NULL", call);
    return tr_misuse_refuse(TR_EINVALID, text);
}
