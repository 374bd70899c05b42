#ifndef GRID_ORDERS_H
#define GRID_ORDERS_H

// The orders in SQLite. Every call opens the file anew: it costs a fraction of a millisecond, and no
// thread keeps a file open. Calls block, so they are for sync handlers.

#include "state.h"

struct order {
    long long id, cents;
    char customer[80], city[40], day[16];
};

// How many orders pass the filter; -1: they cannot be read.
long count_orders(const struct grid *grid);

// The orders from `first` on, as the grid is sorted. Returns how many; 0: they cannot be read.
unsigned read_orders(const struct grid *grid, unsigned first, unsigned count, struct order *out);

// Writes the edited cell. False: it cannot be saved, or an amount is no number.
bool save_order(const struct grid *grid, const char *typed);

#endif
