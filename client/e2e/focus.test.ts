// Where the focus is after what had it has gone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Node } from '../test/support/mock.ts';
import { by, closeBrowser, stage } from './browser.ts';

after(closeBrowser);

test('after a delete the focus is on what took its place, then beside it, then on the page', async () => {
    const s = await stage((mock) => {
        const list = mock.make('Column', { key: 'list' });
        const row = (name: string): Node =>
            mock.make('Row', {
                controls: [
                    mock.make('TextButton', { content: `Open ${name}` }),
                    mock.make('IconButton', {
                        key: name,
                        icon: 0x10001,
                        tooltip: 'Delete',
                        on_click: () =>
                            mock.set(list, {
                                controls: (list['controls'] as Node[]).filter((one) => one !== rows[name]),
                            }),
                    }),
                ],
            });
        const rows: { [name: string]: Node } = {};
        for (const name of ['a', 'b', 'c']) rows[name] = row(name);
        list['controls'] = Object.values(rows);
        mock.controls.push(mock.make('TextField', { label: 'New' }), list);
    });
    const focused = () =>
        s.page.evaluate(
            () => (document.activeElement as HTMLElement).dataset['key'] ?? document.activeElement!.localName,
        );
    const press = async (key: string) => {
        await s.page.locator(by(key)).focus();
        await s.page.keyboard.press('Enter');
        await s.page.locator(by(key)).waitFor({ state: 'detached' });
    };
    await press('b');
    assert.equal(await focused(), 'c');
    await press('c');
    assert.equal(await focused(), 'a');
    await press('a');
    assert.notEqual(await focused(), 'body');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a field that appears with autofocus has it, also where what had it is taken away beside another control', async () => {
    const s = await stage((mock) => {
        const list = mock.make('Column', { key: 'list' });
        const edit = (): Node =>
            mock.make('IconButton', {
                key: 'edit',
                icon: 0x10001,
                tooltip: 'Edit',
                on_click: () => mock.set(list, { controls: [other, field] }),
            });
        const other = mock.make('IconButton', { key: 'other', icon: 0x10001, tooltip: 'Edit' });
        const field = mock.make('TextField', { key: 'field', label: 'Edit', autofocus: true });
        list['controls'] = [other, edit()];
        // Its code is there before it is wanted.
        mock.controls.push(list, mock.make('TextField', { label: 'New' }));
    });
    await s.page.locator(by('edit')).focus();
    await s.page.keyboard.press('Enter');
    await s.page.waitForFunction((at) => document.activeElement!.matches(at), by('field'));
    assert.deepEqual(s.errors, []);
    await s.done();
});
