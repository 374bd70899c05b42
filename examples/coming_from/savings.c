// What is saved in some years: two numbers to choose, a sum, a table. The view is made anew after each handler.

#include <troupe/troupe.h>

struct savings {
    double monthly;
    double years;
};
TR_LAYOUT(struct savings, monthly, years);

TR_ASYNC(monthly_choose)
{
    struct savings *savings = tr_state(ev);
    savings->monthly = tr_event_number(ev, 0);
}

TR_ASYNC(years_choose)
{
    struct savings *savings = tr_state(ev);
    savings->years = tr_event_number(ev, 0);
}

static ui_control *year_row(int year, double sum)
{
    return ui_row(.key = ui_format("year-%d", year),
                  UI(ui_text(ui_format("Year %d", year), .width = 80),
                     ui_text(ui_format("%.0f", sum))));
}

static ui_control *savings_view(tr_event *ev)
{
    struct savings *savings = tr_state(ev);
    if (savings->years == 0)
        *savings = (struct savings){100, 5};
    ui_list rows = {0};
    for (int year = 1; year <= savings->years; year++)
        ui_push(&rows, year_row(year, 12 * year * savings->monthly));
    return ui_view(UI(
        ui_text("Savings", .size = 32), ui_text("A month"),
        ui_slider(.key = "monthly", .value = savings->monthly, .min = 0, .max = 500,
                  .label = "{value}", .on_change_end = monthly_choose),
        ui_text("Years"),
        ui_slider(.key = "years", .value = savings->years, .min = 1, .max = 20, .divisions = 19,
                  .label = "{value}", .on_change_end = years_choose),
        ui_text(ui_format("%.0f in the end", 12 * savings->years * savings->monthly), .key = "sum"),
        ui_column(.controls = ui_items(&rows))));
}

const tr_app savings_app = {.name = "Savings",
                            TR_ROUTES(TR_ROUTE("/", savings_view)),
                            .rebuilds = true,
                            TR_STATE(struct savings)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &savings_app);
}
