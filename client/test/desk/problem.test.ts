import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf, readStatus } from '../../src/desk/problem.ts';

const ok = { state: 'ok', lines: [] } as const;

function shown(status: unknown) {
    const read = readStatus(status);
    return read && problemOf(read);
}

test('an app that compiles and runs has no problem', () => {
    assert.equal(shown({ build: ok, crash: null }), null);
    assert.equal(shown({ build: { state: 'building', lines: [] }, crash: null }), null);
});

test('a compile error is at its place, with the words of the compiler', () => {
    const lines = [
        'app.c: In function ‘add’:',
        'app.c:9:14: warning: unused variable ‘x’ [-Wunused-variable]',
        'parts/app.c:14:11: error: ‘struct basket’ has no member named ‘cuont’; did you mean ‘count’?',
        '   14 |     basket->cuont += STEP;',
        'make: *** [Makefile:5: 0.o] Error 1',
    ];
    const problem = shown({ build: { state: 'failed', lines }, crash: { number: 1, how: '', lines: [] } });
    assert.equal(problem?.kind, 'compile');
    assert.equal(problem?.place, 'parts/app.c:14');
    assert.equal(problem?.words, '‘struct basket’ has no member named ‘cuont’; did you mean ‘count’?');
    assert.deepEqual(
        problem?.lines.map(({ weight }) => weight),
        ['plain', 'warning', 'error', 'plain'],
    );
});

test('what the linker says has no place', () => {
    const lines = ["/usr/bin/ld: 0.o: in function `add': undefined reference to `total'"];
    const problem = shown({ build: { state: 'failed', lines }, crash: null });
    assert.equal(problem?.place, '');
    assert.equal(problem?.lines.length, 1);
});

test('a crash names its handler, where that is written, and its frames', () => {
    const lines = [
        'time=2026-01-01 level=error event=crash signal=SIGSEGV handler=add at=app.c:12 address=0x0',
        '/tmp/app-1(+0xbbb59)[0x555fa320db59]',
        '    #0 0x55aa in add /tmp/shop/app.c:14',
        '    #1 0x55ab (/tmp/app-1+0x1234)',
    ];
    const crash = { number: 3, how: 'SIGABRT (Aborted)', lines };
    const problem = shown({ build: ok, crash });
    assert.equal(problem?.title, 'The handler add crashed');
    assert.equal(problem?.place, 'app.c:12');
    assert.equal(problem?.words, 'SIGSEGV');
    assert.deepEqual(
        problem?.lines.map(({ weight }) => weight),
        ['plain', 'place', 'plain'],
    );
    assert.notEqual(problem?.id, shown({ build: ok, crash: { ...crash, number: 4 } })?.id);
});

test('where it crashed in the sources of the app comes before where its handler is written', () => {
    const lines = [
        '==3==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x60 at pc 0x55',
        'level=error event=crash signal=SIGABRT handler=add at=app.c:12',
    ];
    const problem = shown({ build: ok, crash: { number: 1, how: 'SIGABRT (Aborted)', at: 'list.c:20', lines } });
    assert.equal(problem?.place, 'list.c:20');
    assert.equal(problem?.words, 'heap-buffer-overflow, SIGABRT (Aborted)');
    const deep = ['event=stack_overflow handler=walk stack=coroutine'];
    assert.equal(
        shown({ build: ok, crash: { number: 2, how: '', at: '', lines: deep } })?.title,
        'The handler walk crashed',
    );
});

test('one outside of handlers, or of a program that said nothing, is a crash, too', () => {
    const none = ['level=error event=crash signal=SIGSEGV handler=none address=0x0'];
    assert.equal(shown({ build: ok, crash: { number: 1, how: 'SIGSEGV (x)', lines: none } })?.title, 'The app crashed');
    const silent = shown({ build: ok, crash: { number: 1, how: 'exit code 3', lines: [] } });
    assert.equal(silent?.words, 'exit code 3');
});

test('what becomes of pages with another state is asked, unless the program does not compile', () => {
    const question = { token: '1-ab', keep: true, failed: false };
    const asked = shown({ build: ok, question, crash: { number: 1, how: '', lines: [] } });
    assert.equal(asked?.title, 'The state struct has another layout');
    assert.deepEqual(
        asked?.choices.map(({ answer }) => answer),
        ['1-ab-keep', '1-ab-anew'],
    );
    assert.equal(shown({ build: { state: 'failed', lines: [] }, question, crash: null })?.kind, 'compile');
});

test('without migrate pages can only begin anew, and where one failed that is said', () => {
    const asked = shown({ build: ok, question: { token: '2-ab' }, crash: null });
    assert.deepEqual(
        asked?.choices.map(({ answer }) => answer),
        ['2-ab-anew'],
    );
    assert.match(asked?.hint ?? '', /\.migrate in TR_STATE/);
    const failed = shown({ build: ok, question: { token: '3-ab', keep: true, failed: true }, crash: null });
    assert.equal(failed?.title, 'migrate did not take the state of a page');
});

test('what is no status is none', () => {
    for (const value of [null, 3, 'x', [], {}, { build: 1 }, { build: { state: 'odd' } }])
        assert.equal(readStatus(value), null);
    assert.deepEqual(readStatus({ build: { state: 'failed', lines: [1, 'a', null] }, crash: 0 }), {
        build: { state: 'failed', lines: ['a'] },
        question: null,
        crash: null,
    });
});
