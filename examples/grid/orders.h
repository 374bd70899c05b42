#ifndef GRID_ORDERS_H
#define GRID_ORDERS_H

// The orders in SQLite. Every call opens the file anew: it costs a fraction of a millisecond, and no
// thread keeps a file open. Calls block, so they are for sync handlers.

#include <stdbool.h>

#define FILTER_BYTES 120

enum { ID, CUSTOMER, CITY, AMOUNT, DAY };

struct order {
    long long id, cents;
    char customer[80], city[40], day[16];
};

struct query {
    char filter[FILTER_BYTES]; // a part of the customer's name or of the city
    unsigned count;            // of orders that pass it
    int sorted_by;             // ID …
    bool is_descending;
};

// How many orders pass the filter; -1: they cannot be read.
long count_orders(const char *filter);

// The orders from `first` on. Returns how many; 0: they cannot be read.
unsigned read_orders(const struct query *query, unsigned first, unsigned count, struct order *out);

// Writes a column of an order. False: it cannot be saved, or an amount is no number.
bool save_order(long long id, int column, const char *typed);

#endif
