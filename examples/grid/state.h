#ifndef GRID_STATE_H
#define GRID_STATE_H

// The state of a session of the grid, and the columns that it is sorted and edited by.

#include <stdbool.h>
#include <troupe/troupe.h>

#define SELECTED_CAP 200
#define FILTER_BYTES 120

enum { ID, CUSTOMER, CITY, AMOUNT, DAY, COLUMNS };

struct column {
    const char *name; // in the table
    const char *title;
    int width;
    bool is_number;
    bool is_edited;
};
extern const struct column columns[COLUMNS];

struct grid {
    unsigned count; // of rows that pass the filter
    int sorted_by;
    bool is_descending;
    char filter[FILTER_BYTES];
    unsigned filter_number; // of the latest one typed
    long long edited;       // the order whose cell is a field; 0: none
    int edited_column;
    long long selected[SELECTED_CAP];
    unsigned selected_count;
};
TR_LAYOUT(struct grid, count, sorted_by, is_descending, filter, filter_number, edited,
          edited_column, selected, selected_count);

#endif
