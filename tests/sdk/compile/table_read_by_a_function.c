// says: tr_handler
#include <troupe/troupe.h>

struct shop {
    ui_table_status orders;
};

static void read_orders(tr_event *ev)
{
    (void)ev;
}

UI_TABLE(orders_table, struct shop, orders, read_orders, UI_COLUMNS({.title = "Number"}));
