// A long list lies in parts: those out of sight are not laid out, and nothing of it is lost.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, hasFocus, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

const VIEWPORT = { width: 600, height: 500 };

function lines(mock: Mock, count: number): Node[] {
    return Array.from({ length: count }, (_, i) => line(mock, String(i)));
}

const line = (mock: Mock, name: string): Node =>
    mock.make('Row', { controls: [mock.make('Text', { value: `Line ${name}`, key: `line-${name}` })] });

async function open(type: string, count: number, props: object = {}): Promise<Stage & { list: Node }> {
    let list!: Node;
    const s = await stage(
        (mock) => {
            list = mock.make(type, { key: 'list', expand: true, controls: lines(mock, count), ...props });
            mock.controls.push(list);
        },
        { viewport: VIEWPORT },
    );
    return { ...s, list };
}

const texts = (s: Stage) =>
    s.page
        .locator(by('list'))
        .getByText(/^Line /)
        .allTextContents();
// Of those whose layout is skipped the browser knows no box of their own.
const drawn = (s: Stage) =>
    s.page
        .locator(by('list'))
        .evaluate(
            (list) =>
                [...list.querySelectorAll('.t-text')].filter((it) =>
                    it.checkVisibility({ contentVisibilityAuto: true }),
                ).length,
        );

for (const [type, props] of [
    ['ListView', {}],
    ['Column', { scroll: 'auto' }],
] as const)
    test(`a ${type} of 1 000 lines lays out those in sight, and the end can be scrolled to`, async () => {
        const s = await open(type, 1000, props);
        await s.page.locator(by('line-0')).waitFor();
        await becomes(async () => (await drawn(s)) < 200, true);
        assert.equal((await texts(s)).length, 1000);
        const height = () => s.page.locator(by('list')).evaluate((list) => list.scrollHeight);
        const each = await s.page.locator(by('line-0')).evaluate((it) => it.getBoundingClientRect().height);
        await until(height, (found) => found >= 1000 * each);
        await s.page.locator(by('line-999')).scrollIntoViewIfNeeded();
        await becomes(async () => (await s.page.locator(by('line-999')).boundingBox())!.y < VIEWPORT.height, true);
        await becomes(async () => (await drawn(s)) < 200, true);
        assert.deepEqual(s.errors, []);
        await s.done();
    });

test('lines that come, go and move are where they belong, in each part', async () => {
    const s = await open('ListView', 130);
    await s.page.locator(by('line-0')).waitFor();
    const wanted = Array.from({ length: 130 }, (_, i) => `Line ${i}`);
    s.mock.edit(s.list, 'controls', [1, 0, line(s.mock, 'new')]);
    wanted.unshift('Line new');
    await becomes(() => texts(s), wanted);
    s.mock.edit(s.list, 'controls', [2, 30]);
    wanted.splice(30, 1);
    await becomes(() => texts(s), wanted);
    for (let i = 0; i < 40; i++) s.mock.edit(s.list, 'controls', [2, 50]);
    wanted.splice(50, 40);
    await becomes(() => texts(s), wanted);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a list that grows long keeps its lines, their focus and its place', async () => {
    let list!: Node;
    let field!: Node;
    const s = await stage(
        (mock) => {
            field = mock.make('TextField', { label: 'Note' });
            list = mock.make('ListView', { key: 'list', expand: true, controls: [field, ...lines(mock, 90)] });
            mock.controls.push(list);
        },
        { viewport: VIEWPORT },
    );
    const input = s.page.getByLabel('Note');
    await input.fill('half a wo');
    for (let i = 90; i < 120; i++) s.mock.edit(list, 'controls', [1, i + 1, line(s.mock, String(i))]);
    await s.page.locator('.t-part').nth(4).waitFor({ state: 'attached' });
    await hasFocus(input);
    await s.page.keyboard.type('rd');
    assert.equal(await input.inputValue(), 'half a word');
    assert.equal((await texts(s)).length, 120);
    await s.done();
});

test('lines with a line between them, and of one height, are so in each part as in a short list', async () => {
    const tops = async (count: number) => {
        const s = await open('ListView', count, { divider_thickness: 1, item_extent: 31 });
        const found = await until(
            () =>
                s.page
                    .locator(by('list'))
                    .evaluate((list) =>
                        [...list.querySelectorAll('.t-row')].map((it) => it.getBoundingClientRect().top),
                    ),
            (all) => all.length === count,
        );
        await s.done();
        return found.slice(0, 30);
    };
    assert.deepEqual(await tops(120), await tops(40));
});

// Of a page that is there already: a column of rows with a text and a box to tick.
function addBoxes(s: Stage, count: number): void {
    const { mock } = s;
    const controls = Array.from({ length: count }, (_, i) =>
        mock.make('Row', {
            controls: [mock.make('Text', { value: `Line ${i}` }), mock.make('Checkbox', { label: `Box ${i}` })],
        }),
    );
    const column = mock.make('Column', { key: 'list', expand: true, scroll: 'auto', controls });
    mock.edit(mock.view, 'controls', [1, 0, column]);
}

test('a long column waits for the code of what is in it, and is drawn once', async () => {
    const s = await stage(() => undefined, { viewport: VIEWPORT });
    // However slow the machine is, it is not too long.
    await s.page.evaluate(() => {
        const { setTimeout } = window;
        window.setTimeout = ((act: () => void, ms: number) => (ms === 1000 ? 0 : setTimeout(act, ms))) as never;
        new MutationObserver(() => {
            if (document.querySelector('.t-pending')) document.body.dataset['standIns'] = 'yes';
        }).observe(document.body, { childList: true, subtree: true });
    });
    addBoxes(s, 150);
    await s.page.getByRole('checkbox', { name: 'Box 149' }).waitFor({ state: 'attached' });
    assert.equal((await texts(s)).length, 150);
    assert.equal(await s.page.evaluate(() => document.body.dataset['standIns']), undefined);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('what is in a long column is not kept back for ever by code that does not come', async () => {
    const s = await stage(() => undefined, { viewport: VIEWPORT });
    let come: () => void = () => undefined;
    const held = new Promise<void>((done) => (come = done));
    await s.page.route(/assets\/checkbox-.*\.js/, (route) => held.then(() => route.continue()));
    addBoxes(s, 150);
    await s.page.getByText('Line 149').waitFor({ state: 'attached' });
    assert.equal(await s.page.getByRole('checkbox').count(), 0);
    come();
    await s.page.getByRole('checkbox', { name: 'Box 149' }).waitFor({ state: 'attached' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('where the code of a long list has come nothing waits for it any more', async () => {
    const s = await open('ListView', 130);
    await s.page.addInitScript(() => {
        const { setTimeout: begin, clearTimeout: end } = window;
        const waiting = Object.assign(window as object, { waiting: new Set<number>(), hasWaited: false });
        const own = ((act: () => void, ms: number) => {
            const timer = begin(act, ms);
            if (ms === 1000) waiting.hasWaited = Boolean(waiting.waiting.add(timer));
            return timer;
        }) as typeof setTimeout;
        window.setTimeout = own;
        window.clearTimeout = (timer) => {
            waiting.waiting.delete(timer as number);
            end(timer);
        };
    });
    await s.page.reload();
    await s.page
        .locator(`${by('list')} .t-part`)
        .first()
        .waitFor();
    const left = () =>
        s.page.evaluate(() => {
            const { waiting, hasWaited } = window as never as { waiting: Set<number>; hasWaited: boolean };
            return [hasWaited, waiting.size];
        });
    await becomes(left, [true, 0]);
    await s.done();
});
