// A list with auto_scroll stays at its end, whatever moves the end, until somebody scrolls up.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, stage, type Stage } from './browser.ts';

after(closeBrowser);

function chat(mock: Mock, lines: number): Node {
    const controls = Array.from({ length: lines }, (_, i) => mock.make('Text', { value: `Line ${i}` }));
    const list = mock.make('ListView', { key: 'lines', expand: true, auto_scroll: true, controls });
    mock.controls.push(list, mock.make('TextField', { label: 'Say', key: 'say' }));
    return list;
}

const gap = (s: Stage) =>
    s.page.locator(by('lines')).evaluate((list) => list.scrollHeight - list.clientHeight - list.scrollTop);

async function staysAtEnd(s: Stage): Promise<void> {
    await s.page.waitForFunction(() => {
        const list = document.querySelector('[data-key=lines]');
        return (
            list !== null &&
            list.scrollHeight > list.clientHeight &&
            list.scrollHeight - list.clientHeight - list.scrollTop < 2
        );
    });
}

test('it is a log to screen readers', async () => {
    const s = await stage((mock) => void chat(mock, 3));
    assert.equal(await s.page.getByRole('log').getAttribute('data-key'), 'lines');
    await s.done();
});

test('the end is in sight at the start, after a reload, as the window shrinks and as something comes below', async () => {
    const s = await stage((mock) => void chat(mock, 150), { viewport: { width: 500, height: 700 } });
    await staysAtEnd(s);
    await s.page.reload();
    await staysAtEnd(s);
    await s.page.setViewportSize({ width: 300, height: 300 });
    await staysAtEnd(s);
    s.mock.edit(s.mock.view, 'controls', [
        1,
        1,
        s.mock.make('Container', { height: 120, content: s.mock.make('Text', { value: 'Below' }) }),
    ]);
    await s.page.getByText('Below').waitFor();
    await staysAtEnd(s);
    await s.done();
});

test('what grows later, between a scroll and the news of it, does not end the following', async () => {
    let list!: Node;
    const s = await stage((mock) => (list = chat(mock, 60)), { viewport: { width: 500, height: 400 } });
    await staysAtEnd(s);
    for (let i = 0; i < 10; i++) {
        // The list is scrolled to its end and grows before the browser reports the scroll.
        await s.page.locator(by('lines')).evaluate((element) => {
            element.scrollTop = element.scrollHeight;
            (element.lastElementChild as HTMLElement).style.minHeight = '90px';
        });
        s.mock.edit(list, 'controls', [
            1,
            (list['controls'] as Node[]).length,
            s.mock.make('Text', { value: `More ${i}` }),
        ]);
        await s.page.getByText(`More ${i}`, { exact: true }).waitFor();
        await staysAtEnd(s);
    }
    // Lines that go at the beginning, as of a list that keeps the newest ones.
    s.mock.edit(list, 'controls', [2, 0], [2, 0]);
    await staysAtEnd(s);
    await s.done();
});

test('who scrolls up stays there, and follows again at the end', async () => {
    let list!: Node;
    const s = await stage((mock) => (list = chat(mock, 60)), { viewport: { width: 500, height: 400 } });
    await staysAtEnd(s);
    await s.page.locator(by('lines')).hover();
    await s.page.mouse.wheel(0, -300);
    await s.page.waitForFunction(() => {
        const element = document.querySelector('[data-key=lines]')!;
        return element.scrollHeight - element.clientHeight - element.scrollTop >= 299;
    });
    const before = await gap(s);
    const more = (text: string) =>
        s.mock.edit(list, 'controls', [1, (list['controls'] as Node[]).length, s.mock.make('Text', { value: text })]);
    more('Unread');
    await s.page.getByText('Unread').waitFor({ state: 'attached' });
    assert.ok((await gap(s)) > before);
    await s.page.mouse.wheel(0, 5000);
    await staysAtEnd(s);
    more('Read');
    await s.page.getByText('Read', { exact: true }).waitFor();
    await staysAtEnd(s);
    await s.done();
});
