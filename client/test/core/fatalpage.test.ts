// A page that ends its server when it is opened, again and again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from '../support/connectionscene.ts';

// Breaks without a word: before the page was there, or that long after.
function breaks(s: ReturnType<typeof scene>, afterMs?: number): number {
    s.socket().onopen!();
    if (afterMs !== undefined) {
        s.socket().receive(1, { session_id: 's', error: '', page_patch: {} });
        s.clock.pass(afterMs);
    }
    s.socket().onclose!({ code: 1006, reason: '' });
    return s.clock.nextIn;
}

test('a page with which the server ended each time is opened less and less often', () => {
    const s = scene();
    const delays: number[] = [];
    for (let i = 0; i < 9; i++) {
        delays.push(breaks(s, i % 2 ? 900 : undefined));
        s.clock.pass(delays[i]!);
        assert.equal(s.connection.state.name, 'connecting');
    }
    assert.ok(delays[1]! <= 500);
    assert.deepEqual(
        delays.slice(2),
        [10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1250),
    );
});

test('who only looks does not try such a page again, who asks for it does', () => {
    const s = scene();
    for (let i = 0; i < 3; i++) {
        const delay = breaks(s);
        if (i < 2) s.clock.pass(delay);
    }
    assert.deepEqual(s.connection.state, { name: 'waiting', isBusy: true });
    s.connection.retryNow(false);
    assert.equal(s.connection.state.name, 'waiting');
    s.connection.retryNow();
    assert.equal(s.connection.state.name, 'connecting');
});

test('a page that was well for a second did not end the server, nor does one that is not reached', () => {
    const s = scene();
    for (let i = 0; i < 2; i++) s.clock.pass(breaks(s));
    s.clock.pass(breaks(s, 1000));
    for (let i = 0; i < 4; i++) {
        s.socket().onclose!({ code: 1006, reason: '' });
        s.clock.pass(s.clock.nextIn);
    }
    assert.ok(breaks(s) <= 10_000);
    assert.deepEqual(s.connection.state, { name: 'waiting' });
});

test('nor did a page that took in that time what somebody did on it', () => {
    const s = scene();
    for (let i = 1; i <= 5; i++) {
        s.count(1, i - 1);
        s.click('add');
        s.socket().receiveSeen(i);
        s.clock.pass(300);
        s.socket().onclose!({ code: 1006, reason: '' });
        assert.deepEqual(s.connection.state, { name: 'waiting' }, `time ${i}`);
        s.clock.pass(s.clock.nextIn);
    }
});

test('what it was sent again, and took, says nothing of that', () => {
    const s = scene();
    s.click('bad');
    for (let i = 1; i <= 3; i++) {
        s.count(1);
        if (i === 3) s.socket().receiveSeen(1);
        s.clock.pass(300);
        s.socket().onclose!({ code: 1006, reason: '' });
        if (i < 3) s.clock.pass(s.clock.nextIn);
    }
    assert.deepEqual(s.connection.state, { name: 'waiting', isBusy: true });
});
