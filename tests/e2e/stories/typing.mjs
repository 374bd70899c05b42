// What is typed while the server changes it, over lines of different length.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { key, PATIENCE_MS, programs, serve, shows, until, visit } from '../support.mjs';

const KEY_MS = 70;
const FAST_MS = 40;
const AGAIN_MS = 1500; // more than the longest round trip
const STEP_MS = 500; // of the client's undo, and a little

// Hands everything on, in order, half of a round trip later.
async function line(port, roundTripMs) {
    const proxy = createServer((browser) => {
        const behind = connect(port, '127.0.0.1');
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
    proxy.unref(); // a test that fails leaves it, and its file has to end
    await new Promise((done) => proxy.once('listening', done));
    return { url: `http://127.0.0.1:${proxy.address().port}`, close: () => proxy.close() };
}

export const field = (page, name) => page.getByRole('textbox', { name, exact: true });

export async function focus(page, name) {
    await field(page, name).first().click();
}

// At the speed of a person: where the caret is.
export const type = (page, text, delay = FAST_MS) => page.keyboard.type(text, { delay });

// At once, as by a paste.
const insert = (page, text) => page.evaluate((it) => document.execCommand('insertText', false, it), text);

// The same of any kind and length.
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
export async function has(page, name, text) {
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

// Opens the page of fields over such a line.
export async function overLine(server, roundTrip, act) {
    const { url, close } = await line(server.port, roundTrip);
    const { page, leave } = await visit(url, { patienceMs: PATIENCE_MS });
    await field(page, 'say').waitFor();
    await page.locator('[data-key=search] input').first().waitFor();
    await act(page);
    await leave();
    close();
}

export async function behindEnter(page) {
    await focus(page, 'say');
    await type(page, 'hello', KEY_MS);
    await page.keyboard.press('Enter');
    await type(page, 'how are you', KEY_MS);
    await has(page, 'say', 'how are you');
    await page.keyboard.press('Enter');
    await shows(page, 'said', 'hello;how are you;');
    await has(page, 'say', '');
}

// The field is emptied once the handler's work is done, which is when "Go" is pressed.
export async function behindWork(page, name) {
    await focus(page, name);
    await type(page, 'hello');
    await page.keyboard.press('Enter');
    await type(page, 'how are you');
    await until(
        `${name} has worked`,
        async () => {
            await page.locator(key('go')).evaluate((button) => button.click());
            return page.locator(key('worked')).textContent();
        },
        (text) => text.startsWith('hello'),
    );
    await has(page, name, 'how are you');
}

async function rewrites(t, page) {
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
}

async function middle(t, page) {
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
}

// What takes too long over every line.
export async function everyField(t, page) {
    await rewrites(t, page);
    await middle(t, page);

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
        await insert(page, 'pasted ');
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
        await insert(page, '👨‍👩‍👧');
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
        await insert(page, ' two'); // at once: one step, however slow the machine is
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

// In another browser than Chromium: both lines side by side, as what takes time is the waiting.
async function typing(t) {
    const server = await serve('typing', { folder: programs });
    await Promise.all([
        overLine(server, 0, async (page) => {
            await behindEnter(page);
            await everyField(t, page);
        }),
        overLine(server, 300, async (page) => {
            await behindEnter(page);
            await rewrites(t, page);
            await middle(t, page);
        }),
    ]);
    await server.kill();
}

// Firefox says of none of its elements that it has the focus, then.
async function notInFront() {
    const server = await serve('typing', { folder: programs });
    const [behind, front] = [await visit(server.url), await visit(server.url)];
    await focus(behind.page, 'upper');
    await type(behind.page, 'ac');
    await has(behind.page, 'upper', 'AC');
    await behind.page.keyboard.press('ArrowLeft');
    await focus(front.page, 'upper');
    await type(behind.page, 'b');
    await has(behind.page, 'upper', 'ABC');
    assert.equal(await field(behind.page, 'upper').evaluate((input) => input.selectionStart), 2);
    await front.leave();
    await behind.leave();
    await server.kill();
}

// All lines of a long list are in the document, and those out of sight are not drawn.
async function longList() {
    const server = await serve('typing', { folder: programs });
    const { page, leave } = await visit(server.url);
    const list = page.locator(key('lines'));
    // Scrolled again each time: what comes late moves both.
    const drawn = (toEnd) =>
        list.evaluate((it, toEnd) => {
            it.scrollIntoView();
            it.scrollTo(0, toEnd ? it.scrollHeight : 0);
            const all = [...it.querySelectorAll('[data-key^=line-]')];
            const seen = all.filter((line) => line.checkVisibility({ contentVisibilityAuto: true }));
            const [end, last] = [it, all.at(-1)].map((box) => box?.getBoundingClientRect().bottom);
            return {
                all: all.length,
                areFew: seen.length < all.length,
                isAtEnd: seen.includes(all.at(-1)) && last <= end,
            };
        }, toEnd);
    for (const isAtEnd of [false, true])
        await until(`the list is ${isAtEnd ? 'at its end' : 'drawn'}`, async () =>
            isDeepStrictEqual(await drawn(isAtEnd), { all: 300, areFew: true, isAtEnd }),
        );
    await leave();
    await server.kill();
}

export const typed = {
    'a long list draws what is in sight, and is scrolled to its end': longList,
    'a field in a window that is not in front keeps its caret': notInFront,
    'what is typed while the server changes it': typing,
};
