// What is typed while the server changes it, over lines of different length.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { programs, serve, test } from './support.mjs';
import { behindEnter, behindWork, everyField, field, focus, has, overLine, type } from './stories/typing.mjs';

const server = await serve('typing', { folder: programs });
after(() => server.kill());

// Side by side: what takes time is the waiting.
test('typing', { concurrency: true, timeout: 300_000 }, async (t) => {
    await Promise.all(
        [0, 80, 300, 1000].map((roundTrip) => t.test(`over a line of ${roundTrip} ms`, typing(roundTrip))),
    );
});

function typing(roundTrip) {
    return (t) =>
        overLine(server, roundTrip, async (page) => {
            await t.test('behind an Enter it arrives whole', () => behindEnter(page));
            for (const name of ['thread', 'coroutine'])
                await t.test(`behind a handler on a ${name} it arrives whole`, () => behindWork(page, name));
            await t.test('an input method is not disturbed', () => composes(page, roundTrip));
            if (roundTrip === 0 || roundTrip === 300) await everyField(t, page);
        });
}

// A word in the making, step by step, held for longer than the server's answer takes.
async function compose(page, roundTrip, ...steps) {
    const cdp = await page.context().newCDPSession(page);
    for (const text of steps)
        await cdp.send('Input.imeSetComposition', {
            text,
            selectionStart: text.length,
            selectionEnd: text.length,
        });
    await pause(roundTrip);
    return () => cdp.send('Input.insertText', { text: steps.at(-1) });
}

async function empty(page, name) {
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await has(page, name, '');
}

async function composes(page, roundTrip) {
    await focus(page, 'upper');
    await type(page, 'ab');
    const done = await compose(page, roundTrip, 'n', 'ni', 'に'); // long enough for the server's AB
    await done();
    await type(page, 'c');
    await has(page, 'upper', 'ABにC');
    await empty(page, 'upper');
    // A word that goes beyond what the server takes is whole until it is done.
    await focus(page, 'cut');
    await type(page, '1234567');
    const end = await compose(page, roundTrip, 'x', 'xi', 'xin');
    assert.equal(await field(page, 'cut').inputValue(), '1234567xin');
    await end();
    await has(page, 'cut', '1234567x');
    await empty(page, 'cut');
}
