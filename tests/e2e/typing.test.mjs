// What is typed while the server changes it, over lines of different length.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { after } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { key, PATIENCE_MS, programs, serve, shows, test, visit } from './support.mjs';

const KEY_MS = 70;
const FAST_MS = 40;
const AGAIN_MS = 1500; // more than the longest round trip
const STEP_MS = 500; // of the client's undo, and a little
const server = await serve('typing', { folder: programs });
const proxies = [];

after(async () => {
    for (const proxy of proxies) proxy.close();
    await server.kill();
});

// Hands everything on, in order, half of a round trip later.
async function line(roundTripMs) {
    const proxy = createServer((browser) => {
        const behind = connect(server.port, '127.0.0.1');
        for (const [from, to] of [
            [browser, behind],
            [behind, browser],
        ]) {
            from.setNoDelay(true);
            from.on('data', (bytes) => setTimeout(() => !to.destroyed && to.write(bytes), roundTripMs / 2));
            from.on('close', () => setTimeout(() => to.destroy(), roundTripMs / 2));
            from.on('error', () => to.destroy());
        }
    }).listen(0, '127.0.0.1');
    await new Promise((done) => proxy.once('listening', done));
    proxies.push(proxy);
    return `http://127.0.0.1:${proxy.address().port}`;
}

const field = (page, name) => page.getByRole('textbox', { name, exact: true });

async function focus(page, name) {
    await field(page, name).first().click();
}

// At the speed of a person: where the caret is.
const type = (page, text, delay = FAST_MS) => page.keyboard.type(text, { delay });

// As by a paste; text of any kind and length.
const enter = (page, name, text) =>
    field(page, name).evaluate((input, value) => {
        input.focus();
        input.value = value;
        input.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
    }, text);

// What the server holds of all fields, and the number of that report.
async function reportOf(page) {
    const text = await page.locator(key('report')).textContent();
    return { text, number: Number.parseInt(text, 10) || 0 };
}

// In the field, and what the server holds of it.
async function has(page, name, text) {
    const at = field(page, name).first();
    const end = performance.now() + PATIENCE_MS;
    let again = 0;
    let shown;
    let asked;
    let report;
    while (performance.now() < end) {
        shown = await at.inputValue();
        report = await reportOf(page);
        if (shown === text && asked < report.number && report.text.includes(`${name}=${text};`)) return;
        if (shown === text && performance.now() >= again) {
            await page.getByRole('button', { name: 'Report' }).evaluate((button) => button.click());
            asked ??= report.number;
            again = performance.now() + AGAIN_MS;
        }
        await pause(50);
    }
    assert.fail(`${name} shows "${shown}", the server says ${report?.text}, wanted "${text}"`);
}

// Side by side: what takes time is the waiting.
test('typing', { concurrency: true, timeout: 300_000 }, async (t) => {
    await Promise.all(
        [0, 80, 300, 1000].map((roundTrip) => t.test(`over a line of ${roundTrip} ms`, typing(roundTrip))),
    );
});

function typing(roundTrip) {
    return async (t) => {
        const { page, leave } = await visit(await line(roundTrip), { patienceMs: PATIENCE_MS });
        await field(page, 'say').waitFor();
        await page.locator('[data-key=search] input').first().waitFor();

        await t.test('behind an Enter it arrives whole', async () => {
            await focus(page, 'say');
            await type(page, 'hello', KEY_MS);
            await page.keyboard.press('Enter');
            await type(page, 'how are you', KEY_MS);
            await has(page, 'say', 'how are you');
            await page.keyboard.press('Enter');
            await shows(page, 'said', 'hello;how are you;');
            await has(page, 'say', '');
        });
        await t.test('an input method is not disturbed', () => composes(page, roundTrip));
        if (roundTrip === 0 || roundTrip === 300) await everyField(t, page);
        await leave();
    };
}

async function composes(page, roundTrip) {
    const cdp = await page.context().newCDPSession(page);
    await focus(page, 'upper');
    await type(page, 'ab');
    for (const text of ['n', 'ni', 'に'])
        await cdp.send('Input.imeSetComposition', {
            text,
            selectionStart: text.length,
            selectionEnd: text.length,
        });
    await pause(roundTrip); // long enough for the server's AB
    await cdp.send('Input.insertText', { text: 'に' });
    await type(page, 'c');
    await has(page, 'upper', 'ABにC');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.press('Delete');
    await has(page, 'upper', '');
}

// What takes too long over every line.
async function everyField(t, page) {
    for (const [name, typed, wanted] of [
        ['upper', 'the quick fox', 'THE QUICK FOX'],
        ['slow', 'a slow handler', 'A SLOW HANDLER'],
        ['thousands', '1234567', '1,234,567'],
        ['digits', 'a1b2c3', '123'],
        ['clamp', '5000', '100'],
        ['apple', 'pie', 'PIE'],
        ['search', 'find it', 'FIND IT'],
    ])
        await t.test(`${name} has all of it`, async () => {
            await focus(page, name);
            await type(page, typed);
            await has(page, name, wanted);
        });
    await t.test('in the middle of a text, the caret stays where it is', async () => {
        await focus(page, 'upper');
        await page.keyboard.press('Home');
        for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
        await type(page, 'very ');
        await has(page, 'upper', 'THE VERY QUICK FOX');
        await type(page, 'very ');
        await has(page, 'upper', 'THE VERY VERY QUICK FOX');
        await focus(page, 'thousands');
        await page.keyboard.press('Home');
        await page.keyboard.press('ArrowRight');
        await type(page, '99');
        await has(page, 'thousands', '199,234,567');
        await type(page, '0');
        await has(page, 'thousands', '1,990,234,567');
    });
    await t.test('what is too long is cut, and the field shows it', async () => {
        await focus(page, 'cut');
        await type(page, '12345678');
        await has(page, 'cut', '12345678');
        await type(page, '9');
        await has(page, 'cut', '12345678');
    });
    await t.test('a paste over what is selected', async () => {
        await focus(page, 'upper');
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.insertText('pasted ');
        await type(page, 'and typed');
        await has(page, 'upper', 'PASTED AND TYPED');
    });
    await t.test('a filter, capitals and a length hold at once', async () => {
        await focus(page, 'pin');
        await type(page, '1a2');
        assert.equal(await field(page, 'pin').inputValue(), '12');
        await has(page, 'pin', '12');
        await focus(page, 'five');
        await type(page, 'ab');
        await page.keyboard.insertText('👨‍👩‍👧');
        await type(page, 'cdef');
        assert.equal(await field(page, 'five').inputValue(), 'AB👨‍👩‍👧CD');
        await has(page, 'five', 'AB👨‍👩‍👧CD');
        await page.getByText('5/5').filter({ visible: true }).first().waitFor();
    });
    await t.test('what the server rewrote can be undone and done again', async () => {
        await focus(page, 'upper');
        await page.keyboard.press('ControlOrMeta+a');
        await page.keyboard.press('Delete');
        await type(page, 'one');
        await has(page, 'upper', 'ONE');
        await pause(STEP_MS);
        await page.keyboard.insertText(' two'); // at once: one step, however slow the machine is
        await has(page, 'upper', 'ONE TWO');
        await page.keyboard.press('ControlOrMeta+z');
        await has(page, 'upper', 'ONE');
        await page.keyboard.press('ControlOrMeta+Shift+z');
        await has(page, 'upper', 'ONE TWO');
    });
    await t.test('half a letter is replaced, and nothing breaks', async () => {
        await focus(page, 'say');
        await enter(page, 'say', 'x\ud83dy');
        await has(page, 'say', 'x\ufffdy');
    });
    for (const [what, text] of [
        ['300 000 letters', 'x'.repeat(300_000)],
        ['90 000 Chinese ones', '漢'.repeat(90_000)],
    ])
        await t.test(`${what} are refused at the field`, async () => {
            await enter(page, 'say', text);
            await page
                .getByText(/This text is too long: \d+ KiB of at most 255/)
                .filter({ visible: true })
                .first()
                .waitFor();
            await page.keyboard.press('Enter');
            assert.equal((await field(page, 'say').inputValue()).length, text.length);
            await enter(page, 'say', 'short');
            await has(page, 'say', 'short');
            assert.equal(await page.getByText('This text is too long').filter({ visible: true }).count(), 0);
        });
}
