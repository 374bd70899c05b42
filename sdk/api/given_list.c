#include "sdk/api/given_list.h"

#include "base/code_here.h"
#include "base/poison.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"

ui_control *const ui_end = NULL;

int tr_given_list_count(ui_control *const *list, uint32_t *out_count)
{
    uint32_t count = 0;
    int result = 0;
    *out_count = 0;
    if (list == NULL)
        return 0;
    if (tr_given_is_gone(list))
        return TR_EINVALID;
    tr_code_runs.doing = "list_without_UI_END";
    for (; result == 0 && list[count] != UI_END; count++)
        if (tr_is_poisoned(&list[count + 1]))
            result = tr_misuse_refuse(TR_EINVALID, "a list of controls ends without UI_END");
    tr_code_runs.doing = NULL;
    *out_count = count;
    return result;
}

bool tr_given_is_gone(const void *given)
{
    if (!tr_is_poisoned(given))
        return false;
    (void)tr_misuse_refuse(TR_EINVALID,
                           "what an argument points to is gone: its block has ended, or it was "
                           "freed");
    return true;
}
