// says: tr_handler
#include <troupe/troupe.h>

struct shop {
    ui_table_status orders;
};

static void save_order(tr_event *ev)
{
    (void)ev;
}

UI_TABLE(orders_table, struct shop, orders, NULL,
         UI_COLUMNS({.title = "Number", .on_save = save_order}));
