#include "base/packet.h"

#include <check.h>
#include <signal.h>

#include "base/mem.h"

Suite *base_packet_suite(void);

START_TEST(a_packet_holds_a_copy_behind_its_headroom)
{
    char bytes[] = "packet";
    tr_packet *self = tr_packet_of(bytes, 6);
    bytes[0] = 'x';
    ck_assert_uint_eq(self->size, 6);
    ck_assert_uint_eq(self->references, 1);
    ck_assert_mem_eq(tr_packet_data(self), "packet", 6);
    ck_assert_uint_eq((uintptr_t)tr_packet_data(self) % 16, 0);
    for (int i = 1; i <= TR_PACKET_HEADROOM; i++)
        tr_packet_data(self)[-i] = 0xff; // a transport may write there
    ck_assert_uint_eq(self->size, 6);
    tr_packet_unref(self);
    self = tr_packet_of(NULL, 0);
    ck_assert_uint_eq(self->size, 0);
    tr_packet_unref(self);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    tr_packet *self = tr_packet_new(10);
    ck_assert_ptr_eq(tr_packet_ref(self), self);
    ck_assert_uint_eq(self->references, 2);
    tr_packet_unref(self);
    ck_assert_uint_eq(self->references, 1);
    tr_packet_unref(self);
    tr_packet_unref(NULL);
}
END_TEST

START_TEST(a_growing_packet_keeps_its_bytes)
{
    tr_packet *self = tr_packet_new(0);
    for (uint32_t i = 0; i < 5000; i++) {
        *tr_packet_reserve(&self, 1) = (uint8_t)i;
        self->size++;
        ck_assert_uint_le(self->size, self->cap);
    }
    for (uint32_t i = 0; i < 5000; i++)
        ck_assert_uint_eq(tr_packet_data(self)[i], (uint8_t)i);
    tr_packet_unref(self);
}
END_TEST

START_TEST(a_size_from_outside_may_fail)
{
    ck_assert_ptr_null(tr_packet_try_new((size_t)UINT32_MAX));
    tr_mem_fail_after(1);
    ck_assert_ptr_null(tr_packet_try_new(10));
    tr_packet *self = tr_packet_try_new(10);
    ck_assert_ptr_nonnull(self);
    ck_assert_uint_eq(self->cap, 10);
    tr_packet_unref(self);
}
END_TEST

START_TEST(changing_a_shared_packet_aborts)
{
    tr_packet *self = tr_packet_new(1);
    tr_packet_ref(self);
    tr_packet_reserve(&self, 100);
}
END_TEST

START_TEST(a_size_of_ours_beyond_all_bounds_aborts)
{
    tr_packet_unref(tr_packet_new((size_t)UINT32_MAX));
}
END_TEST

Suite *base_packet_suite(void)
{
    Suite *suite = suite_create("base/packet");
    TCase *tests = tcase_create("packet");
    tcase_add_test(tests, a_packet_holds_a_copy_behind_its_headroom);
    tcase_add_test(tests, the_last_reference_frees);
    tcase_add_test(tests, a_growing_packet_keeps_its_bytes);
    tcase_add_test(tests, a_size_from_outside_may_fail);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, changing_a_shared_packet_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, a_size_of_ours_beyond_all_bounds_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
