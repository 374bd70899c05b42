// Where texts of one line are cut, and where those of chips stand.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import { closeBrowser, stage } from './browser.ts';

after(closeBrowser);

test('a text of one line fills its width before it is cut', async () => {
    const { page } = await stage((mock) => {
        const text = mock.make('Text', {
            value: 'E-Mail an <info@mueller-und-soehne-maschinenbau-und-anlagentechnik.example>',
            max_lines: 1,
            overflow: 'ellipsis',
        });
        const two = mock.make('Text', { value: 'One\nand two', max_lines: 1, overflow: 'ellipsis' });
        mock.controls.push(mock.make('Container', { width: 200, content: text }), two);
    });
    const cut = page.locator('.t-text', { hasText: 'E-Mail' });
    await cut.waitFor();
    const seen = await cut.evaluate((it) => ({
        width: it.clientWidth,
        whole: it.scrollWidth,
        height: it.clientHeight,
        ends: getComputedStyle(it).textOverflow,
    }));
    assert.equal(seen.ends, 'ellipsis');
    assert.equal(seen.width, 200);
    assert.ok(seen.whole > seen.width, JSON.stringify(seen));
    const other = await page.locator('.t-text', { hasText: 'and two' }).evaluate((it) => it.clientHeight);
    assert.equal(other, seen.height);
});

test('the text of a chip is in its middle, and nearer to an icon', async () => {
    const ear = new Ear();
    const { page } = await stage((mock) => {
        mock.controls.push(
            mock.make('Chip', { label: 'Plain' }),
            mock.make('Chip', { label: 'Iconed', leading: mock.make('Icon', { icon: 'add' }) }),
            mock.make('Chip', { label: 'Marked', selected: true, on_select: ear.on('select') }),
            mock.make('Chip', { label: 'Deleted', on_delete: ear.on('delete') }),
            mock.make('Chip', { label: 'Off', disabled: true }),
        );
    });
    const sides = async (name: string) => {
        const chip = page.locator('.t-chip', { hasText: name });
        await chip.waitFor();
        return await chip.evaluate((it) => {
            const range = document.createRange();
            range.selectNodeContents(it.querySelector('.t-chip-label')!);
            const text = range.getBoundingClientRect();
            const box = it.getBoundingClientRect();
            const lead = it.querySelector('.t-chip-lead')!.getBoundingClientRect();
            return {
                start: Math.round(text.left - box.left),
                end: Math.round(box.right - text.right),
                gap: Math.round(text.left - lead.right),
            };
        });
    };
    for (const name of ['Plain', 'Off']) {
        const { start, end } = await sides(name);
        assert.deepEqual({ start, end }, { start: 17, end: 17 }, name); // with the edge
    }
    for (const name of ['Iconed', 'Marked']) {
        const { gap, end } = await sides(name);
        assert.deepEqual({ gap, end }, { gap: 8, end: 17 }, name);
    }
    assert.equal((await sides('Deleted')).start, 17);
});
