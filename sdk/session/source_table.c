#include "sdk/session/source_table.h"

#include "base/log.h"
#include "wire/linker_sets.h"

const tr_source *tr_source_find(tr_slice name)
{
    return TR_SET_FIND(TR_SET_SOURCES, tr_source, name);
}

int tr_sources_check(void)
{
    const char *name = TR_SET_TWIN(TR_SET_SOURCES, tr_source);
    if (name == NULL)
        return 0;
    tr_log(TR_LOG_ERROR, "event=source_name_taken source=%s", name);
    return TR_EEXISTS;
}
