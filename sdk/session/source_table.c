#include "sdk/session/source_table.h"

#include "base/log.h"
#include "sdk/session/section_names.h"

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
    const char *name = TR_SECTION_TWIN(tr_source, __start_tr_sources, __stop_tr_sources);
    if (name == NULL)
        return 0;
    tr_log(TR_LOG_ERROR, "event=source_name_taken source=%s", name);
    return TR_EEXISTS;
}
