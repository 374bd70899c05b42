import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Edits } from '../../src/core/edits.ts';
import { Store } from '../../src/core/tree.ts';

const page = (value: string, label = 'Name', id = 9) => ({
    _c: 'Page',
    _i: 1,
    views: [{ _c: 'View', _i: id - 6, controls: [{ _c: 'TextField', _i: id, label, value }] }],
});

function typed(): { store: Store; edits: Edits } {
    const store = new Store();
    const edits = new Edits();
    store.mergePage(page(''));
    store.mergeLocal(9, { value: 'typed' });
    edits.note(store, 9, { value: 'typed' }, 0);
    return { store, edits };
}

test('what never arrived is put back', () => {
    const { store, edits } = typed();
    const standing = edits.standing(store, 1);
    store.mergePage(page(''));
    assert.deepEqual(
        edits.lost(store, standing, true).map(({ props }) => props),
        [{ value: 'typed' }],
    );
});

test('what the server has, or has changed since, stays', () => {
    const arrived = typed();
    const standing = arrived.edits.standing(arrived.store, 1);
    arrived.store.mergePage(page('typed'));
    assert.deepEqual(arrived.edits.lost(arrived.store, standing, true), []);

    const cleared = typed();
    cleared.store.patch(9, [[0], [0, 0, 'value', '']]);
    assert.deepEqual(cleared.edits.standing(cleared.store, 1), []);
});

test('in a new session only a control that is recognisably the same gets it', () => {
    const { store, edits } = typed();
    const standing = edits.standing(store, 1);
    store.mergePage(page('', 'Credit card'));
    assert.deepEqual(edits.lost(store, standing, false), []);
    store.mergePage(page('', 'Name', 1009));
    assert.deepEqual(
        edits.lost(store, standing, false).map(({ id, props }) => [id, props]),
        [[1009, { value: 'typed' }]],
    );
});
