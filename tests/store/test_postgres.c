// The troubles of the server's engine alone: a server that is away, hangs, refuses; and the race
// that the fence is for, made certain by a pause inside of the server.

#include <check.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/pg_statements.h"
#include "tests/support/postgres.h"
#include "tests/support/proxy.h"
#include "tests/support/teller.h"
#include "troupe/err.h"

enum { NODE = 7, OTHER = 9, HOUR_MS = 3600000 };

static postgres server;
static teller self;
static char id[TR_SESSION_ID_SIZE + 1];
static char why[256];
static uint64_t identity;

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static void up(void)
{
    postgres_run(&server, "drop schema public cascade; create schema public");
    teller_open(&self, postgres_url(&server, "owner"));
    teller_id(id, 1);
}

static void down(void)
{
    teller_close(&self);
}

static uint64_t take(uint32_t shard)
{
    uint64_t epoch = 0;
    ck_assert_int_eq(teller_take(&self, shard, &epoch, NODE), 0);
    return epoch;
}

static void on_done(tr_store_op *op)
{
    *(bool *)op->arg = true;
}

// Submitted, not waited for.
static tr_store_op *begin_save(teller *by, uint64_t epoch, const char *text, bool *out_is_done)
{
    *out_is_done = false;
    tr_store_op *op = tr_store_op_new(TR_STORE_SAVE, on_done, out_is_done);
    memcpy(op->id, id, sizeof op->id);
    op->shard = 1;
    op->epoch = epoch;
    op->ttl_ms = HOUR_MS;
    tr_buf_append(&op->bytes, text, strlen(text));
    ck_assert_int_eq(tr_store_submit(by->store, op), 0);
    return op;
}

// True when a statement of ours waits inside of the server, at the place that the SQL names.
static bool waits(const char *where)
{
    char sql[512];
    (void)snprintf(
        sql, sizeof sql,
        "do $$ begin if not exists (select from pg_stat_activity where application_name = "
        "'troupe' and %s) then raise exception 'nobody waits'; end if; end $$",
        where);
    return postgres_try(&server, sql);
}

#define LONG                                                                                       \
    "a text of which most stays as it is: so long that what changes is much less than all of it, " \
    "and is written alone, as a change behind the base"

// Written whole, and as a change.
static const struct {
    const char *old;
    const char *late;
    uint32_t number;
} what[] = {{"old", "late", 0}, {"old, " LONG, "late, " LONG, 1}};
enum { WHATS = sizeof what / sizeof *what };

// The former owner has passed its check and stands before its commit when the next owner takes the
// shard: the next owner must wait for it, and then read what it wrote.
START_TEST(who_takes_a_shard_waits_for_a_write_that_was_checked)
{
    teller next;
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, what[_i].old, HOUR_MS), 0);
    postgres_run(&server,
                 "create function pause() returns trigger language plpgsql as $$ begin "
                 "perform pg_sleep(1); return new; end $$; "
                 "create trigger pause before update on troupe_sessions for each row execute "
                 "function pause();"
                 "create trigger pause before insert on troupe_changes for each row execute "
                 "function pause()");
    teller_open(&next, postgres_url(&server, "owner"));
    bool is_done;
    tr_store_op *late = begin_save(&self, epoch, what[_i].late, &is_done);
    ck_assert_uint_eq(late->number, what[_i].number);
    while (!waits("wait_event = 'PgSleep'"))
        ev_run(self.loop, EVRUN_NOWAIT);
    uint64_t theirs = epoch;
    ck_assert_int_eq(teller_take(&next, 1, &theirs, OTHER), 0);
    ck_assert_str_eq(teller_load(&next, id), what[_i].late);
    while (!is_done)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(late->status, 0);
    tr_store_op_free(late);
    teller_close(&next);
}
END_TEST

// The other order: the shard is being taken, not yet committed, when the former owner writes.
START_TEST(a_write_waits_for_who_takes_its_shard_and_is_fenced)
{
    teller next;
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, what[_i].old, HOUR_MS), 0);
    postgres_run(&server,
                 "create function pause() returns trigger language plpgsql as $$ begin "
                 "perform pg_sleep(1); return null; end $$; "
                 "create constraint trigger pause after update on troupe_shards deferrable "
                 "initially deferred for each row execute function pause()");
    teller_open(&next, postgres_url(&server, "owner"));
    bool is_taken = false;
    tr_store_op *taking = tr_store_op_new(TR_STORE_TAKE, on_done, &is_taken);
    taking->shard = 1;
    taking->epoch = epoch;
    taking->node = OTHER;
    ck_assert_int_eq(tr_store_submit(next.store, taking), 0);
    while (!waits("wait_event = 'PgSleep'"))
        ev_run(next.loop, EVRUN_NOWAIT);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, what[_i].late, HOUR_MS), TR_EFENCED);
    while (!is_taken)
        ev_run(next.loop, EVRUN_ONCE);
    ck_assert_int_eq(taking->status, 0);
    ck_assert_str_eq(teller_load(&next, id), what[_i].old);
    tr_store_op_free(taking);
    teller_close(&next);
}
END_TEST

// What was sent before nobody knows of: it is written again, with the shard's next epoch.
START_TEST(what_was_submitted_outlives_a_restart_of_the_server)
{
    teller_close(&self);
    teller_open_patient(&self, postgres_url(&server, "owner"), 60000);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "before", HOUR_MS), 0);
    postgres_stop(&server, "immediate");
    bool is_done;
    tr_store_op *op = begin_save(&self, epoch, "meanwhile", &is_done);
    ev_run(self.loop, EVRUN_NOWAIT);
    postgres_start(&server);
    while (!is_done)
        ev_run(self.loop, EVRUN_ONCE);
    if (op->status != 0) {
        ck_assert_int_eq(op->status, TR_EUNAVAILABLE);
        ck_assert_int_eq(teller_take(&self, 1, &epoch, NODE), 0);
        ck_assert_int_eq(teller_save(&self, id, 1, epoch, "meanwhile", HOUR_MS), 0);
    }
    tr_store_op_free(op);
    ck_assert_str_eq(teller_load(&self, id), "meanwhile");
}
END_TEST

START_TEST(nobody_waits_for_ever_for_a_server_that_is_away)
{
    uint64_t epoch = take(1);
    postgres_stop(&server, "immediate");
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "x", HOUR_MS), TR_EUNAVAILABLE);
    postgres_start(&server);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "y", HOUR_MS), 0);
}
END_TEST

// Of a lost answer nobody knows whether the shard was taken: asking again finds that it was.
START_TEST(a_shard_taken_before_the_answer_was_lost_is_taken)
{
    bool is_taken = false;
    tr_store_op *taking = tr_store_op_new(TR_STORE_TAKE, on_done, &is_taken);
    taking->shard = 1;
    taking->node = NODE;
    postgres_run(&server, "create function cut() returns trigger language plpgsql as $$ begin "
                          "perform pg_sleep(0.5); return null; end $$; "
                          "create constraint trigger cut after insert on troupe_shards deferrable "
                          "initially deferred for each row execute function cut()");
    ck_assert_int_eq(tr_store_submit(self.store, taking), 0);
    while (!waits("wait_event = 'PgSleep'"))
        ev_run(self.loop, EVRUN_NOWAIT);
    // Another statement did it meanwhile, as ours would have.
    postgres_run(&server, "select pg_terminate_backend(pid) from pg_stat_activity "
                          "where application_name = 'troupe'");
    postgres_run(&server, "drop trigger cut on troupe_shards; "
                          "insert into troupe_shards values (1, 1, 7, 0)");
    while (!is_taken)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(taking->status, 0);
    ck_assert_uint_eq(taking->epoch, 1);
    tr_store_op_free(taking);
}
END_TEST

// Its bytes are on their way when their connection is given up, and come when another one has written
// since: with the epoch that its owner took meanwhile they are refused.
START_TEST(a_write_that_comes_late_by_a_connection_of_before_is_refused)
{
    char target[160];
    char url[256];
    (void)snprintf(target, sizeof target, "ipc://%s", postgres_socket(&server));
    proxy *way = proxy_start(target);
    (void)snprintf(url, sizeof url, "postgres://owner@/postgres?host=127.0.0.1,%s&port=%s,5432",
                   server.folder, strrchr(proxy_endpoint(way), ':') + 1);
    teller_close(&self);
    teller_open(&self, url);
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "old", HOUR_MS), 0);
    proxy_cut(way, PROXY_THERE | PROXY_BACK);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "late", HOUR_MS), TR_EUNAVAILABLE);
    int status;
    do
        status = teller_take(&self, 1, &epoch, NODE); // by a new connection, which may take long
    while (status == TR_EUNAVAILABLE);
    ck_assert_int_eq(status, 0);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "new", HOUR_MS), 0);
    proxy_cut(way, 0);
    while (waits("(select count(*) from pg_stat_activity where application_name = 'troupe') > 1"))
        ev_run(self.loop, EVRUN_NOWAIT);
    ck_assert_str_eq(teller_load(&self, id), "new");
    proxy_stop(&way);
}
END_TEST

START_TEST(a_server_that_hangs_is_left)
{
    uint64_t epoch = take(1);
    bool is_done;
    postgres_run(&server,
                 "create function hang() returns trigger language plpgsql as $$ begin "
                 "perform pg_sleep(60); return new; end $$; "
                 "create trigger hang before insert on troupe_sessions for each row execute "
                 "function hang()");
    tr_store_op *op = begin_save(&self, epoch, "x", &is_done);
    while (!waits("wait_event = 'PgSleep'"))
        ev_run(self.loop, EVRUN_NOWAIT);
    postgres_run(&server, "drop trigger if exists nothing on troupe_sessions");
    while (!is_done)
        ev_run(self.loop, EVRUN_ONCE);
    ck_assert_int_eq(op->status, TR_EUNAVAILABLE);
    tr_store_op_free(op);
    postgres_run(&server,
                 "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = "
                 "'PgSleep'");
}
END_TEST

// As one that has become a standby, or is kept from writing by its operator, does for connections that
// it has: another server, or this one anew, is looked for.
START_TEST(a_server_that_takes_no_writes_any_more_is_left)
{
    uint64_t epoch = take(1);
    postgres_run(&server, "create table demoted as select pid from pg_stat_activity where "
                          "application_name = 'troupe'; grant select on demoted to public");
    postgres_run(&server, "create function demote() returns trigger language plpgsql as $$ begin "
                          "if exists (select from demoted where pid = pg_backend_pid()) then "
                          "raise exception using errcode = '25006', message = 'read-only'; end "
                          "if; return new; end $$; "
                          "create trigger demote before insert on troupe_sessions for each row "
                          "execute function demote()");
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "x", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "x");
}
END_TEST

// By several programs at once, each of which finds the form before.
START_TEST(tables_of_the_form_before_are_taken_over_with_what_is_in_them)
{
    teller_close(&self);
    postgres_run(&server, "drop schema public cascade; create schema public;" TR_PG_SCHEMA);
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "insert into troupe_sessions values ('%s', 1, 'of before', now() + interval '1 "
                   "hour')",
                   id);
    postgres_run(&server, sql);
    pid_t children[3];
    for (unsigned i = 0; i < 3; i++)
        if ((children[i] = fork()) == 0)
            _exit(tr_store_prepare(postgres_url(&server, "owner"), &identity, why, sizeof why) == 0
                      ? 0
                      : 1);
    for (unsigned i = 0; i < 3; i++) {
        int status;
        ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
        ck_assert_int_eq(status, 0);
    }
    teller_open(&self, postgres_url(&server, "owner"));
    ck_assert_str_eq(teller_load(&self, id), "of before");
    uint64_t epoch = take(1);
    ck_assert_int_eq(teller_save(&self, id, 1, epoch, "of now", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&self, id), "of now");
}
END_TEST

// Another's lock holds the first statement up until all are submitted, each in a turn of its own.
START_TEST(what_comes_while_two_writes_are_under_way_is_written_together)
{
    enum { WRITES = 50 };
    uint64_t epoch = take(1);
    PGconn *other = PQconnectdb(postgres_url(&server, "owner"));
    PQclear(PQexec(other, "begin; lock table troupe_sessions in exclusive mode"));
    bool are_done[WRITES];
    tr_store_op *ops[WRITES];
    for (unsigned i = 0; i < WRITES; i++) {
        teller_id(id, 1);
        ops[i] = begin_save(&self, epoch, "a text", &are_done[i]);
        ev_run(self.loop, EVRUN_NOWAIT);
    }
    PQclear(PQexec(other, "commit"));
    PQfinish(other);
    for (unsigned i = 0; i < WRITES; i++) {
        while (!are_done[i])
            ev_run(self.loop, EVRUN_ONCE);
        ck_assert_int_eq(ops[i]->status, 0);
        tr_store_op_free(ops[i]);
    }
    postgres_run(&server,
                 "do $$ begin if (select count(distinct xmin::text) from troupe_sessions) > "
                 "3 then raise exception 'many transactions'; end if; end $$");
}
END_TEST

START_TEST(a_newer_programs_tables_are_refused)
{
    postgres_run(&server, "update troupe_about set form = 9");
    ck_assert_int_eq(tr_store_prepare(postgres_url(&server, "owner"), &identity, why, sizeof why),
                     TR_EPROTOCOL);
    ck_assert_ptr_nonnull(strstr(why, "newer version"));
    postgres_run(&server, "update troupe_about set form = 1");
}
END_TEST

START_TEST(who_may_not_in_is_told_why)
{
    ck_assert_int_lt(
        tr_store_prepare(postgres_url(&server, "stranger"), &identity, why, sizeof why), 0);
    ck_assert_ptr_nonnull(strstr(why, "stranger"));
    postgres_run(&server, "create role reader login; grant usage on schema public to reader");
    ck_assert_int_lt(tr_store_prepare(postgres_url(&server, "reader"), &identity, why, sizeof why),
                     0);
    ck_assert_msg(strstr(why, "permission denied") != NULL, "%s", why);
    postgres_run(&server, "drop owned by reader; drop role reader");
}
END_TEST

Suite *postgres_suite(void);
Suite *postgres_suite(void)
{
    Suite *suite = suite_create("store/postgres");
    TCase *tests = tcase_create("server");
    tcase_set_timeout(tests, 120);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    tcase_add_checked_fixture(tests, up, down);
    tcase_add_loop_test(tests, who_takes_a_shard_waits_for_a_write_that_was_checked, 0, WHATS);
    tcase_add_loop_test(tests, a_write_waits_for_who_takes_its_shard_and_is_fenced, 0, WHATS);
    tcase_add_test(tests, what_was_submitted_outlives_a_restart_of_the_server);
    tcase_add_test(tests, nobody_waits_for_ever_for_a_server_that_is_away);
    tcase_add_test(tests, a_shard_taken_before_the_answer_was_lost_is_taken);
    tcase_add_test(tests, a_write_that_comes_late_by_a_connection_of_before_is_refused);
    tcase_add_test(tests, a_server_that_hangs_is_left);
    tcase_add_test(tests, a_server_that_takes_no_writes_any_more_is_left);
    tcase_add_test(tests, tables_of_the_form_before_are_taken_over_with_what_is_in_them);
    tcase_add_test(tests, what_comes_while_two_writes_are_under_way_is_written_together);
    tcase_add_test(tests, a_newer_programs_tables_are_refused);
    tcase_add_test(tests, who_may_not_in_is_told_why);
    suite_add_tcase(suite, tests);
    return suite;
}
