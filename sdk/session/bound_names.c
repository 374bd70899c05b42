#include "sdk/session/bound_names.h"

#include "base/log.h"
#include "troupe/err.h"
#include "troupe/pages/form.h"
#include "troupe/pages/table.h"
#include "wire/linker_sets.h"

static int refuse(const char *what, const char *macro, const char *name)
{
    tr_log(
        TR_LOG_ERROR,
        "event=%s_name_taken %s=%s text=\"two %s have this name, by which they are found: one of "
        "them needs another\"",
        what, what, name, macro);
    return TR_EEXISTS;
}

int tr_bound_names_check(void)
{
    const char *form = TR_SET_TWIN(TR_SET_FORMS, ui_form);
    const char *table = TR_SET_TWIN(TR_SET_TABLES, ui_table);
    int forms = form != NULL ? refuse("form", "UI_FORM", form) : 0;
    int tables = table != NULL ? refuse("table", "UI_TABLE", table) : 0;
    return forms < 0 ? forms : tables;
}
