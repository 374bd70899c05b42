import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Action, encodePacket, encodeSeen, encodeWithRoom, writeHead } from '../../src/core/packets.ts';
import { linesOf } from '../../src/desk/instruments.ts';
import { LogLines } from '../../src/desk/loglines.ts';
import { Recorder } from '../../src/desk/recorder.ts';

function numbered(action: number, body: unknown, number: number, seen = 0) {
    const bytes = encodeWithRoom(action, body);
    writeHead(bytes, number, seen);
    return bytes;
}

const click = { target: 6, name: 'click', data: null };
const changed = { id: 5, patch: [[0], [0, 0, 'value', '1']] };
const outcomes = ({ entries }: Recorder) =>
    entries.filter(({ kind }) => kind === 'event').map(({ answeredMs, tries, lost }) => [answeredMs, tries, lost]);

// The line broke, and the server answers for the session.
const back = (recorder: Recorder, session: string, seen = 0) =>
    recorder.received(numbered(Action.Register, { session_id: session, page_patch: {} }, 1, seen).buffer, 5000);

function page() {
    const text = { _c: 'Text', _i: 5, key: 'count', value: '0', size: 40 };
    const view = { _c: 'View', _i: 3, controls: [text, { _c: 'Button', _i: 6, content: 'Add' }] };
    const body = { session_id: 'abcdefgh', page_patch: { _c: 'Page', _i: 1, views: [view] } };
    const recorder = new Recorder();
    recorder.received(encodePacket(Action.Register, body).buffer, 1000);
    return recorder;
}

test('the tree has each control with its key and its properties', () => {
    const recorder = page();
    assert.equal(recorder.session, 'abcdefgh');
    assert.deepEqual(recorder.tree(), [
        'Page 1',
        '  View 3',
        '    Text "count"  value="0"  size=40',
        '    Button 6  content="Add"',
    ]);
});

test('events, how long until they show, and patches with their bytes', () => {
    const recorder = page();
    const sent = encodePacket(Action.Event, click);
    recorder.sent(sent, 2000);
    recorder.received(encodePacket(Action.Patch, { id: 1, patch: [[0], [0, 0, '_taken', 1]] }).buffer, 2003);
    const patch = encodePacket(Action.Patch, { id: 5, patch: [[0], [0, 0, 'value', '1']] });
    recorder.received(patch.buffer, 2012);
    recorder.sent(encodePacket(Action.Update, { id: 5, props: { size: 41 } }), 3000);
    assert.deepEqual(
        recorder.entries.map(({ kind, what, answeredMs }) => [kind, what, answeredMs]),
        [
            ['page', 'the whole page', null],
            ['event', 'Button 6 click', 12],
            ['patch', 'Page 1, 1 change', null],
            ['patch', 'Text "count", 1 change', null],
            ['update', 'Text "count" size=41', null],
        ],
    );
    assert.equal(recorder.entries[1]?.bytes, sent.length);
    assert.equal(recorder.tree()[2], '    Text "count"  value="1"  size=41');
});

test('so much is kept and no more, and what is no packet is none', () => {
    const recorder = page();
    for (let i = 0; i < 500; i++) recorder.sent(encodePacket(Action.Event, { target: 6, name: 'click' }), i);
    assert.equal(recorder.entries.length, 200);
    const { version } = recorder;
    recorder.received('text', 1);
    recorder.received(Uint8Array.of(2, 2).buffer, 1);
    assert.equal(recorder.version, version);
});

test('a click that is given up has no time, and says why', () => {
    const recorder = page();
    for (let i = 0; i < 3; i++) {
        recorder.sent(numbered(Action.Event, click, 7), 2000 + i);
        back(recorder, 'abcdefgh');
    }
    recorder.received(numbered(Action.Patch, changed, 2).buffer, 20_000);
    assert.deepEqual(outcomes(recorder), [[null, 3, 'the server failed each of the 3 times it was sent']]);
    const said = linesOf('Events', recorder, new LogLines()).find(({ text }) => text.includes('click'));
    assert.match(said?.text ?? '', /Button 6 click {2}sent 3 times {2}lost: the server failed/);
    assert.equal(said?.weight, 'error');
});

test('one that goes out again and is answered has its time, and one that is safe is not given up', () => {
    const recorder = page();
    recorder.sent(numbered(Action.Event, click, 7), 2000);
    back(recorder, 'abcdefgh');
    assert.equal(recorder.tree().length, 4, 'who has the page still gets none');
    recorder.sent(numbered(Action.Event, click, 7), 2500);
    recorder.received(numbered(Action.Patch, changed, 2).buffer, 2600);
    recorder.sent(numbered(Action.Event, click, 8), 3000);
    recorder.received(encodeSeen(8).buffer, 3001);
    for (let i = 0; i < 3; i++) back(recorder, 'abcdefgh', 8);
    assert.deepEqual(outcomes(recorder), [
        [600, 2, ''],
        [null, 1, ''],
    ]);
});

test('what another page has taken the place of is lost, and so is what a session ended with', () => {
    const recorder = page();
    recorder.sent(numbered(Action.Event, click, 7), 2000);
    back(recorder, 'anothers');
    recorder.received(numbered(Action.Patch, changed, 2).buffer, 9000);
    recorder.sent(encodePacket(Action.Event, click), 9001);
    recorder.received(encodePacket(Action.Crash, { message: 'out of memory' }).buffer, 9002);
    assert.deepEqual(outcomes(recorder), [
        [null, 1, 'the page began anew'],
        [null, 1, 'the session ended'],
    ]);
});
