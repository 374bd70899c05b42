// says: tr_handler
#include <troupe/troupe.h>

struct order {
    int count;
    ui_form_status status;
};

static void send_it(tr_event *ev)
{
    (void)ev;
}

UI_FORM(order_form, struct order, status, send_it, UI_FIELD(count));
