// The differences that tell one struct from another (troupe/pages/layout.h).

#include <check.h>

#include "sdk/session/instance.h"
#include "sdk/session/layout.h"
#include "troupe/pages/component.h"

struct of_all {
    bool a;
    char b;
    signed char c;
    unsigned char d;
    short e;
    unsigned short f;
    int g;
    unsigned h;
    long i;
    unsigned long j;
    long long k;
    unsigned long long l;
    float m;
    double n;
    long double o;
    enum { ONE, TWO } p;
    char text[3], texts[2][3];
};
TR_LAYOUT(struct of_all, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, text, (texts, char));

START_TEST(a_member_is_known_by_name_place_size_and_type)
{
    const char kinds[] = "bcahnoijlmxyfdejcs";
    for (size_t i = 0; i < sizeof kinds - 1; i++)
        ck_assert_int_eq(tr_layout_of_of_all[i].kind, kinds[i]);
    ck_assert_ptr_null(tr_layout_of_of_all[sizeof kinds - 1].name);
    ck_assert_uint_eq(tr_layout_of_of_all[16].size, 3);
    ck_assert_uint_eq(tr_layout_of_of_all[17].size, 6);
    ck_assert_ptr_eq(tr_layout_of_of_all[17].of, tr_layout_of_char);
}
END_TEST

// It is written down with sessions: another one would cost them all their state.
START_TEST(the_number_is_the_same_in_every_build)
{
    ck_assert_uint_eq(tr_layout_number(NULL), 0);
    ck_assert_uint_eq(tr_layout_number(tr_layout_of_int), 0x151092f64d47144fu);
    ck_assert_uint_ne(tr_layout_number(tr_layout_of_int), tr_layout_number(tr_layout_of_float));
    ck_assert_uint_ne(tr_layout_number(tr_layout_of_int), tr_layout_number(tr_layout_of_unsigned));
}
END_TEST

struct tag {
    const char *key;
    int number;
};
TR_LAYOUT(struct tag, key, number);

struct other_tag {
    const char *key;
    float number;
};
TR_LAYOUT(struct other_tag, key, number);

TR_COMPONENT(layout_tag, struct tag, .build = NULL);

START_TEST(what_a_component_was_given_in_another_layout_is_not_read)
{
    tr_component before = layout_tag[0];
    before.layout = TR_LAYOUT_OF(struct other_tag);
    ui_control *old = tr_component_new(&before, &(struct other_tag){.number = 1});
    ui_control *own = tr_component_new(layout_tag, &(struct tag){.number = 1});
    const tr_component *component;
    tr_slice given;
    ck_assert(tr_instance_read(own, &component, &given));
    ck_assert_ptr_eq(component, layout_tag);
    ck_assert(!tr_instance_read(old, &component, &given));
    tr_node_free(old);
    tr_node_free(own);
}
END_TEST

Suite *layout_suite(void);
Suite *layout_suite(void)
{
    Suite *suite = suite_create("sdk/session/layout");
    TCase *tcase = tcase_create("layout");
    tcase_add_test(tcase, a_member_is_known_by_name_place_size_and_type);
    tcase_add_test(tcase, the_number_is_the_same_in_every_build);
    tcase_add_test(tcase, what_a_component_was_given_in_another_layout_is_not_read);
    suite_add_tcase(suite, tcase);
    return suite;
}
