// A DataTable of 6 000 rows of 15 cells: what is in sight is in the document, and nothing is lost as it scrolls.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, hasFocus, stage, until } from './browser.ts';

after(closeBrowser);

const ROWS = 6000;
const COLUMNS = 15;

function tableOf(mock: Mock, ear: Ear, props: object): Node {
    const cell = (at: number, i: number) =>
        mock.make('DataCell', {
            content: mock.make('Text', { value: `${at}.${i}`, ...(i === 0 && { key: `row-${at}` }) }),
            ...(i === 1 && { on_tap: ear.on(`tap ${at}`) }),
        });
    return mock.make('DataTable', {
        key: 'table',
        columns: Array.from({ length: COLUMNS }, (_, i) => mock.make('DataColumn', { label: `Column ${i}` })),
        rows: Array.from({ length: ROWS }, (_, at) =>
            mock.make('DataRow', {
                cells: Array.from({ length: COLUMNS }, (_, i) => cell(at, i)),
                on_select_change: ear.on(`select ${at}`),
            }),
        ),
        ...props,
    });
}

test('a table of 6 000 rows has those in sight, wherever it is scrolled, and keeps focus and titles', async () => {
    const ear = new Ear();
    let node!: Node;
    const build = (mock: Mock) => {
        node = tableOf(mock, ear, { height: 600, data_row_min_height: 80 });
        mock.controls.push(node);
    };
    const s = await stage(build, { viewport: { width: 1280, height: 800 } });
    const { page } = s;
    const table = page.locator(by('table'));
    await page.locator(by('row-0')).waitFor();
    assert.equal(await table.locator('table').getAttribute('aria-rowcount'), String(ROWS + 1));
    const shown = () => table.locator('tr[data-id]').count();
    await becomes(async () => (await shown()) <= 200, true);
    const height = () => table.evaluate((box) => box.scrollHeight);
    // The first rows are measured, and the others are taken to be as high.
    const whole = await until(height, (found) => found > ROWS * 80);

    // A cell has the focus, and the table is scrolled away from it and back.
    await table.evaluate((box) => box.scrollTo(0, 56 + 3000 * 80));
    const row = table.locator('tr', { has: page.locator(by('row-3000')) });
    await row.waitFor();
    assert.equal(await row.getAttribute('aria-rowindex'), '3002');
    const cell = row.locator('td[tabindex]');
    await cell.focus();
    await table.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.locator(by(`row-${ROWS - 1}`)).waitFor();
    await hasFocus(cell);
    await page.keyboard.press('Enter');
    await becomes(() => ear.said.some(([name]) => name === 'tap 3000'), true);
    await cell.waitFor();

    // The titles are where they were, over the rows.
    const top = (name: string) => table.locator(name).evaluate((box) => Math.round(box.getBoundingClientRect().top));
    assert.equal(await top('thead'), await table.evaluate((box) => Math.round(box.getBoundingClientRect().top)));
    await becomes(async () => (await shown()) <= 300, true);
    assert.ok(Math.abs((await height()) - whole) < 200, 'the bar does not jump');

    // A press on a row far down is that row's.
    await page.locator(by(`row-${ROWS - 1}`)).click();
    await becomes(() => ear.said.some(([name]) => name === `select ${ROWS - 1}`), true);

    // Below a row that comes they say where they are now.
    s.mock.edit(node, 'rows', [1, 0, s.mock.make('DataRow', { cells: [] })]);
    const last = table.locator('tr', { has: page.locator(by(`row-${ROWS - 1}`)) });
    await becomes(() => last.getAttribute('aria-rowindex'), String(ROWS + 2));
    assert.deepEqual(s.errors, []);
    await s.done();
});
