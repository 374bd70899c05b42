// DataTable2: widths that are shared, what stays while the rest scrolls, and rows that are pressed.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, stage } from './browser.ts';

after(closeBrowser);
const shots = process.env['SHOTS'];

function row(mock: Mock, type: string, words: string[], props: object = {}): Node {
    const cells = words.map((value) => mock.make('DataCell', { content: mock.make('Text', { value }) }));
    return mock.make(type, { cells, ...props });
}

test('columns share the width, first rows and columns stay', async () => {
    let table!: Node;
    const s = await stage(
        (mock) => {
            const column = (label: string, props: object = {}) => mock.make('DataColumn2', { label, ...props });
            const rows = Array.from({ length: 40 }, (_, i) =>
                row(mock, 'DataRow2', [`Row ${i}`, `${i}`, 'some words', 'more of them']),
            );
            table = mock.make('DataTable2', {
                key: 'table',
                height: 300,
                columns: [
                    column('Name', { fixed_width: 120 }),
                    column('S', { numeric: true }),
                    column('M', { size: 'm' }),
                    column('L', { size: 'l' }),
                ],
                rows,
                sm_ratio: 0.5,
                lm_ratio: 1.5,
                min_width: 1020,
                fixed_left_columns: 1,
                fixed_top_rows: 2,
                fixed_corner_color: '#ff0000',
                data_row_height: 40,
                bottom_margin: 20,
            });
            mock.controls.push(table);
        },
        { viewport: { width: 600, height: 700 } },
    );
    const { page } = s;
    const widths = () =>
        page.locator(`${by('table')} th`).evaluateAll((all) => all.map((one) => Math.round(one.clientWidth)));
    await becomes(widths, [120, 150, 300, 450]);
    const place = (name: string, role: 'columnheader' | 'cell') =>
        page.getByRole(role, { name, exact: true }).evaluate((cell) => {
            const [own, box] = [cell.getBoundingClientRect(), cell.closest('.t-table2')!.getBoundingClientRect()];
            return [Math.round(own.left - box.left), Math.round(own.top - box.top)];
        });
    await becomes(() => place('Row 0', 'cell'), [0, 56]);
    await page.locator(by('table')).evaluate((element) => element.scrollTo(200, 400));
    await becomes(() => place('Name', 'columnheader'), [0, 0]);
    await becomes(() => place('Row 0', 'cell'), [0, 56]);
    const corner = page.getByRole('columnheader', { name: 'Name' });
    assert.equal(await corner.evaluate((cell) => getComputedStyle(cell).backgroundColor), 'rgb(255, 0, 0)');
    s.mock.set(table, { rows: [], empty: s.mock.make('Text', { value: 'Nothing here' }) });
    await page.getByText('Nothing here').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('rows are pressed, chosen and decorated, columns sorted by an arrow of one kind', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        const make = mock.make.bind(mock);
        mock.controls.push(
            make('DataTable2', {
                key: 'table',
                columns: [
                    make('DataColumn2', { label: 'Name', on_sort: ear.on('sort') }),
                    make('DataColumn', { label: 'Plain' }),
                ],
                sort_column_index: 0,
                sort_ascending: false,
                sort_arrow_icon_color: '#00ff00',
                show_checkbox_column: true,
                show_heading_checkbox: false,
                data_row_checkbox_theme: { fill_color: '#ff0000' },
                on_select_all: ear.on('all'),
                rows: [
                    row(mock, 'DataRow2', ['Ada', '1'], {
                        specific_row_height: 80,
                        decoration: { bgcolor: '#0000ff' },
                        on_tap: ear.on('tap'),
                        on_double_tap: ear.on('double'),
                        on_secondary_tap: ear.on('secondary'),
                        on_select_change: ear.on('select'),
                    }),
                    row(mock, 'DataRow', ['Grace', '2']),
                ],
            }),
        );
    });
    const { page } = s;
    const ada = page.getByRole('row', { name: /Ada/ });
    assert.equal((await ada.boundingBox())!.height, 80);
    assert.equal(await ada.evaluate((line) => getComputedStyle(line).backgroundColor), 'rgb(0, 0, 255)');
    await ada.getByText('Ada').dblclick();
    assert.equal(typeof ((await ear.next('tap')) as { l: unknown }).l, 'object');
    await ear.next('double');
    await ada.getByText('Ada').click({ button: 'right' });
    await ear.next('secondary');
    await ada.focus();
    await page.keyboard.press('Enter');
    await ear.next('tap');
    await ada.getByRole('checkbox', { name: 'Select row' }).check();
    await ear.next('select');
    assert.equal(await page.getByRole('checkbox', { name: 'Select all rows' }).count(), 0);
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    assert.deepEqual(await ear.next('sort'), { ci: 0, asc: true });
    const arrow = page.locator('.t-sort > .t-glyph').first();
    assert.equal(await arrow.evaluate((glyph) => getComputedStyle(glyph).color), 'rgb(0, 255, 0)');
    await becomes(() => arrow.evaluate((glyph) => getComputedStyle(glyph).rotate), '180deg');
    if (shots) {
        mkdirSync(shots, { recursive: true });
        for (const width of [390, 1280]) {
            await page.setViewportSize({ width, height: 500 });
            await page.screenshot({ path: `${shots}/datatable2-${width}.png` });
        }
    }
    assert.deepEqual(s.errors, []);
    await s.done();
});
