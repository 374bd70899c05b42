#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "pieces.h"

// One order per column, and a second one behind it: rows that jump about cannot be read.
static int by_pid(const void *one, const void *two)
{
    uint32_t a = ((const struct process *)one)->pid, b = ((const struct process *)two)->pid;
    return (a > b) - (a < b);
}

static int by_name(const void *one, const void *two)
{
    int order = strcmp(((const struct process *)one)->name, ((const struct process *)two)->name);
    return order != 0 ? order : by_pid(one, two);
}

static int by_user(const void *one, const void *two)
{
    int order = strcmp(((const struct process *)one)->user, ((const struct process *)two)->user);
    return order != 0 ? order : by_pid(one, two);
}

static int by_memory(const void *one, const void *two)
{
    uint64_t a = ((const struct process *)one)->memory_bytes;
    uint64_t b = ((const struct process *)two)->memory_bytes;
    return a != b ? (a > b) - (a < b) : by_pid(one, two);
}

static int by_cpu(const void *one, const void *two)
{
    float a = ((const struct process *)one)->cpu, b = ((const struct process *)two)->cpu;
    return a != b ? (a > b) - (a < b) : by_memory(one, two);
}

static ui_control *process_row(const struct process *process)
{
    return ui_data_row(.key = ui_format("process-%u", process->pid),
                       .cells =
                           UI_LIST(ui_data_cell(process->name),
                                   ui_data_cell(ui_format("%.1f %%", (double)process->cpu * 100)),
                                   ui_data_cell(size_text(process->memory_bytes)),
                                   ui_data_cell(ui_format("%u", process->pid)),
                                   ui_data_cell(process->user)));
}

void process_rows(struct process *processes, uint32_t count, enum column column, bool is_ascending,
                  ui_control *rows[ROW_COUNT + 1])
{
    static int (*const orders[])(const void *, const void *) = {by_name, by_cpu, by_memory, by_pid,
                                                                by_user};
    qsort(processes, count, sizeof *processes, orders[column]);
    uint32_t shown = 0;
    for (; shown < count && shown < ROW_COUNT; shown++)
        rows[shown] = process_row(&processes[is_ascending ? shown : count - 1 - shown]);
    rows[shown] = UI_END;
}
