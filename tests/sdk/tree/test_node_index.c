#include "sdk/tree/node_index.h"

#include <check.h>
#include <stdbool.h>

#include "base/random.h"

Suite *node_index_suite(void);

enum { NODES = 3000 };

static tr_node nodes[NODES];
static bool is_in[NODES];

START_TEST(an_empty_one_has_no_memory)
{
    tr_node_index self = {0};
    ck_assert_ptr_null(tr_node_index_find(&self, 1));
    uint32_t at = 0;
    ck_assert_ptr_null(tr_node_index_next(&self, &at));
    ck_assert_ptr_null(self.slots);
    tr_node_index_done(&self);
}
END_TEST

// Against an array that cannot be wrong: ids in a row, with gaps, and far apart.
START_TEST(it_agrees_with_an_array)
{
    static const uint32_t strides[] = {1, 1000, 0x9e3779b1u};
    tr_node_index self = {0};
    uint64_t seed = (uint64_t)_i + 1;
    uint32_t count = 0;
    for (uint32_t n = 0; n < NODES; n++) {
        nodes[n].id = (n + 1) * strides[_i];
        is_in[n] = false;
    }
    for (unsigned step = 0; step < 60000; step++) {
        uint64_t dice = tr_random_next(&seed);
        unsigned n = (unsigned)(dice % NODES);
        // Phases that grow and phases that shrink.
        bool adds = (dice >> 32) % 8 < (step / 10000 % 2 == 0 ? 6u : 2u);
        ck_assert_ptr_eq(tr_node_index_find(&self, nodes[n].id), is_in[n] ? &nodes[n] : NULL);
        if (adds == is_in[n])
            continue;
        if (adds)
            tr_node_index_add(&self, &nodes[n]);
        else
            tr_node_index_remove(&self, &nodes[n]);
        is_in[n] = adds;
        count = adds ? count + 1 : count - 1;
        ck_assert_uint_eq(self.count, count);
        ck_assert_uint_lt(self.count, self.cap);
    }
    for (unsigned n = 0; n < NODES; n++)
        ck_assert_ptr_eq(tr_node_index_find(&self, nodes[n].id), is_in[n] ? &nodes[n] : NULL);
    uint32_t at = 0;
    uint32_t walked = 0;
    for (tr_node *node; (node = tr_node_index_next(&self, &at)) != NULL; walked++)
        ck_assert(is_in[node - nodes]);
    ck_assert_uint_eq(walked, count);
    tr_node_index_done(&self);
}
END_TEST

START_TEST(it_is_never_much_larger_than_its_nodes)
{
    tr_node_index self = {0};
    for (uint32_t n = 0; n < NODES; n++) {
        nodes[n].id = n + 1;
        tr_node_index_add(&self, &nodes[n]);
        ck_assert(self.cap <= 10 || self.cap <= self.count * 2);
    }
    for (uint32_t n = 0; n < NODES; n++)
        tr_node_index_remove(&self, &nodes[n]);
    ck_assert_uint_le(self.cap, 40);
    tr_node_index_done(&self);
}
END_TEST

Suite *node_index_suite(void)
{
    Suite *suite = suite_create("sdk/tree/node_index");
    TCase *all = tcase_create("all");
    tcase_add_test(all, an_empty_one_has_no_memory);
    tcase_add_loop_test(all, it_agrees_with_an_array, 0, 3);
    tcase_add_test(all, it_is_never_much_larger_than_its_nodes);
    suite_add_tcase(suite, all);
    return suite;
}
