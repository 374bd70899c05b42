import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fetchModule, persist, withCode } from '../../src/dom/code.ts';

const { fetch, setTimeout } = globalThis;
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
    globalThis.fetch = fetch;
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

test('of what was fetched no text is kept', async () => {
    const LENGTH = 4_000_000;
    const fetched: string[] = [];
    globalThis.fetch = (async (url: string) => {
        fetched.push(url);
        const names = fetched.length === 1 ? '//a-file-of-many.js another-file-of-many.js\n' : '';
        return { ok: true, text: async () => Buffer.alloc(LENGTH, names || 'x').toString() };
    }) as unknown as typeof globalThis.fetch;
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    const before = process.memoryUsage().heapUsed;
    // It is no file: what matters is what comes before the import.
    await assert.rejects(fetchModule('./nowhere.js'));
    collect();
    const kept = process.memoryUsage().heapUsed - before;
    assert.deepEqual(
        fetched.map((url) => url.slice(url.lastIndexOf('/') + 1)),
        ['nowhere.js', 'a-file-of-many.js', 'another-file-of-many.js'],
    );
    assert.ok(kept < LENGTH / 2, `${kept} bytes are kept`);
});
