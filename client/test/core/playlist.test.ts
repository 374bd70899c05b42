import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Playlist } from '../../src/core/playlist.ts';

function listOf(count: number, at = 0): Playlist {
    const list = new Playlist(() => 0);
    list.fill(count, at);
    return list;
}

test('a list goes from its first item to its last', () => {
    const list = listOf(3);
    assert.equal(list.beside(-1), undefined);
    assert.equal(list.following(), 1);
    list.at = 2;
    assert.equal(list.following(), undefined);
    assert.equal(list.beside(-1), 1);
});

test('a loop begins anew, and a single item is played again', () => {
    const list = listOf(3, 2);
    list.mode = 'loop';
    assert.equal(list.following(), 0);
    list.mode = 'single';
    assert.equal(list.following(), 2);
    assert.equal(list.beside(-1), 1);
});

test('a shuffled list plays each item once, from the one that plays', () => {
    const list = listOf(5, 3);
    list.shuffle(true);
    const played = [list.at];
    for (let next = list.following(); next !== undefined; next = list.following()) played.push((list.at = next));
    assert.equal(played[0], 3);
    assert.deepEqual([...played].sort(), [0, 1, 2, 3, 4]);
    list.at = 3;
    list.shuffle(false);
    assert.equal(list.beside(-1), 2);
});

test('an empty list has nothing to play', () => {
    const list = listOf(0);
    list.mode = 'loop';
    list.shuffle(true);
    assert.equal(list.following(), undefined);
    assert.ok(!list.has(0));
    assert.ok(!listOf(2).has(1.5));
});
