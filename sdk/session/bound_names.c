#include "sdk/session/bound_names.h"

#include "base/log.h"
#include "sdk/session/section_names.h"
#include "troupe/err.h"

// Bounds of the sections, made by the linker; absent in a program without them.
extern const ui_form __start_tr_forms[] __attribute__((weak));
extern const ui_form __stop_tr_forms[] __attribute__((weak));
extern const ui_table __start_tr_tables[] __attribute__((weak));
extern const ui_table __stop_tr_tables[] __attribute__((weak));

static int refuse(const char *what, const char *macro, const char *name)
{
    tr_log(
        TR_LOG_ERROR,
        "event=%s_name_taken %s=%s text=\"two %s have this name, by which they are found: one of "
        "them needs another\"",
        what, what, name, macro);
    return TR_EEXISTS;
}

int tr_forms_check(const ui_form *first, const ui_form *end)
{
    const char *name = TR_SECTION_TWIN(ui_form, first, end);
    return name != NULL ? refuse("form", "UI_FORM", name) : 0;
}

int tr_tables_check(const ui_table *first, const ui_table *end)
{
    const char *name = TR_SECTION_TWIN(ui_table, first, end);
    return name != NULL ? refuse("table", "UI_TABLE", name) : 0;
}

int tr_bound_names_check(void)
{
    int forms = tr_forms_check(__start_tr_forms, __stop_tr_forms);
    int tables = tr_tables_check(__start_tr_tables, __stop_tr_tables);
    return forms < 0 ? forms : tables;
}
