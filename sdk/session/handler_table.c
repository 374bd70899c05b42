#include "sdk/session/handler_table.h"

#include "base/log.h"
#include "sdk/session/section_names.h"

// Bounds of the section, made by the linker; absent in a program without handlers.
extern const tr_handler __start_tr_handlers[] __attribute__((weak));
extern const tr_handler __stop_tr_handlers[] __attribute__((weak));

const tr_handler *tr_handler_find(tr_slice name)
{
    for (const tr_handler *handler = __start_tr_handlers; handler < __stop_tr_handlers; handler++)
        if (tr_slice_is(name, handler->name))
            return handler;
    return NULL;
}

tr_slice tr_handler_name(const tr_handler *handler)
{
    return tr_slice_of(handler->name);
}

unsigned tr_handlers_check_options(void)
{
    unsigned count = 0;
    for (const tr_handler *one = __start_tr_handlers; one < __stop_tr_handlers; one++) {
        if (one->kind != TR_HANDLER_ASYNC || one->timeout_ms == 0)
            continue;
        tr_log(TR_LOG_WARN,
               "event=handler_option_unused handler=%s at=%s:%u option=timeout_ms "
               "text=\"only TR_SYNC handlers have a time limit\"",
               one->name, one->file, one->line);
        count++;
    }
    return count;
}

int tr_handlers_check(void)
{
    const char *name = TR_SECTION_TWIN(tr_handler, __start_tr_handlers, __stop_tr_handlers);
    if (name == NULL)
        return 0;
    tr_log(TR_LOG_ERROR, "event=handler_name_taken handler=%s", name);
    return TR_EEXISTS;
}
