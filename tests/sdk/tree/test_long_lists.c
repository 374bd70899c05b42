// Long child lists: any change of one takes work in proportion to its length, whatever moved where.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/tree/tree.h"
#include "testing/client_model.h"

static tr_tree *tree;
static tr_node *column;

static tr_node *row(uint32_t number)
{
    char key[16];
    snprintf(key, sizeof key, "%u", number);
    tr_node *node = tr_node_new(TR_CONTROL_TEXT);
    tr_node_set(node, TR_PROP_VALUE, tr_value_text(tr_slice_of(key)));
    tr_node_set(node, TR_PROP_KEY, tr_value_text(tr_slice_of(key)));
    return node;
}

// The column has these rows afterwards.
static void reconcile(const uint32_t *numbers, uint32_t count)
{
    tr_node **rows = tr_calloc(count, sizeof *rows);
    for (uint32_t i = 0; i < count; i++)
        rows[i] = row(numbers[i]);
    ck_assert_int_eq(tr_tree_reconcile(tree, column, 0, rows, count), 0);
    tr_free(rows);
}

static void start(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    tree = tr_tree_new(0);
    column = tr_node_new(TR_CONTROL_COLUMN);
    ck_assert_int_eq(tr_tree_append(tree, tr_tree_view(tree), 0, column), 0);
}

// -- the work --

enum change { REVERSE, SHUFFLE, SHIFT, THIN_OUT, REPLACE, CHANGES };

static uint32_t change(uint32_t *numbers, uint32_t count, enum change what)
{
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = what == REVERSE   ? count - i
                     : what == SHIFT   ? (i == 0 ? count + 1 : i)
                     : what == REPLACE ? 2 * count + i
                                       : i + 1;
    for (uint32_t i = count; what == SHUFFLE && i-- > 1;) {
        uint32_t other = (uint32_t)rand() % (i + 1);
        uint32_t number = numbers[i];
        numbers[i] = numbers[other];
        numbers[other] = number;
    }
    if (what != THIN_OUT)
        return count;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i += 2)
        numbers[kept++] = numbers[i];
    return kept;
}

static double processor_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

// Of this thread: other processes do not count.
static double work(uint32_t count, enum change what)
{
    uint32_t *numbers = tr_calloc(count, sizeof *numbers);
    tr_buf patch = {0};
    start();
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i + 1;
    reconcile(numbers, count);
    (void)tr_tree_flush(tree, &patch);
    patch.size = 0;
    uint32_t left = change(numbers, count, what);
    double before = processor_ms();
    reconcile(numbers, left);
    (void)tr_tree_flush(tree, &patch);
    double spent = processor_ms() - before;
    tr_tree_free(tree);
    tr_buf_done(&patch);
    tr_free(numbers);
    return spent;
}

static double least(uint32_t count, enum change what)
{
    double best = work(count, what);
    for (int i = 0; i < 4; i++) {
        double one = work(count, what);
        best = one < best ? one : best;
    }
    return best;
}

START_TEST(work_grows_with_the_length_alone)
{
    static const char *const names[] = {"reverse", "shuffle", "shift", "thin out", "replace"};
    enum { FEW = 2500, TIMES = 16 }; // a square would be 256
    double few = least(FEW, (enum change)_i);
    double many = least(FEW * TIMES, (enum change)_i);
    if (getenv("FIGURES") != NULL)
        printf("%s: %d rows %.2f ms, %d rows %.2f ms\n", names[_i], FEW, few, FEW * TIMES, many);
    ck_assert_msg(many < few * (double)TIMES * 6, "%s: %d rows %.2f ms, %d rows %.2f ms", names[_i],
                  FEW, few, FEW * TIMES, many);
}
END_TEST

// -- what the browser sees --

static void check(const cm_client *client)
{
    tr_buf why = {0};
    tr_buf page = {0};
    tr_tree_encode_page(tree, &page, 0);
    cm_value *fresh = tr_cm_decode(page.data, page.size);
    ck_assert_msg(tr_cm_same(fresh, client->page, &why), "%s", tr_buf_text(&why));
    tr_cm_free(fresh);
    tr_buf_done(&page);
    tr_buf_done(&why);
}

START_TEST(any_rows_become_any_others)
{
    cm_client client = {0};
    tr_buf page = {0};
    srand((unsigned)_i);
    start();
    tr_tree_encode_page(tree, &page, 0);
    ck_assert_int_eq(tr_cm_take_page(&client, page.data, page.size), 0);
    tr_tree_clean(tree, NULL);
    for (int round = 0; round < 60; round++) {
        uint32_t numbers[40];
        uint32_t pool = 1 + (uint32_t)rand() % 40;
        // Often twice before the browser hears of it.
        for (int turn = rand() % 2; turn >= 0; turn--) {
            uint32_t count = 0;
            for (uint32_t i = 0; i < pool; i++)
                numbers[i] = i;
            change(numbers, pool, SHUFFLE);
            for (uint32_t i = 0; i < pool; i++)
                if (rand() % 4 != 0)
                    numbers[count++] = numbers[i] - 1;
            reconcile(numbers, count);
            const tr_node_list *list = tr_node_children(column, TR_PROP_CONTROLS);
            for (uint32_t i = 0; i < count; i++) {
                char key[16];
                snprintf(key, sizeof key, "%u", numbers[i]);
                ck_assert(tr_slice_is(tr_node_key(list->at[i]), key));
                ck_assert_uint_eq(tr_node_position(list, list->at[i]), i);
                ck_assert_ptr_eq(list->at[i]->parent, column);
            }
        }
        page.size = 0;
        if (tr_tree_flush(tree, &page) != 0)
            ck_assert_msg(tr_cm_take(&client, page.data, page.size) == 0, "%s", client.error);
        check(&client);
    }
    tr_cm_done(&client);
    tr_buf_done(&page);
    tr_tree_free(tree);
}
END_TEST

Suite *long_lists_suite(void);
Suite *long_lists_suite(void)
{
    Suite *suite = suite_create("sdk/tree/long_lists");
    TCase *tests = tcase_create("long_lists");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, work_grows_with_the_length_alone, 0, CHANGES);
    tcase_add_loop_test(tests, any_rows_become_any_others, 0, 20);
    suite_add_tcase(suite, tests);
    return suite;
}
