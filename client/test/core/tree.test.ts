import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decodePacket, Ext } from '../../src/core/packets.ts';
import { Control, isMap, Store, TreeError, type Value } from '../../src/core/tree.ts';

type Vector = {
    name: string;
    messages: { dir: string; hex: string }[];
    client_tree: unknown;
};
const golden = JSON.parse(readFileSync('test/fixtures/golden.json', 'utf8')) as { vectors: Vector[] };

// The form in which the golden file writes a tree.
function plain(value: Value): unknown {
    if (value instanceof Control) return { _c: value.type, _i: value.id, ...(plain(value.props) as object) };
    if (value instanceof Ext) return { $ext: [value.type, value.text] };
    if (value instanceof Uint8Array) return { $bin: Buffer.from(value).toString('hex') };
    if (Array.isArray(value)) return value.map(plain);
    if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
    if (typeof value === 'number' && !Number.isFinite(value))
        return { $float: value > 0 ? 'inf' : value < 0 ? '-inf' : 'nan' };
    return value;
}

function replay(vector: Vector): Store {
    const store = new Store();
    for (const { dir, hex } of vector.messages) {
        if (!hex || dir === 'server') continue;
        const packet = decodePacket(Buffer.from(hex, 'hex'));
        if (!packet) continue;
        const { action, body } = packet;
        if (dir === 's2c' && action === 1) store.mergePage(body['page_patch']);
        if (dir === 's2c' && action === 2) store.patch(body['id'], body['patch']);
        if (dir === 'c2s' && action === 4) store.mergeLocal(body['id'] as number, body['props'] as never);
    }
    return store;
}

assert.equal(golden.vectors.length, 50);
for (const vector of golden.vectors)
    test(`golden: ${vector.name}`, () => {
        assert.deepEqual(plain(replay(vector).root), vector.client_tree);
    });

const text = (id: number, value: string) => ({ _c: 'Text', _i: id, value });

function listed(...ids: number[]): Store {
    const store = new Store();
    store.mergePage({
        _c: 'Page',
        _i: 1,
        views: [{ _c: 'View', _i: 3, controls: ids.map((id) => text(id, String(id))) }],
    });
    return store;
}

const idsOf = (store: Store) => (store.find(3)!.props['controls'] as Control[]).map((control) => control.id);
const tree = [0, { controls: [1] }];

test('a patch names the controls to redraw', () => {
    const store = listed(9, 10);
    assert.deepEqual([...store.patch(9, [[0], [0, 0, 'value', 'B']])], [store.find(9)]);
    const dirty = store.patch(9, [[0], [0, 0, 'visible', false]]);
    assert.deepEqual([...dirty], [store.find(9), store.find(3)]);
});

test('moving keeps the control object, removing forgets it', () => {
    const store = listed(9, 10, 11);
    const moved = store.find(11);
    store.patch(3, [tree, [3, 1, 2, 1, 0]]);
    assert.deepEqual(idsOf(store), [11, 9, 10]);
    assert.equal(store.find(11), moved);
    store.patch(3, [tree, [2, 1, 0]]);
    assert.equal(store.find(11), undefined);
    assert.equal(store.patch(11, [[0], [0, 0, 'value', 'x']]).size, 0);
});

test('a reused id belongs to the newer control', () => {
    const store = listed(9);
    store.patch(3, [[0], [0, 0, 'controls', [text(9, 'new')]]]);
    assert.equal(store.find(9)!.props['value'], 'new');
});

test('bad operations throw and keep what was applied before', () => {
    for (const op of [
        [0, 7, 'value', 1],
        [0, 1, 5, text(12, '')],
        [1, 1, -1, null],
        [2, 1, 9],
        [9, 0],
        'x',
        [0, 1, 0, { _c: 'Text' }],
        [3, 1, 0, 0, 'a'],
        [1, 1, 1.5, null],
        [0, 0, null, 1],
    ]) {
        const store = listed(9, 10);
        assert.throws(() => store.patch(3, [tree, [0, 0, 'spacing', 5], op]), TreeError, String(op));
        assert.equal(store.find(3)!.props['spacing'], 5);
    }
    assert.throws(
        () =>
            listed(9).patch(3, [
                [0, { nothing: [1] }],
                [0, 1, 'a', 1],
            ]),
        TreeError,
    );
    assert.throws(() => listed(9).patch('3', []), TreeError);
});

test('nesting without end is refused', () => {
    let deep: unknown = text(20, '');
    for (let i = 0; i < 2000; i++) deep = [deep];
    assert.throws(() => listed(9).patch(3, [[0], [0, 0, 'controls', deep]]), TreeError);
});

test('a path may use names that objects inherit without reaching them', () => {
    assert.throws(
        () =>
            listed(9).patch(3, [
                [0, { constructor: [1] }],
                [0, 1, 'a', 1],
            ]),
        TreeError,
    );
});
