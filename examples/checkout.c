// Takes money once, whatever breaks: a killed process, a lost answer, a second click.
//
//     PAYMENTS_URL=https://… build/bin/checkout --store lmdb:/var/lib/shop --durability sync
//
// What is to happen once gets a number before it happens, which is kept in the session. A handler whose process is
// killed runs again from its beginning, with the same number, and the service takes each number once (it is often
// called an idempotency key). Without PAYMENTS_URL this app plays the service itself, on its usual port.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <troupe/troupe.h>

enum { NUMBER_BYTES = 33, PRICE = 1200, MOST = 9, SEEN_CAP = 4096 };

enum step { CHOOSING, CONFIRMING, PAYING, PAID };

struct checkout {
    int step;
    int tickets;
    char number[NUMBER_BYTES];
};
TR_LAYOUT(struct checkout, step, tickets, number);

TR_DECLARE(checkout_fewer);
TR_DECLARE(checkout_more);
TR_DECLARE(checkout_to_the_till);
TR_DECLARE(checkout_pay);
TR_DECLARE(checkout_anew);

static const char *price_of(int tickets)
{
    return ui_format("%d.%02d €", tickets * PRICE / 100, tickets * PRICE % 100);
}

static const char *tickets_of(int tickets)
{
    return ui_format(tickets == 1 ? "%d ticket" : "%d tickets", tickets);
}

static ui_control *choosing(const struct checkout *at)
{
    return ui_column(
            .spacing = 16,
            UI(ui_row(.vertical_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                      UI(ui_icon_button("remove", .key = "fewer", .tooltip = "One less",
                                        .disabled = at->tickets == 1, .on_click = checkout_fewer),
                         ui_text(tickets_of(at->tickets), .key = "tickets"),
                         ui_icon_button("add", .key = "more", .tooltip = "One more",
                                        .disabled = at->tickets == MOST,
                                        .on_click = checkout_more))),
               ui_filled_button("To the till", .key = "till", .on_click = checkout_to_the_till)));
}

// Of a control that is disabled no click is taken: a double click pays once.
static ui_control *paying(const struct checkout *at)
{
    bool is_busy = at->step == PAYING;
    return ui_column(.spacing = 16,
                     UI(ui_text(ui_format("%s, %s", tickets_of(at->tickets), price_of(at->tickets)),
                                .key = "sum"),
                        ui_filled_button(is_busy ? "Paying…" : "Pay", .key = "pay",
                                         .disabled = is_busy, .on_click = checkout_pay),
                        ui_text("", .key = "error", .color = "error")));
}

static ui_control *paid(const struct checkout *at)
{
    return ui_column(.spacing = 16,
                     UI(ui_text(ui_format("Paid: %s", price_of(at->tickets)), .key = "paid"),
                        ui_text(ui_format("Order %.8s", at->number), .key = "order",
                                .color = "on_surface_variant"),
                        ui_outlined_button("Buy more", .key = "anew", .on_click = checkout_anew)));
}

static void show(tr_event *ev)
{
    static ui_control *(*const steps[])(const struct checkout *) = {choosing, paying, paying, paid};
    const struct checkout *at = tr_state(ev);
    ui_set_children(ev, "step", UI_LIST(steps[at->step](at)));
}

TR_ASYNC(checkout_fewer)
{
    struct checkout *at = tr_state(ev);
    if (at->tickets > 1)
        at->tickets--;
    show(ev);
}

TR_ASYNC(checkout_more)
{
    struct checkout *at = tr_state(ev);
    if (at->tickets < MOST)
        at->tickets++;
    show(ev);
}

// The number is drawn here and not where it is paid: by then it is in the store.
TR_ASYNC(checkout_to_the_till)
{
    struct checkout *at = tr_state(ev);
    unsigned char bytes[NUMBER_BYTES / 2];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        tr_fail(ev, "no random number for an order");
        return;
    }
    for (unsigned i = 0; i < sizeof bytes; i++)
        snprintf(at->number + 2 * i, 3, "%02x", bytes[i]);
    at->step = CONFIRMING;
    show(ev);
}

static const char *service(void)
{
    const char *url = getenv("PAYMENTS_URL");
    return url != NULL ? url : "http://127.0.0.1:8000/payments";
}

// Why it was not paid; NULL: it was.
static const char *take_money(tr_event *ev, const char *number, int cents)
{
    const char *body = ui_format("{\"cents\":%d}", cents);
    tr_http_response answer;
    int result =
        tr_http(ev,
                &(tr_http_request){.url = service(),
                                   .headers = UI_TEXTS("Content-Type: application/json",
                                                       ui_format("Idempotency-Key: %s", number)),
                                   .body = body,
                                   .size = strlen(body),
                                   .timeout_ms = 10000},
                &answer);
    if (result < 0)
        return answer.error;
    return answer.status / 100 == 2 ? NULL : ui_format("it said %d", answer.status);
}

static void pay_again(tr_event *ev, const char *error)
{
    struct checkout *at = tr_state(ev);
    at->step = CONFIRMING;
    show(ev);
    ui_set_textf(ev, "error", "This could not be paid: %s. Please try again.", error);
}

// A run of before may have come as far as the service: then this one is told the same as that.
TR_ASYNC(checkout_pay)
{
    struct checkout *at = tr_state(ev);
    at->step = PAYING;
    show(ev);
    const char *error = take_money(ev, at->number, at->tickets * PRICE);
    if (error != NULL) {
        // Perhaps it was paid, and only the answer is missing. With the same number, to try again is safe.
        pay_again(ev, error);
        return;
    }
    at->step = PAID;
    show(ev);
}

// The handler's process was killed again and again: the page must not stay busy.
TR_ASYNC(checkout_broke)
{
    const struct checkout *at = tr_state(ev);
    if (at->step == PAYING)
        pay_again(ev, "the server failed");
}

TR_ASYNC(checkout_anew)
{
    struct checkout *at = tr_state(ev);
    *at = (struct checkout){.tickets = 1};
    show(ev);
}

// -- a service as one may be used --

static pthread_mutex_t books = PTHREAD_MUTEX_INITIALIZER;
static char seen[SEEN_CAP][NUMBER_BYTES];
static unsigned seen_count;

// Once for each number; false: the books are full.
static bool note(const char *number)
{
    bool is_there = false;
    pthread_mutex_lock(&books);
    for (unsigned i = 0; i < seen_count && !is_there; i++)
        is_there = strcmp(seen[i], number) == 0;
    if (!is_there && seen_count < SEEN_CAP) {
        snprintf(seen[seen_count++], NUMBER_BYTES, "%s", number);
        is_there = true;
    }
    pthread_mutex_unlock(&books);
    return is_there;
}

TR_HTTP_ASYNC(checkout_service)
{
    const char *number = tr_request_header(request, "idempotency-key");
    if (number == NULL || strlen(number) != NUMBER_BYTES - 1)
        tr_respond_json(request, 400, "{\"error\":\"a payment has a number\"}");
    else if (!note(number))
        tr_respond_json(request, 503, "{\"error\":\"no room for another payment\"}");
    else
        tr_respond_json(request, 200, "{\"paid\":true}");
}

static void build(tr_page *page)
{
    struct checkout *at = tr_state(page);
    at->tickets = 1;
    ui_set(page, NULL, ui_view_props(.padding = ui_padding(24), .spacing = 16));
    ui_on(page, NULL, "error", checkout_broke);
    ui_add(page, ui_text("Evening concert", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM));
    ui_add(page, ui_column(.key = "step", UI(choosing(at))));
}

const tr_app checkout_app = {.name = "Checkout",
                             .build = build,
                             TR_STATE(struct checkout),
                             TR_HTTP_ROUTES(TR_HTTP("POST /payments", checkout_service))};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &checkout_app);
}
