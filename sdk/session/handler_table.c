// This file stands for all of the library's, which has handlers of its own.
#undef TR_INSIDE_

#include "sdk/session/handler_table.h"

#include "base/log.h"
#include "wire/linker_sets.h"

const tr_handler *tr_handler_find(tr_slice name)
{
    return TR_SET_FIND(TR_SET_HANDLERS, tr_handler, name);
}

tr_slice tr_handler_name(const tr_handler *handler)
{
    return tr_slice_of(handler->name);
}

unsigned tr_handlers_check_options(void)
{
    unsigned count = 0;
    const tr_handler *one = NULL;
    while ((one = tr_set_after(TR_SET_HANDLERS, sizeof *one, one)) != NULL) {
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
    const char *name = TR_SET_TWIN(TR_SET_HANDLERS, tr_handler);
    if (name == NULL)
        return 0;
    tr_log(TR_LOG_ERROR, "event=handler_name_taken handler=%s", name);
    return TR_EEXISTS;
}
