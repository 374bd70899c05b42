// A page with a button for each mistake that an author's handler may make, for tests of what
// becomes of the process, and of what it says.

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <troupe/troupe.h>

struct kept {
    int count;
};
TR_LAYOUT(struct kept, count);

static int *volatile nowhere;

TR_ASYNC(count_up)
{
    struct kept *kept = tr_state(ev);
    if (kept != NULL)
        ui_set_textf(ev, "count", "%d", ++kept->count);
}

// -- text that is none --

static void say_code(tr_event *ev, int code)
{
    ui_set_textf(ev, "said", "%s", tr_err_name(code));
}

TR_SYNC(latin1_key_sync)
{
    say_code(ev, ui_set_text(ev, "caf\xe9", "x"));
}

TR_ASYNC(latin1_key_async)
{
    say_code(ev, ui_set_text(ev, "caf\xe9", "x"));
}

TR_SYNC(huge_text_sync)
{
    const size_t size = 40u << 20;
    char *text = malloc(size + 1);
    if (text == NULL)
        return;
    memset(text, 'x', size);
    text[size] = '\0';
    int code = ui_set_text(ev, "count", text);
    free(text);
    say_code(ev, code);
}

// -- crashes --

// The processor's verdict is the test's, not a sanitizer's.
__attribute__((noinline, no_sanitize("undefined"))) static void store_nowhere(void)
{
    *nowhere = 3;
}

TR_ASYNC(null_async)
{
    (void)ev;
    store_nowhere();
}

TR_SYNC(null_sync)
{
    (void)ev;
    store_nowhere();
}

TR_ASYNC(abort_async)
{
    (void)ev;
    abort();
}

TR_ASYNC(null_task)
{
    (void)ev;
    store_nowhere();
}

TR_ASYNC(start_null_task)
{
    (void)tr_run_task(ev, null_task);
}

TR_ASYNC(null_interval)
{
    (void)ev;
    store_nowhere();
}

TR_ASYNC(start_null_interval)
{
    (void)tr_every(ev, 10, null_interval);
}

TR_ASYNC(null_topic)
{
    (void)ev;
    store_nowhere();
}

TR_ASYNC(start_null_topic)
{
    (void)tr_subscribe(ev, "news", null_topic);
    (void)tr_publish(ev, "news", "x", 1);
}

static ui_control *null_build(tr_event *ev)
{
    (void)ev;
    store_nowhere();
    return NULL;
}

struct bad_box {
    const char *key;
};
TR_LAYOUT(struct bad_box, key);

static ui_control *box_build(tr_event *ev)
{
    (void)ev;
    return ui_text("box");
}

static void box_mount(tr_event *ev)
{
    (void)ev;
    store_nowhere();
}

TR_COMPONENT(bad_box, struct bad_box, .build = box_build, .did_mount = box_mount);
#define bad_box(...) TR_CONTROL(bad_box, struct bad_box, __VA_ARGS__)

TR_ASYNC(add_bad_box)
{
    ui_add(ev, bad_box(.key = "box"));
}

TR_ASYNC(open_null_build)
{
    tr_push_route(ev, "/null");
}

TR_ASYNC(no_end)
{
    // Nothing mapped lies behind the last one.
    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || munmap(pages + 4096, 4096) != 0)
        return;
    ui_control **end = (void *)(pages + 4096);
    end[-1] = ui_text("r");
    end[-2] = ui_text("r");
    ui_set_children(ev, "list", end - 2);
}

// -- a component that is removed while one of its tasks waits for the state that its thread has --

TR_SYNC(hold_state)
{
    struct kept *kept = tr_state(ev);
    if (kept != NULL)
        kept->count += 100;
    (void)nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
}

TR_ASYNC(want_state)
{
    struct kept *kept = tr_state(ev);
    if (kept != NULL)
        kept->count += 1000;
}

TR_ASYNC(want_state_later)
{
    (void)tr_sleep(ev, 100);
    (void)tr_run_task(ev, want_state);
}

static void holding_box_mount(tr_event *ev)
{
    (void)tr_run_thread(ev, hold_state);
    (void)tr_run_task(ev, want_state_later);
}

TR_COMPONENT(holding_box, struct bad_box, .build = box_build, .did_mount = holding_box_mount);
#define holding_box(...) TR_CONTROL(holding_box, struct bad_box, __VA_ARGS__)

TR_ASYNC(remove_while_waiting)
{
    ui_add(ev, holding_box(.key = "holding"));
    (void)tr_sleep(ev, 250);
    say_code(ev, ui_remove(ev, "holding"));
}

// -- keeping a core thread --

static void keep_thread(double seconds)
{
    struct timespec begin;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        (void)nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - begin.tv_sec) + (double)(now.tv_nsec - begin.tv_nsec) / 1e9 <
             seconds);
}

TR_ASYNC(spin_3s)
{
    keep_thread(3);
    ui_set_text(ev, "said", "spun");
}

TR_ASYNC(spin_for_ever)
{
    (void)ev;
    keep_thread(1e9);
}

static ui_control *home(tr_event *ev)
{
    (void)ev;
#define BUTTON(name) ui_button(#name, .key = #name, .on_click = name)
    return ui_view(UI(ui_text("0", .key = "count", .semantics_label = "count"),
                      ui_text("", .key = "said", .semantics_label = "said"),
                      ui_column(.key = "list"), BUTTON(count_up), BUTTON(latin1_key_sync),
                      BUTTON(latin1_key_async), BUTTON(huge_text_sync), BUTTON(null_async),
                      BUTTON(null_sync), BUTTON(abort_async), BUTTON(start_null_task),
                      BUTTON(start_null_interval), BUTTON(start_null_topic), BUTTON(add_bad_box),
                      BUTTON(open_null_build), BUTTON(no_end), BUTTON(remove_while_waiting),
                      BUTTON(spin_3s), BUTTON(spin_for_ever)));
}

int main(int argc, char **argv)
{
    tr_app app = {.name = "Mistakes",
                  TR_STATE(struct kept),
                  TR_ROUTES(TR_ROUTE("/", home), TR_ROUTE("/null", null_build))};
    return tr_run(argc, argv, &app);
}
