#include "sdk/catalog/icon_names.h"

#include <stdatomic.h>
#include <stdbool.h>

#include "sdk/catalog/misuse.h"
#include "sdk/catalog/nearest_name.h"
#include "sdk/catalog/tables.h"
#include "wire/limits.h"

static tr_near look(tr_slice name)
{
    tr_near near = tr_near_to(name);
    for (unsigned i = 0; i < tr_generated_icon_count; i++)
        tr_near_offer(&near, tr_slice_of(tr_generated_icons[i].name));
    return near;
}

unsigned tr_icon_guess(tr_slice name, const char *out[TR_ICON_GUESSES])
{
    tr_near near = look(name);
    unsigned count = tr_near_count(&near);
    for (unsigned i = 0; i < count; i++)
        out[i] = near.best[i].name.data;
    return count;
}

void tr_icon_warn(tr_slice name)
{
    static atomic_uint warnings;
    char nearest[256] = "";
    // Counts and nothing more: no order is needed.
    if (atomic_fetch_add_explicit(&warnings, 1, memory_order_relaxed) < TR_ICON_WARNINGS_CAP) {
        tr_near near = look(name);
        tr_near_print(&near, nearest, sizeof nearest);
    }
    tr_misuse_say("unknown_icon", "name=%s nearest=%s", tr_log_quote(name.data, name.size),
                  nearest);
}
