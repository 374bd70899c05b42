// A session's file from anybody: whatever is in it, reading it ends with a code and a session that
// can be ended, and one that is taken can be written and read again.
//
// Input: what stands behind the head, which is put in front of it.

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/must.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "testing/lab.h"
#include "tests/sdk/session/kept_state.h"
#include "troupe/troupe.h"
#include "wire/load.h"

// As the app of test_session_file.c, whose files are the corpus.
TR_ASYNC(file_add)
{
    ui_set_text(ev, "count", "added");
}

TR_ASYNC(file_beat)
{
    ui_set_text(ev, "beat", "beat");
}

TR_ASYNC(file_heard)
{
    ui_set_text(ev, "heard", tr_event_name(ev));
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_button("a", .on_click = file_add));
}

static ui_control *home(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_text("home")));
}

static const tr_app app = {.name = "Fuzz",
                           .build = build,
                           TR_ROUTES(TR_ROUTE("/more", home)),
                           TR_STATE_SAVED(struct kept, kept_save, kept_load, .done = kept_done)};
static lab *here;

static void stop(void)
{
    tr_lab_stop(&here);
}

static void start(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    here = tr_lab_start(&app, 3600000);
    atexit(stop);
    tr_lab_open(here, 0, NULL, true);
}

// False: refused.
static bool pass(tr_sessions *sessions, tr_slice bytes, tr_buf *out)
{
    tr_session_file file;
    if (tr_session_file_read(bytes, &file) < 0)
        return false;
    char id[TR_SESSION_ID_SIZE + 1];
    tr_session_id_make(id, 0);
    tr_session *fresh = tr_session_new(sessions, id, TR_ID_FIRST);
    tr_must(fresh != NULL);
    bool is_taken = tr_session_load(fresh, &file) == 0;
    if (is_taken)
        tr_session_save(fresh, out);
    tr_session_end(fresh);
    return is_taken;
}

static void try_it(tr_session *session, void *arg)
{
    tr_buf first = {0};
    tr_buf second = {0};
    if (pass(session->sessions, tr_buf_slice(arg), &first))
        tr_must(pass(session->sessions, tr_buf_slice(&first), &second));
    tr_buf_done(&first);
    tr_buf_done(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (here == NULL)
        start();
    tr_buf file = {0};
    uint8_t head[12] = {'T', 'R', 'S', 1};
    tr_store_u64(head + 4, tr_hash(data, size));
    tr_buf_append(&file, head, sizeof head);
    tr_buf_append(&file, data, size);
    tr_lab_do(here, 0, try_it, &file);
    tr_buf_done(&file);
    tr_must(tr_lab_session_count(here) == 1);
    return 0;
}
