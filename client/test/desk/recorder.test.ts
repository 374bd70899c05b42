import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Action, encodePacket } from '../../src/core/packets.ts';
import { Recorder } from '../../src/desk/recorder.ts';

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
    const click = encodePacket(Action.Event, { target: 6, name: 'click', data: null });
    recorder.sent(click, 2000);
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
    assert.equal(recorder.entries[1]?.bytes, click.length);
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
