#include <check.h>
#include <string.h>

#include <troupe/controls/controls.h>

#include "base/log.h"
#include "sdk/tree/tree.h"
#include "testing/client_model.h"

static const tr_handler later[1];
static const tr_handler crunch[1];

// The control as the browser gets it, without its id.
static void expect(ui_control *control, const char *shown)
{
    tr_tree *tree = tr_tree_new(0);
    tr_buf out = {0};
    tr_buf text = {0};
    ck_assert_int_eq(tr_tree_append(tree, tr_tree_view(tree), 0, control), 0);
    tr_tree_encode_node(tree, control, &out);
    cm_value *value = tr_cm_decode(out.data, out.size);
    tr_cm_print(value, &text);
    ck_assert_str_eq(tr_buf_text(&text), shown);
    tr_cm_free(value);
    tr_buf_done(&out);
    tr_buf_done(&text);
    tr_tree_free(tree);
}

START_TEST(a_whole_page_is_written_as_in_the_manual)
{
    const ui_control *nothing = NULL;
    ui_control *page =
        ui_column(.spacing = 12, UI(ui_text("0", .key = "total", .size = 40),
                                    ui_row(UI(ui_button("Later", .on_click = later),
                                              ui_button("Crunch", .on_click = crunch))),
                                    ui_text_field(.label = "Name", .key = "name"),
                                    ui_slider(.min = 0, .max = 10, .value = 3), ui_divider(),
                                    nothing != NULL ? ui_text("never") : NULL,
                                    ui_dropdown(.label = "Rate", .value = "1",
                                                .options = UI_LIST(ui_dropdown_option("1"),
                                                                   ui_dropdown_option("2", "Two"))),
                                    ui_container(ui_text("in a box"), .padding = ui_padding(8),
                                                 .bgcolor = "surfacecontainer",
                                                 .border_radius = ui_radius(12), .expand = 1)));
    ck_assert_uint_eq(tr_node_count(page), 13);
    ck_assert_uint_eq(tr_node_children(page, TR_PROP_CONTROLS)->count, 7);
    tr_node_free(page);
}
END_TEST

START_TEST(what_is_not_given_is_not_sent)
{
    expect(ui_text(), "{_c:\"Text\",_i:9}");
    expect(ui_divider(), "{_c:\"Divider\",_i:9}");
    expect(ui_text("x"), "{_c:\"Text\",_i:9,value:\"x\"}");
}
END_TEST

START_TEST(zero_and_false_are_values)
{
    expect(ui_text("x", .size = 0, .visible = false),
           "{_c:\"Text\",_i:9,value:\"x\",size:0,visible:false}");
    expect(ui_row(.spacing = 0), "{_c:\"Row\",_i:9,spacing:0,_internals:{host_expanded:true}}");
}
END_TEST

START_TEST(sides_are_a_number_or_a_map)
{
    expect(ui_container(.padding = ui_padding(8)),
           "{_c:\"Container\",_i:9,padding:8,_internals:{skip_properties:[\"width\",\"height\","
           "\"margin\"]}}");
    expect(ui_container(.padding = ui_padding(.horizontal = 4, .top = 1)),
           "{_c:\"Container\",_i:9,padding:{left:4,top:1,right:4},"
           "_internals:{skip_properties:[\"width\",\"height\",\"margin\"]}}");
    expect(ui_container(.border_radius = ui_radius(.top_left = 8, .top_right = 8)),
           "{_c:\"Container\",_i:9,border_radius:{top_left:8,top_right:8,bottom_left:0,bottom_"
           "right:0},"
           "_internals:{skip_properties:[\"width\",\"height\",\"margin\"]}}");
}
END_TEST

START_TEST(values_nest)
{
    expect(
        ui_text("styled",
                .style = ui_text_style(.size = 18, .weight = UI_FONT_WEIGHT_BOLD, .italic = true,
                                       .decoration = UI_TEXT_DECORATION_UNDERLINE,
                                       .shadow_list = UI_VALUES(ui_box_shadow(.blur_radius = 1)))),
        "{_c:\"Text\",_i:9,value:\"styled\",style:{size:18,weight:\"bold\",italic:true,decoration:"
        "1,"
        "shadow:[{blur_radius:1,offset:{}}]}}");
    expect(
        ui_outlined_button(
            "styled", .icon = "add",
            .style = ui_button_style(.color_states =
                                         ui_color_states(.hovered = "white", .otherwise = "black"),
                                     .shape = ui_rounded_rectangle_border(.radius = ui_radius(6)))),
        "{_c:\"OutlinedButton\",_i:9,content:\"styled\",icon:65604,"
        "style:{color:{hovered:\"white\",default:\"black\"},shape:{_type:\"roundedRectangle\","
        "radius:6}}}");
    expect(ui_canvas_path(UI_VALUES(ui_path_move_to(1, 2), ui_path_close())),
           "{_c:\"Path\",_i:9,elements:[{_type:\"MoveTo\",x:1,y:2},{_type:\"Close\"}],paint:{}}");
    expect(ui_container(.gradient = ui_linear_gradient(UI_TEXTS("red", "#0000ff"),
                                                       .stops = UI_NUMBERS(0, 1),
                                                       .begin = UI_ALIGNMENT_TOP_LEFT)),
           "{_c:\"Container\",_i:9,gradient:{_type:\"linear\",colors:[\"red\",\"#0000ff\"],stops:["
           "0,1],"
           "begin:{x:-1,y:-1},end:{x:1,y:0}},_internals:{skip_properties:[\"width\",\"height\","
           "\"margin\"]}}");
}
END_TEST

START_TEST(durations_dates_and_animations)
{
    expect(ui_snack_bar("saved", .duration = 1500),
           "{_c:\"SnackBar\",_i:9,content:\"saved\",duration:{milliseconds:1500}}");
    expect(ui_container(.animate_opacity = ui_animation(300, UI_ANIMATION_CURVE_EASE_IN)),
           "{_c:\"Container\",_i:9,animate_opacity:{duration:{milliseconds:300},curve:\"easeIn\"},"
           "_internals:{skip_properties:[\"width\",\"height\",\"margin\"]}}");
}
END_TEST

START_TEST(charts_are_there)
{
    ui_control *chart =
        ui_line_chart(.min_y = 0,
                      .data_series = UI_LIST(
                          ui_line_chart_data(.color = "blue",
                                             .points = UI_LIST(ui_line_chart_data_point(1, 2),
                                                               ui_line_chart_data_point(2, 3)))));
    ck_assert_uint_eq(tr_node_count(chart), 4);
    tr_node_free(chart);
}
END_TEST

START_TEST(unknown_icons_show_nothing)
{
    tr_log_level_set(TR_LOG_ERROR);
    expect(ui_icon("no such icon"), "{_c:\"Icon\",_i:9}");
    expect(ui_icon("cupertino:add"), "{_c:\"Icon\",_i:9,icon:131072}");
}
END_TEST

START_TEST(text_on_the_spot)
{
    expect(ui_text(ui_format("%d items", 3), .color = ui_opacity("red", 0.5)),
           "{_c:\"Text\",_i:9,value:\"3 items\",color:\"red,0.5\"}");
    const char *cut = ui_format("%1100s", "\xc3\xa9");
    ck_assert_uint_le(strlen(cut), 1023);
}
END_TEST

START_TEST(properties_by_name)
{
    tr_log_level_set(TR_LOG_ERROR);
    expect(ui_with_flag(ui_with_number(ui_text("x"), "size", 3), "no such", true),
           "{_c:\"Text\",_i:9,value:\"x\",size:3}");
}
END_TEST

Suite *sdk_controls_suite(void);
Suite *sdk_controls_suite(void)
{
    Suite *suite = suite_create("sdk/api/controls");
    TCase *tests = tcase_create("controls");
    tcase_add_test(tests, a_whole_page_is_written_as_in_the_manual);
    tcase_add_test(tests, what_is_not_given_is_not_sent);
    tcase_add_test(tests, zero_and_false_are_values);
    tcase_add_test(tests, sides_are_a_number_or_a_map);
    tcase_add_test(tests, values_nest);
    tcase_add_test(tests, durations_dates_and_animations);
    tcase_add_test(tests, charts_are_there);
    tcase_add_test(tests, unknown_icons_show_nothing);
    tcase_add_test(tests, text_on_the_spot);
    tcase_add_test(tests, properties_by_name);
    suite_add_tcase(suite, tests);
    return suite;
}
