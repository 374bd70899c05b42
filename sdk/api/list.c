// Lists of controls that grow (troupe/controls/controls.h): in the memory of a handler's texts.

#include <stdint.h>
#include <string.h>

#include "sdk/catalog/misuse.h"
#include "sdk/tree/node.h"
#include "sdk/tree/texts.h"
#include "troupe/controls/controls.h"
#include "troupe/err.h"

enum { FIRST = 16, LIST_CAP = 65536 };

// Twice as much room, and that for the end.
static int grow(ui_list *list)
{
    tr_texts *texts = tr_scope_texts();
    if (texts == NULL)
        return tr_misuse_refuse(TR_EINVALID,
                                "ui_push works in handlers, and while a page is built");
    uint32_t cap = list->cap != 0 ? list->cap * 2 : FIRST;
    size_t size = (cap + 1u) * sizeof(ui_control *);
    char *room = cap <= LIST_CAP ? tr_texts_take(texts, size + sizeof(void *)) : NULL;
    if (room == NULL)
        return tr_misuse_refuse(TR_EFULL, "a list has at most 65536 controls");
    size_t gap = -(uintptr_t)room % sizeof(void *);
    ui_control **items = (ui_control **)(void *)(room + gap);
    if (list->count != 0)
        memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->cap = cap;
    return 0;
}

int ui_push(ui_list *list, ui_control *control)
{
    if (list == NULL)
        return tr_misuse_not_given(__func__);
    int result = control != NULL && list->count == list->cap ? grow(list) : 0;
    if (control == NULL || result < 0)
        return result;
    list->items[list->count++] = control;
    list->items[list->count] = UI_END;
    return 0;
}

ui_control **ui_items(const ui_list *list)
{
    static ui_control *nothing[] = {UI_END};
    return list != NULL && list->count != 0 ? list->items : nothing;
}
