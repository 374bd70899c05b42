// A price that all pages show, and that any of them may change.

#include <stdlib.h>
#include <troupe/troupe.h>

struct price {
    int cents;
    int changes;
};

TR_ASYNC(raise_price)
{
    struct price price = {(int)ui_get_number(ev, "slider", "value", 0), 1};
    if (tr_publish(ev, "price", &price, sizeof price) < 0)
        tr_snack(ev, "That did not work. Please try again.");
}

TR_ASYNC(hear_price)
{
    const struct price *price = TR_PAYLOAD(ev, struct price);
    if (price != NULL)
        ui_set_textf(ev, "price", "%d.%02d", price->cents / 100, price->cents % 100);
}

// Runs in every process with sessions, for as long as it lives.
TR_SYNC(follow_market)
{
    struct price price = {995, 0};
    while (tr_sleep(ev, 5000) == 0) {
        price.cents += rand() % 21 - 10;
        price.changes++;
        (void)tr_publish(ev, "price", &price, sizeof price);
    }
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("–", .key = "price", .size = 40));
    ui_add(page, ui_slider(.key = "slider", .min = 0, .max = 2000, .value = 995,
                           .on_change_end = raise_price));
    tr_subscribe(page, "price", hear_price);
}

int main(int argc, char **argv)
{
    return tr_run(argc, argv,
                  &(tr_app){.name = "Price",
                            .build = build,
                            .background = (const tr_handler *const[]){follow_market, NULL}});
}
