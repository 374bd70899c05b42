import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSlow, LogLines, fieldOf, weightOfLog } from '../../src/desk/loglines.ts';

const took = (session: string, handler: string, us: number) =>
    `2026-01-01T00:00:00.000Z level=info thread=core-0 event=handler_took handler=${handler} at=/tmp/shop/app.c:12 session=${session} on=click us=${us}`;

test('values of a line are found by their keys', () => {
    const line = 'time level=warn event=page_misuse key="to \\"x\\"" text="no control"  at=app.c:3';
    assert.equal(fieldOf(line, 'event'), 'page_misuse');
    assert.equal(fieldOf(line, 'key'), 'to "x"');
    assert.equal(fieldOf(line, 'at'), 'app.c:3');
    assert.equal(fieldOf(line, 'vent'), null);
});

test('each line counts once, however often the list comes', () => {
    const log = new LogLines();
    assert.equal(log.take({ first: 0, lines: ['level=info event=a', took('abcdef', 'add', 1500)] }), true);
    assert.equal(log.take({ first: 0, lines: ['level=info event=a', took('abcdef', 'add', 1500)] }), false);
    log.take({ first: 1, lines: [took('abcdef', 'add', 1500), took('abcdef', 'add', 750_000), 'session=other1 x'] });
    assert.deepEqual(log.of('abcdefgh'), ['level=info event=a']);
    const [add] = log.handlersOf('abcdefgh');
    assert.deepEqual(add, { handler: 'add', at: 'app.c:12', on: 'click', runs: 2, lastMs: 750, slowestMs: 750 });
    assert.equal(isSlow(add!), true);
    assert.deepEqual(log.handlersOf('zzz'), []);
    // `troupe dev` anew counts from the start.
    assert.equal(log.take({ first: 0, lines: ['level=info event=b'] }), true);
    assert.deepEqual(log.of('abcdefgh'), ['level=info event=a', 'level=info event=b']);
});

test('what is no list changes nothing', () => {
    const log = new LogLines();
    for (const value of [null, 1, {}, { first: 'x', lines: [] }, { first: 0, lines: 3 }])
        assert.equal(log.take(value), false);
    log.take({ first: 0, lines: [1, null, 'a'] });
    assert.deepEqual(log.of(''), ['a']);
});

test('warnings and errors stand out', () => {
    assert.equal(weightOfLog('level=warn event=page_misuse'), 'warning');
    assert.equal(weightOfLog('app.c:3:4: runtime error: signed integer overflow'), 'error');
    assert.equal(weightOfLog('level=info event=x'), 'plain');
});
