// Fields whose handlers change what is typed, for tests with a slow line. "Report" shows what the
// server holds of each, after the number of the report. Below them is a list of many lines.

#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <troupe/troupe.h>

enum { TEXT_BYTES = 400, LINES = 300 };

typedef void rewriting(const char *text, char *out);

static void to_upper(const char *text, char *out)
{
    while (*text != '\0')
        *out++ = (char)toupper((unsigned char)*text++);
    *out = '\0';
}

static void to_digits(const char *text, char *out)
{
    for (; *text != '\0'; text++)
        if (isdigit((unsigned char)*text))
            *out++ = *text;
    *out = '\0';
}

static void to_thousands(const char *text, char *out)
{
    char plain[TEXT_BYTES];
    to_digits(text, plain);
    size_t size = strlen(plain);
    for (size_t i = 0; i < size; i++) {
        if (i != 0 && (size - i) % 3 == 0)
            *out++ = ',';
        *out++ = plain[i];
    }
    *out = '\0';
}

static void to_clamp(const char *text, char *out)
{
    char plain[TEXT_BYTES];
    to_digits(text, plain);
    long number = strtol(plain, NULL, 10);
    (void)snprintf(out, TEXT_BYTES, "%s", number > 100 ? "100" : plain);
}

static void to_cut(const char *text, char *out)
{
    (void)snprintf(out, TEXT_BYTES, "%.8s", text);
}

static void rewrite(tr_event *ev, const char *key, rewriting *as)
{
    char text[TEXT_BYTES];
    char out[TEXT_BYTES * 2];
    (void)snprintf(text, sizeof text, "%s", tr_event_text(ev, ""));
    as(text, out);
    ui_set_text(ev, key, out);
}

TR_ASYNC(on_upper)
{
    rewrite(ev, "upper", to_upper);
}

TR_SYNC(on_slow)
{
    rewrite(ev, "slow", to_upper);
}

TR_ASYNC(on_thousands)
{
    rewrite(ev, "thousands", to_thousands);
}

TR_ASYNC(on_digits)
{
    rewrite(ev, "digits", to_digits);
}

TR_ASYNC(on_clamp)
{
    rewrite(ev, "clamp", to_clamp);
}

TR_ASYNC(on_cut)
{
    rewrite(ev, "cut", to_cut);
}

TR_ASYNC(on_apple)
{
    rewrite(ev, "apple", to_upper);
}

TR_ASYNC(on_search)
{
    rewrite(ev, "search", to_upper);
}

TR_ASYNC(say)
{
    char text[TEXT_BYTES];
    char all[TEXT_BYTES];
    ui_get_text(ev, "said", "value", all, sizeof all);
    ui_get_text(ev, "say", "value", text, sizeof text);
    ui_set_textf(ev, "said", "%s%s;", all, text);
    ui_set_text(ev, "say", "");
}

// -- handlers that work until "Go" is pressed --

static atomic_uint gone;

TR_ASYNC(go)
{
    (void)ev;
    gone++;
}

static void work(tr_event *ev)
{
    for (unsigned before = gone; gone == before;)
        (void)tr_sleep(ev, 1);
}

TR_SYNC(on_thread)
{
    for (unsigned before = gone; gone == before;)
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    char text[TEXT_BYTES];
    ui_get_text(ev, "thread", "value", text, sizeof text);
    ui_set_text(ev, "worked", ui_format("%s, %s", tr_event_text(ev, ""), text));
    ui_set_text(ev, "thread", "");
}

TR_ASYNC(on_coroutine)
{
    work(ev);
    ui_set_text(ev, "worked", tr_event_text(ev, ""));
    ui_set_text(ev, "coroutine", "");
}

// Makes its text of what it reads after its first wait.
TR_ASYNC(on_looking)
{
    char text[TEXT_BYTES];
    char out[TEXT_BYTES * 2];
    work(ev);
    ui_get_text(ev, "looking", "value", text, sizeof text);
    ui_set_text(ev, "worked", "looked");
    work(ev);
    to_upper(text, out);
    ui_set_text(ev, "looking", out);
    ui_set_text(ev, "worked", "done");
}

TR_ASYNC(report)
{
    static const char *const keys[] = {"say",   "upper",  "slow",     "thousands", "digits",
                                       "clamp", "cut",    "apple",    "search",    "pin",
                                       "five",  "thread", "coroutine"};
    char all[TEXT_BYTES * 2];
    ui_get_text(ev, "report", "value", all, sizeof all);
    (void)snprintf(all, sizeof all, "%ld ", strtol(all, NULL, 10) + 1);
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        char text[TEXT_BYTES];
        ui_get_text(ev, keys[i], "value", text, sizeof text);
        size_t size = strlen(all);
        (void)snprintf(all + size, sizeof all - size, "%s=%s;", keys[i], text);
    }
    ui_set_text(ev, "report", all);
}

#define FIELD(name) ui_text_field(.key = #name, .label = #name, .on_change = on_##name)

// Long enough for its lines to lie in parts.
static ui_control *lines(void)
{
    ui_control *all[LINES + 1];
    for (unsigned i = 0; i < LINES; i++)
        all[i] = ui_text(ui_format("Line %u", i), .key = ui_format("line-%u", i));
    all[LINES] = UI_END;
    return ui_list_view(.key = "lines", .height = 120, .controls = all);
}

#define WORKER(name) ui_text_field(.key = #name, .label = #name, .on_submit = on_##name)

static ui_control *home(tr_event *ev)
{
    (void)ev;
    return ui_view(.scroll = UI_SCROLL_MODE_AUTO,
                   UI(ui_text("", .key = "said"), ui_text("", .key = "report"),
                      ui_button("Report", .key = "tell", .on_click = report),
                      ui_text_field(.key = "say", .label = "say", .on_submit = say), FIELD(upper),
                      FIELD(slow), FIELD(thousands), FIELD(digits), FIELD(clamp), FIELD(cut),
                      ui_cupertino_text_field(.key = "apple", .label = "apple",
                                              .on_change = on_apple),
                      ui_text_field(.key = "pin", .label = "pin",
                                    .input_filter = ui_input_filter(.regex_string = "[0-9]")),
                      ui_text_field(.key = "five", .label = "five", .max_length = 5,
                                    .capitalization = UI_TEXT_CAPITALIZATION_CHARACTERS),
                      ui_search_bar(.key = "search", .bar_hint_text = "search",
                                    .on_change = on_search),
                      ui_button("Go", .key = "go", .on_click = go), ui_text("", .key = "worked"),
                      WORKER(thread), WORKER(coroutine), WORKER(looking), lines()));
}

int main(int argc, char **argv)
{
    tr_app app = {.name = "Typing", TR_ROUTES(TR_ROUTE("/", home))};
    return tr_run(argc, argv, &app);
}
