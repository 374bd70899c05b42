import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, type State } from '../../src/core/connection.ts';
import { FakeClock, scene } from '../support/connectionscene.ts';

test('what a server has not confirmed goes out again, numbered, in order; the rest does not', () => {
    const s = scene();
    s.click('a');
    s.count(1);
    s.click('b');
    s.click('c');
    assert.deepEqual(s.socket().events, [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
    ]);
    s.socket().receiveNumbered(2, 1, 2, { id: 9, patch: [[0]] });
    s.lose();
    s.click('d');
    s.socket().onopen!();
    assert.deepEqual(s.socket().sent[0]!.body['resume'], [77, 2, 2]);
    // `b` was taken and is not safe yet: it is kept, and not sent.
    s.socket().receiveNumbered(2, 1, 1, { session_id: 's', error: '', page_patch: {}, taken: 2, until: 2 });
    assert.deepEqual(s.socket().events, [
        [3, 'c'],
        [4, 'd'],
    ]);
    // Another process knows less.
    s.lose();
    s.count(3, 1);
    assert.deepEqual(s.socket().events, [
        [2, 'b'],
        [3, 'c'],
        [4, 'd'],
    ]);
    s.socket().receiveSeen(4);
    s.lose();
    s.count(4, 4);
    assert.deepEqual(s.socket().events, []);
});

test('nothing goes out before all that was missed has come', () => {
    const s = scene();
    s.count(1);
    s.lose();
    s.click('a');
    s.count(1, 0, 0, 3);
    assert.deepEqual(s.said, ['caught up']);
    s.socket().receiveNumbered(2, 0, 2, { id: 9, patch: [[0]] });
    assert.deepEqual(s.socket().events, []);
    s.socket().receiveNumbered(3, 0, 2, { id: 9, patch: [[0]] });
    assert.deepEqual(s.said, ['caught up', 'caught up']);
    assert.deepEqual(s.socket().events, [[1, 'a']]);
    assert.equal(s.packets.length, 2);
});

test('a hole in the numbers of the server ends the connection', () => {
    const s = scene();
    s.count(1);
    s.socket().receiveNumbered(3, 0, 2, { id: 9, patch: [[0]] });
    assert.equal(s.socket().closedWith, 4002);
    assert.equal(s.packets.length, 0);
});

test('the server hears what has come: with the next message, after some, or after a while', () => {
    const s = scene();
    s.count(1);
    s.click('a');
    assert.equal(s.socket().numbered[0]!.seen, 1);
    for (let n = 2; n < 10; n++) s.socket().receiveNumbered(n, 0, 2, { id: 9, patch: [[0]] });
    assert.deepEqual(s.socket().numbered.at(-1), { number: 0, seen: 9, packet: null });
    s.socket().receiveNumbered(10, 0, 2, { id: 9, patch: [[0]] });
    assert.equal(s.socket().numbered.at(-1)!.seen, 9);
    s.clock.pass(1000);
    assert.equal(s.socket().numbered.at(-1)!.seen, 10);
});

test('a line that says nothing is asked, and left within ten seconds', () => {
    const s = scene();
    s.count(1);
    s.clock.pass(4000);
    assert.equal(s.socket().pings, 1);
    s.socket().receiveSeen(0);
    s.clock.pass(7999);
    assert.equal(s.sockets.length, 1);
    s.clock.pass(1);
    assert.equal(s.connection.state.name, 'waiting');
    s.clock.pass(250);
    assert.equal(s.sockets.length, 2);
});

test('a page that nobody looks at asks nothing, and asks at once when somebody does', () => {
    const s = scene();
    s.count(1);
    s.watched.is = false;
    s.clock.pass(60_000);
    assert.equal(s.socket().pings, 0);
    s.watched.is = true;
    s.connection.retryNow();
    assert.equal(s.socket().pings, 1);
    s.clock.pass(4000);
    assert.equal(s.connection.state.name, 'waiting');
});

test('a full box says so, and when there is room again', () => {
    const s = scene();
    s.count(1);
    for (let i = 0; i < 512; i++) assert.equal(s.click('a'), true);
    assert.equal(s.click('b'), false);
    assert.deepEqual(s.said, ['caught up', 'full']);
    s.socket().receiveSeen(512);
    assert.deepEqual(s.said, ['caught up', 'full', 'room']);
    assert.equal(s.click('b'), true);
});

test('what is not confirmed for long is said, and that it is then', () => {
    const s = scene();
    s.count(1);
    s.click('a');
    s.clock.pass(3000);
    for (let i = 0; i < 3; i++) {
        s.socket().receiveSeen(0);
        s.clock.pass(2000);
    }
    assert.deepEqual(s.said, ['caught up', 'late']);
    s.socket().receiveSeen(1);
    assert.deepEqual(s.said, ['caught up', 'late', 'in time']);
});

test('an event that breaks every process is given up in the end, and those behind it are not', () => {
    const s = scene();
    s.click('bad');
    s.click('good');
    for (const expected of [['bad', 'good'], ['bad', 'good'], ['bad']]) {
        s.count(1);
        assert.deepEqual(
            s.socket().events.map(([, name]) => name),
            expected,
        );
        s.lose();
    }
    s.count(4);
    assert.deepEqual(
        s.socket().events.map(([, name]) => name),
        ['good'],
    );
    assert.ok(s.said.includes('gave up bad'));
});

test('registers, then sends what was queued, in order', () => {
    const s = scene();
    s.connection.send(4, { id: 9, props: { value: 'a' } });
    s.connection.send(3, { target: 9, name: 'change', data: 'a' });
    s.register();
    assert.deepEqual(
        s.socket().sent.map(({ action }) => action),
        [1, 4, 3],
    );
    assert.equal(s.connection.state.name, 'ready');
});

test('reconnects with growing, capped delays and registers again', () => {
    const s = scene();
    const delays: number[] = [];
    for (let i = 0; i < 8; i++) {
        s.socket().onclose!({ code: 1006, reason: '' });
        delays.push(s.clock.nextIn);
        s.clock.pass(s.clock.nextIn);
    }
    assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 10000, 10000]);
    s.register();
    assert.equal(s.connection.state.name, 'ready');
});

test('a stable connection is forgiven, one that breaks at once is not', () => {
    const s = scene();
    s.register();
    s.socket().onclose!({ code: 1006, reason: '' });
    assert.equal(s.clock.nextIn, 250);
    s.clock.pass(250);
    s.register();
    s.socket().onclose!({ code: 1006, reason: '' });
    assert.equal(s.clock.nextIn, 500);
    s.clock.pass(500);
    s.register();
    s.clock.pass(6000);
    s.socket().onclose!({ code: 1012, reason: '' });
    assert.equal(s.clock.nextIn, 250);
});

test('does not wait when the network comes back', () => {
    const s = scene();
    s.socket().onclose!({ code: 1006, reason: '' });
    s.connection.retryNow();
    assert.equal(s.sockets.length, 2);
    s.connection.retryNow();
    assert.equal(s.sockets.length, 2, 'one attempt at a time');
});

test('taken by another window: no reconnect until asked', () => {
    const s = scene();
    s.register();
    s.socket().onclose!({ code: 4001, reason: '' });
    assert.equal(s.connection.state.name, 'taken');
    s.connection.retryNow();
    s.clock.pass(3_600_000);
    assert.equal(s.sockets.length, 1);
    s.connection.start();
    s.register();
    assert.equal(s.connection.state.name, 'ready');
});

test('protocol errors are shown and retried slowly', () => {
    for (const code of [1002, 1003, 1007, 1008, 1009]) {
        const s = scene();
        s.register();
        s.socket().onclose!({ code, reason: 'why' });
        assert.deepEqual(s.connection.state, { name: 'broken', reason: 'why' });
        assert.ok(s.clock.nextIn >= 10_000);
        const first = s.clock.nextIn;
        s.clock.pass(first);
        assert.equal(s.sockets.length, 2);
        s.register();
        s.socket().onclose!({ code, reason: 'why' });
        assert.ok(s.clock.nextIn >= first * 2, 'slower each time');
    }
});

test('garbled data ends the connection and begins a new one, with growing delays', () => {
    const s = scene();
    const delays: number[] = [];
    for (let i = 0; i < 3; i++) {
        s.register();
        s.socket().onmessage!({ data: new Uint8Array([0, 0xc1]).buffer });
        assert.equal(s.socket().closedWith, 4002);
        delays.push(s.clock.nextIn);
        s.clock.pass(s.clock.nextIn);
    }
    assert.deepEqual(delays, [250, 500, 1000]);
    s.register();
    s.socket().receive(99, {});
    assert.equal(s.bad.length, 4);
});

test('text messages and unknown packet types are ignored', () => {
    const s = scene();
    s.register();
    s.socket().onmessage!({ data: 'hello' });
    s.socket().onmessage!({ data: new Uint8Array([2, 1]).buffer });
    assert.equal(s.connection.state.name, 'ready');
    assert.equal(s.bad.length, 0);
});

test('a refused registration stays and does not send the queue', () => {
    const s = scene();
    s.connection.send(3, { target: 1, name: 'x', data: null });
    s.socket().onopen!();
    s.socket().receive(1, { session_id: '', error: 'no such app', page_patch: {} });
    assert.deepEqual(s.connection.state, { name: 'refused', reason: 'no such app' });
    assert.equal(s.socket().sent.length, 1);
});

test('a server that never answers is given up', () => {
    const s = scene();
    s.clock.pass(15_000);
    assert.equal(s.connection.state.name, 'waiting');
    s.clock.pass(250);
    assert.equal(s.sockets.length, 2);
});

test('what is refused for good is not tried again, whatever happens', () => {
    const final: [number, string][] = [
        [4400, ''],
        [4403, 'pages of this origin may not connect'],
        [4413, 'too large'],
        [4499, 'x'],
        [1008, 'permanent: wrong host'],
        [1009, 'permanently too large'],
    ];
    for (const [code, reason] of final)
        for (const isRegistered of [true, false]) {
            const s = scene();
            if (isRegistered) s.register();
            s.socket().onclose!({ code, reason });
            assert.deepEqual(s.connection.state, { name: 'final', reason: reason || `code ${code}`, code });
            s.connection.retryNow();
            s.connection.resume();
            s.clock.pass(3_600_000);
            assert.equal(s.sockets.length, 1, `${code}`);
        }
});

test('what passes is tried again', () => {
    for (const code of [1000, 1001, 1005, 1006, 1008, 1009, 1011, 1012, 1013, 3000, 4000, 4002, 4399, 4500]) {
        const s = scene();
        s.register();
        s.socket().onclose!({ code, reason: '' });
        s.clock.pass(s.clock.nextIn);
        assert.equal(s.sockets.length, 2, `${code}`);
    }
});

test('an address that the browser refuses is said and not tried again', () => {
    const states: State[] = [];
    const clock = new FakeClock();
    let opened = 0;
    const connection = new Connection({
        clock,
        document: 1,
        isWatched: () => true,
        onCaughtUp: () => undefined,
        onFull: () => undefined,
        onRoom: () => undefined,
        onLate: () => undefined,
        onGivenUp: () => undefined,
        open: () => {
            opened++;
            throw new Error('mixed content');
        },
        registration: () => ({}),
        onRegistered: () => undefined,
        onPacket: () => undefined,
        onBadData: () => undefined,
        onTooBig: () => undefined,
        onState: (state) => states.push(state),
    });
    connection.start();
    clock.pass(3_600_000);
    assert.equal(opened, 1);
    assert.equal(states.at(-1)!.name, 'final');
});

test('a message over the limit is not sent, now or later, and the connection stays', () => {
    const s = scene();
    const big = 'x'.repeat(300 * 1024);
    s.connection.send(4, { id: 9, props: { value: big } });
    s.register();
    s.connection.send(4, { id: 9, props: { value: big } });
    s.connection.send(3, { target: 9, name: 'change', data: 'a' });
    assert.deepEqual(
        s.tooBig.map(([action]) => action),
        [4, 4],
    );
    assert.deepEqual(
        s.socket().sent.map(({ action }) => action),
        [1, 3],
    );
    assert.equal(s.connection.state.name, 'ready');
});
