import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { persist, withCode } from '../../src/dom/code.ts';

const { setTimeout } = globalThis;
const { error } = console;
const waits: number[] = [];
const lines: unknown[][] = [];

beforeEach(() => {
    waits.length = lines.length = 0;
    globalThis.setTimeout = ((act: () => void, ms: number) => {
        waits.push(ms);
        queueMicrotask(act);
    }) as unknown as typeof setTimeout;
    console.error = (...words: unknown[]) => void lines.push(words);
});

afterEach(() => {
    globalThis.setTimeout = setTimeout;
    console.error = error;
});

// Fails so many times.
function away(times: number): () => Promise<string> {
    let tries = 0;
    return async () => {
        if (tries++ < times) throw new TypeError('x.js was not fetched');
        return 'code';
    };
}

test('code that does not come at first is asked for again, each time later', async () => {
    assert.equal(await persist(away(3)), 'code');
    assert.deepEqual(waits, [500, 1000, 2000]);
    await assert.rejects(persist(away(6)), /x\.js/);
});

test('what goes without its code has one line in the console, however many ask for it', async () => {
    const used: string[] = [];
    await withCode(away(0), (code) => used.push(code));
    assert.deepEqual(used, ['code']);
    await withCode(away(99), (code) => used.push(code));
    await withCode(away(99), (code) => used.push(code));
    assert.deepEqual(used, ['code']);
    assert.deepEqual(lines, [['troupe: TypeError: x.js was not fetched']]);
});
