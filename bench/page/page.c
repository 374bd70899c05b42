// Measures one case of a page: `bench_page CASE COUNT` prints nanoseconds for one of COUNT
// operations (or microseconds, or bytes: see plan.mjs), and 0, as the runner's programs do. No
// browser, no bus, no session: the controls as an author builds them, the tree, and the bytes a
// browser would be sent.
//
// The page: 250 rows of two texts and a button, 1 000 controls in a column.

#include <malloc.h>

#include "bench/actors/yardstick.h"
#include "sdk/tree/tree.h"
#include "troupe/controls/controls.h"

enum { ROWS = 250, LIST_ROWS = 1000 };

static tr_node *build_rows(unsigned count)
{
    ui_control **rows = malloc((count + 1) * sizeof *rows);
    ensure(rows != NULL);
    for (unsigned i = 0; i < count; i++)
        rows[i] = ui_row(.spacing = 8,
                         UI(ui_text(ui_format("Row %u", i), .size = 16),
                            ui_text(ui_format("%u", i * 7)), ui_button("Open", .icon = "add")));
    rows[count] = UI_END;
    tr_node *column = ui_column(.spacing = 4, .controls = rows);
    free(rows);
    return column;
}

static tr_tree *page_of(tr_node *content)
{
    tr_tree *tree = tr_tree_new(0);
    ensure(tree != NULL && tr_tree_append(tree, tr_tree_view(tree), 0, content) == 0);
    return tree;
}

static double build_and_encode(uint64_t count)
{
    tr_buf out = {0};
    double begin = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        tr_tree *tree = page_of(build_rows(ROWS));
        out.size = 0;
        tr_tree_encode_page(tree, &out, 0);
        tr_tree_clean(tree, NULL);
        ensure(out.size > ROWS * 64);
        tr_tree_free(tree);
    }
    double each = (now_ns() - begin) / (double)count / 1000;
    tr_buf_done(&out);
    return each;
}

static double change_in(uint64_t count, unsigned rows)
{
    tr_tree *tree = page_of(build_rows(rows));
    tr_tree_clean(tree, NULL);
    tr_node *column = tr_node_children(tr_tree_view(tree), TR_PROP_CONTROLS)->at[0];
    tr_node *row = tr_node_children(column, TR_PROP_CONTROLS)->at[rows / 2];
    tr_node *text = tr_node_children(row, TR_PROP_CONTROLS)->at[0];
    tr_buf out = {0};
    double begin = now_ns();
    for (uint64_t i = 0; i < count; i++) {
        ensure(tr_tree_set_text(tree, text, i % 2 ? TR_SLICE("odd") : TR_SLICE("even")) == 0);
        out.size = 0;
        ensure(tr_tree_flush(tree, &out) == 1);
    }
    double each = (now_ns() - begin) / (double)count;
    tr_buf_done(&out);
    tr_tree_free(tree);
    return each;
}

static double change_in_1000(uint64_t count)
{
    return change_in(count, ROWS);
}

static double change_in_100000(uint64_t count)
{
    return change_in(count, ROWS * 100);
}

// The list that a `build` returns anew: 1 000 keyed rows, one of which shows another text each
// time, and of which the first `moved` go to the end.
static double reconcile(uint64_t count, unsigned moved)
{
    tr_tree *tree = page_of(ui_column());
    tr_node *column = tr_node_children(tr_tree_view(tree), TR_PROP_CONTROLS)->at[0];
    tr_node *rows[LIST_ROWS];
    tr_buf out = {0};
    double begin = 0;
    unsigned first = 0;
    for (uint64_t i = 0; i <= count; i++) {
        if (i == 1) // the first time they are all new
            begin = now_ns();
        for (unsigned at = 0; at < LIST_ROWS; at++) {
            unsigned id = (at + first) % LIST_ROWS;
            rows[at] = ui_text(id == LIST_ROWS / 2 ? ui_format("Row %llu", (unsigned long long)i)
                                                   : ui_format("Row %u", id),
                               .key = ui_format("row-%u", id));
        }
        first = (first + moved) % LIST_ROWS;
        ensure(tr_tree_reconcile(tree, column, 0, rows, LIST_ROWS) == 0);
        out.size = 0;
        ensure(tr_tree_flush(tree, &out) == 1);
        ensure(i == 0 || out.size < LIST_ROWS * 8); // no row was sent again
    }
    double each = (now_ns() - begin) / (double)count / 1000;
    tr_buf_done(&out);
    tr_tree_free(tree);
    return each;
}

static double reconcile_1000(uint64_t count)
{
    return reconcile(count, 0);
}

static double reconcile_1000_moved(uint64_t count)
{
    return reconcile(count, 1);
}

// Resident bytes of a Text in a page, its place in its column and in the page's index included.
static double bytes_of_text(uint64_t count, const char *beginning)
{
    double before = resident_bytes();
    tr_tree *tree = page_of(ui_column());
    tr_node *column = tr_node_children(tr_tree_view(tree), TR_PROP_CONTROLS)->at[0];
    for (uint64_t i = 0; i < count; i++)
        ensure(tr_tree_append(tree, column, 0,
                              ui_text(ui_format("%s%05llu", beginning, (unsigned long long)i))) ==
               0);
    tr_tree_clean(tree, NULL);
    malloc_trim(0);
    double each = (resident_bytes() - before) / (double)count;
    tr_tree_free(tree);
    return each;
}

static double text_bytes(uint64_t count)
{
    return bytes_of_text(count, "Number ");
}

static double long_text_bytes(uint64_t count)
{
    return bytes_of_text(count, "A line of a text ");
}

static const yardstick_case cases[] = {
    {"build-and-encode-1000", build_and_encode, 0},    {"change-in-1000", change_in_1000, 0},
    {"change-in-100000", change_in_100000, 0},         {"reconcile-1000", reconcile_1000, 0},
    {"reconcile-1000-moved", reconcile_1000_moved, 0}, {"text-bytes", text_bytes, 0},
    {"long-text-bytes", long_text_bytes, 0},           {0},
};

int main(int argc, char **argv)
{
    return yardstick_main(argc, argv, cases);
}
