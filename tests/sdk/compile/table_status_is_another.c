// says: is a member of type ui_table_status.*docs/howto/tables.md
#include <troupe/troupe.h>

struct shop {
    int orders;
};

UI_TABLE(orders_table, struct shop, orders, NULL, UI_COLUMNS({.title = "Number"}));
