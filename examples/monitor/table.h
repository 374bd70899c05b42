#ifndef MONITOR_TABLE_H
#define MONITOR_TABLE_H

// The processes, sorted by a column of the user's choice.

#include "sample.h"

enum column { COLUMN_NAME, COLUMN_CPU, COLUMN_MEMORY, COLUMN_PID, COLUMN_USER };

// Sorts the processes by the column and returns the table's first rows, ended by UI_END, in an array
// of ROW_COUNT + 1.
#define ROW_COUNT 15
void process_rows(struct process *processes, uint32_t count, enum column column, bool is_ascending,
                  ui_control *rows[ROW_COUNT + 1]);

#endif
