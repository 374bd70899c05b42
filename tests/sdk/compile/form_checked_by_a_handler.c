// says: tr_handler
#include <troupe/troupe.h>

struct order {
    int count;
    ui_form_status status;
};

TR_ASYNC(look)
{
}

UI_FORM(order_form, struct order, status, NULL, UI_FIELD(count, .check = look));
