// A worker that is killed: its pages end without a word, and those whose browsers are there come back out of
// the store.

#include "sdk/session/session.h"
#include "testing/driver.h"

static void lose(tr_session *session, void *arg)
{
    (void)arg;
    if (session != NULL)
        tr_session_end(session);
}

void tr_test_kill_worker_at(tr_test_page *page, tr_test_place at)
{
    tr_test_program *program = page->program;
    bool was_there[LAB_CONNECTIONS] = {false};
    tr_test_settle(page);
    if (!program->options.is_stored)
        tr_test_fail(page, at, "cannot kill the worker: open the first page with .is_stored");
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++)
        if (program->pages[n] != NULL) {
            was_there[n] = !program->pages[n]->is_dropped;
            program->pages[n]->is_dropped = true;
            tr_lab_do(program->lab, n, lose, NULL);
        }
    for (unsigned n = 0; n < LAB_CONNECTIONS; n++)
        if (was_there[n])
            tr_test_resume(program->pages[n]);
    tr_test_settle(page);
}
