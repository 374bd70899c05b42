#include "sdk/session/source_table.h"

#include <string.h>

#include "base/log.h"

// Bounds of the section, made by the linker; absent in a program without sources.
extern const tr_source __start_tr_sources[] __attribute__((weak));
extern const tr_source __stop_tr_sources[] __attribute__((weak));

const tr_source *tr_source_find(tr_slice name)
{
    for (const tr_source *one = __start_tr_sources; one < __stop_tr_sources; one++)
        if (tr_slice_is(name, one->name))
            return one;
    return NULL;
}

int tr_sources_check(void)
{
    for (const tr_source *one = __start_tr_sources; one < __stop_tr_sources; one++)
        for (const tr_source *two = one + 1; two < __stop_tr_sources; two++)
            if (strcmp(one->name, two->name) == 0) {
                tr_log(TR_LOG_ERROR, "event=source_name_taken source=%s", one->name);
                return TR_EEXISTS;
            }
    return 0;
}
