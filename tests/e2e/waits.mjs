// Waits that end, and what a test that fails was doing: each is told in the failure of its test, which is all that
// the machine which ran it may show.

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { test as plain } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

export const PATIENCE_MS = 60_000;
const TEST_MS = 240_000;
const LOOK_MS = 5000; // for what is asked of a page that may never answer
const BACKSTOP_MS = 60_000; // node's own end of a test says nothing; ours comes first
const TEXT_LENGTH = 300;

export const late = Symbol('late');
const story = new AsyncLocalStorage(); // the test in which something is called
const witnesses = new Map(); // windows that no test has left, and processes that run: each with its test, if it has one
const pending = new Set(); // calls that have not come back

// Somebody with `testimony()`, an async text, and `end()`. A test that fails ends those that came with it.
export const heed = (witness) => witnesses.set(witness, story.getStore());
export const dismiss = (witness) => witnesses.delete(witness);

// The value of a promise, or `late`.
export async function inTime(promise, patienceMs) {
    const stop = new AbortController();
    const end = pause(patienceMs, late, { signal: stop.signal }).catch(() => late);
    try {
        return await Promise.race([promise, end]);
    } finally {
        stop.abort();
    }
}

// Waits for a promise for a bounded time. `seen` tells, then, what there was instead.
export async function within(what, patienceMs, promise, seen = () => '') {
    const value = await watched(what, () => inTime(promise, patienceMs));
    if (value === late) assert.fail(`${what}: not within ${patienceMs} ms\n${seen()}`);
    return value;
}

const shown = (value) => {
    const text = value instanceof Error ? String(value) : JSON.stringify(value);
    return (text ?? String(value)).slice(0, TEXT_LENGTH);
};

// Looks again and again until what it finds `is` so, and returns that.
export async function until(what, look, is = Boolean, { patienceMs = PATIENCE_MS, everyMs = 20 } = {}) {
    const end = performance.now() + patienceMs;
    let last;
    for (;;) {
        const found = await watched(what, () => inTime(look(), Math.max(1, end - performance.now())));
        if (found !== late && is(found)) return found;
        if (found !== late) last = found;
        if (performance.now() >= end)
            assert.fail(
                `${what}: not within ${patienceMs} ms; ${found === late ? 'a look did not come back, ' : ''}seen last: ${shown(last)}`,
            );
        await pause(everyMs);
    }
}

// The line of a test, and of what it uses.
const placesOf = (stack) =>
    stack
        .split('\n')
        .filter((line) => /tests\/e2e\//.test(line) && !/node_modules|waits\.mjs/.test(line))
        .map((line) => line.replace(/^.*\/([^/]+:\d+:\d+)\)?$/, '$1'))
        .join(' from ');

// A call that is known until it comes back.
export async function watched(what, call) {
    const entry = { what, places: placesOf(new Error().stack), since: performance.now(), of: story.getStore() };
    pending.add(entry);
    try {
        return await call();
    } finally {
        pending.delete(entry);
    }
}

const brief = (value) => {
    const text = String(value);
    return text === '[object Object]' ? value.constructor.name : text.slice(0, 100);
};

const known = new WeakSet();

// Every call of such an object that takes time is known until it comes back.
export function watchCallsOf(...objects) {
    for (const kind of objects.map(Object.getPrototypeOf).filter((kind) => !known.has(kind))) {
        known.add(kind);
        for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(kind)))
            if (typeof value === 'function' && name !== 'constructor' && !name.startsWith('_'))
                kind[name] = function (...all) {
                    const result = value.apply(this, all);
                    if (result instanceof Promise && placesOf(new Error().stack) !== '')
                        watched(`${name}(${brief(all[0] ?? '')}) of ${brief(this)}`, () => result).catch(
                            () => undefined,
                        );
                    return result;
                };
    }
}

// What a test waits for, its own windows and processes, and those that were there before any test. What other tests left
// behind is a line.
async function testimonyFor(it) {
    const isConcerned = (of) => of === it || of === undefined;
    const calls = [...pending]
        .filter(({ of }) => isConcerned(of))
        .map(
            ({ what, places, since }) =>
                `it waits for ${Math.round(performance.now() - since)} ms: ${what}, at ${places}`,
        );
    const concerned = [...witnesses].filter(([, of]) => isConcerned(of));
    const told = await Promise.all(
        [...concerned.filter(([, of]) => of), ...concerned.filter(([, of]) => !of)].map(async ([witness]) => {
            const text = await inTime(
                witness.testimony().catch((error) => String(error)),
                LOOK_MS,
            );
            return text === late ? 'a witness does not answer' : text;
        }),
    );
    const others = witnesses.size - concerned.length;
    if (others > 0) told.push(`--- left out: ${others} windows and processes of other tests`);
    return [...calls, ...told].join('\n');
}

async function endAll(those) {
    for (const witness of those) dismiss(witness);
    await inTime(Promise.allSettled(those.map((witness) => witness.end())), LOOK_MS);
}

export const endTheRest = () => endAll([...witnesses.keys()]);

// A test as node's, which ends in time. When it fails, its failure tells what it waited for, and what its pages and
// processes said.
export function test(name, ...rest) {
    const body = rest.pop();
    const { timeout = TEST_MS, ...options } = rest[0] ?? {};
    plain(name, { ...options, timeout: timeout + BACKSTOP_MS }, async (context) => {
        const it = { name };
        try {
            const ends = Promise.resolve(story.run(it, body, context));
            // Later, nobody is there for it.
            ends.catch(() => undefined);
            if ((await inTime(ends, timeout)) === late) assert.fail(`the test does not end within ${timeout} ms`);
        } catch (error) {
            const more = await testimonyFor(it);
            await endAll([...witnesses.keys()].filter((witness) => witnesses.get(witness) === it));
            // Those of the platform cannot be written to.
            if (error instanceof DOMException) throw new Error(`${error.message}\n${more}`, { cause: error });
            error.message += `\n${more}`;
            throw error;
        }
    });
}
