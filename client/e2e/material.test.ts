// Material controls that are pressed, dragged, opened and turned: what the server hears of them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);

const texts = (mock: Mock, ...values: string[]) => values.map((value) => mock.make('Text', { value }));

test('chips and segments are chosen with pointer and keys', async () => {
    const ear = new Ear();
    let chip!: Node;
    let one!: Node;
    let many!: Node;
    const s = await stage((mock) => {
        const segments = (...names: string[]) => names.map((value) => mock.make('Segment', { value, label: value }));
        chip = mock.make('Chip', { label: 'Vegan', on_select: ear.on('select'), on_delete: ear.on('delete') });
        one = mock.make('SegmentedButton', {
            segments: segments('Day', 'Week', 'Month'),
            selected: ['Day'],
            on_change: ear.on('one'),
        });
        many = mock.make('SegmentedButton', {
            segments: segments('S', 'M', 'L'),
            allow_multiple_selection: true,
            allow_empty_selection: true,
            selected: ['S'],
            on_change: ear.on('many'),
        });
        mock.controls.push(chip, one, many);
    });
    const { page } = s;
    const vegan = page.getByRole('button', { name: 'Vegan', exact: true });
    await vegan.click();
    assert.equal(await ear.next('select'), true);
    assert.equal(chip['selected'], true);
    assert.equal(await vegan.getAttribute('aria-pressed'), 'true');
    await page.getByRole('button', { name: 'Delete Vegan' }).click();
    assert.equal(await ear.next('delete'), null);
    await vegan.focus();
    await page.keyboard.press('Delete');
    assert.equal(await ear.next('delete'), null);

    await page.getByRole('radio', { name: 'Day' }).focus();
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await ear.next('one'), ['Week']);
    assert.deepEqual(one['selected'], ['Week']);
    await page.getByRole('radio', { name: 'Week', checked: true }).waitFor();
    await counts(page.locator('[role=radio][tabindex="0"]'), 1);
    // The one that is chosen stays chosen.
    await page.getByRole('radio', { name: 'Week' }).click();
    await page.getByRole('button', { name: 'L', exact: true }).click();
    assert.deepEqual(await ear.next('many'), ['S', 'L']);
    await page.getByRole('button', { name: 'S', exact: true }).click();
    assert.deepEqual(await ear.next('many'), ['L']);
    await page.getByRole('button', { name: 'L', exact: true }).click();
    assert.deepEqual(await ear.next('many'), []);
    assert.deepEqual(many['selected'], []);
    s.mock.set(one, { disabled: true });
    await page.waitForFunction(() => document.querySelectorAll('[role=radio]:disabled').length === 3);
    assert.deepEqual(ear.said, []);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('tiles and panels unfold, a range is moved', async () => {
    const ear = new Ear();
    let tile!: Node;
    let second!: Node;
    let range!: Node;
    const s = await stage((mock) => {
        tile = mock.make('ExpansionTile', {
            title: 'Account',
            controls: [mock.make('ListTile', { title: 'Name' })],
            on_change: ear.on('tile'),
        });
        const panel = (name: string) =>
            mock.make('ExpansionPanel', {
                header: mock.make('ListTile', { title: name }),
                content: mock.make('Text', { value: `${name} content` }),
                can_tap_header: name === 'Payment',
            });
        second = panel('Payment');
        range = mock.make('RangeSlider', {
            min: 0,
            max: 100,
            divisions: 10,
            start_value: 20,
            end_value: 80,
            label: '{value}',
            ...Object.fromEntries(['change', 'change_start', 'change_end'].map((name) => [`on_${name}`, ear.on(name)])),
        });
        const panels = [panel('Shipping'), second];
        mock.controls.push(
            tile,
            mock.make('ExpansionPanelList', { controls: panels, on_change: ear.on('panel') }),
            range,
        );
    });
    const { page } = s;
    const account = page.getByRole('button', { name: 'Account' });
    await account.focus();
    await page.keyboard.press('Enter');
    assert.equal(await ear.next('tile'), true);
    assert.equal(tile['expanded'], true);
    await page.getByText('Name').waitFor();
    await account.click();
    assert.equal(await ear.next('tile'), false);
    await page.getByText('Name').waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Shipping' }).click();
    assert.deepEqual(await ear.next('panel'), { index: 0, expanded: true });
    await page.getByText('Shipping content').waitFor();
    await page.getByText('Payment', { exact: true }).click();
    assert.deepEqual(await ear.next('panel'), { index: 1, expanded: true });
    assert.equal(second['expanded'], true);

    await page.getByRole('slider', { name: ', to' }).focus();
    await page.keyboard.press('ArrowRight');
    for (const name of ['change_start', 'change', 'change_end']) assert.equal(await ear.next(name), null);
    assert.deepEqual([range['start_value'], range['end_value']], [20, 90]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('lines are put in another order by dragging and by keys', async () => {
    const ear = new Ear();
    const heard = ['reorder_start', 'reorder', 'reorder_end'];
    let list!: Node;
    const s = await stage((mock) => {
        list = mock.make('ReorderableListView', {
            controls: ['A', 'B', 'C'].map((title) => mock.make('ListTile', { title })),
            ...Object.fromEntries(heard.map((name) => [`on_${name}`, ear.on(name)])),
        });
        mock.controls.push(list);
    });
    const { page } = s;
    const handles = page.getByRole('button', { name: /^Drag/ });
    await handles.nth(2).waitFor();
    const middle = async (at: number) => {
        const area = (await handles.nth(at).boundingBox())!;
        return [area.x + area.width / 2, area.y + area.height / 2] as const;
    };
    const [from, to] = [await middle(0), await middle(1)];
    await page.mouse.move(...from);
    await page.mouse.down();
    assert.deepEqual(await ear.next('reorder_start'), { old_index: 0 });
    await page.mouse.move(to[0], to[1] + 4, { steps: 4 });
    await page.mouse.up();
    // The end is the place before which the line goes.
    assert.deepEqual(await ear.next('reorder_end'), { new_index: 2 });
    assert.deepEqual(await ear.next('reorder'), { old_index: 0, new_index: 1 });
    const order = () => page.locator('.t-tile-title').allTextContents();
    assert.deepEqual(await order(), ['B', 'A', 'C']);

    await handles.nth(1).focus();
    await page.keyboard.press('ArrowDown');
    assert.deepEqual(await ear.next('reorder'), { old_index: 1, new_index: 2 });
    assert.deepEqual(await order(), ['B', 'C', 'A']);
    // What the server says then is the order.
    s.mock.edit(list, 'controls', [2, 0]);
    await page.waitForFunction(() => document.querySelectorAll('.t-tile-title').length === 2);
    assert.deepEqual(await order(), ['B', 'C']);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a line is swiped away when the server agrees', async () => {
    const ear = new Ear();
    let line!: Node;
    const s = await stage((mock) => {
        line = mock.make('Dismissible', {
            key: 'line',
            content: mock.make('ListTile', { title: 'Milk' }),
            background: mock.make('Container', { bgcolor: 'red' }),
            movement_duration: { milliseconds: 20 },
            resize_duration: { milliseconds: 20 },
            ...Object.fromEntries(
                ['update', 'confirm_dismiss', 'dismiss', 'resize'].map((name) => [`on_${name}`, ear.on(name)]),
            ),
        });
        mock.controls.push(line);
    });
    const { page } = s;
    await page.getByText('Milk').waitFor();
    const area = (await page.locator(by('line')).boundingBox())!;
    const swipe = async () => {
        const y = area.y + area.height / 2;
        await page.mouse.move(area.x + 20, y);
        await page.mouse.down();
        await page.mouse.move(area.x + area.width * 0.7, y, { steps: 5 });
        await page.mouse.up();
    };
    await swipe();
    const update = (await ear.next('update')) as { direction: string; reached: boolean };
    assert.equal(update.direction, 'startToEnd');
    assert.deepEqual(await ear.next('confirm_dismiss'), { direction: 'startToEnd' });
    assert.equal(await call(s.mock, line, 'confirm_dismiss', { dismiss: false }), null);
    await page.waitForFunction(
        (at) => document.querySelector(`${at} .t-dismissible-front`)!.getBoundingClientRect().left < 40,
        by('line'),
    );
    await page.locator(by('line')).focus();
    await page.keyboard.press('Delete');
    assert.deepEqual(await ear.next('confirm_dismiss'), { direction: 'endToStart' });
    await call(s.mock, line, 'confirm_dismiss', { dismiss: true });
    assert.deepEqual(await ear.next('dismiss'), { direction: 'endToStart' });
    assert.equal(await ear.next('resize'), null);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('pages are turned, a picture is zoomed, a grid counts its columns, Markdown is clean', async () => {
    const ear = new Ear();
    let pages!: Node;
    let viewer!: Node;
    let grid!: Node;
    const s = await stage((mock) => {
        const page = (value: string) => mock.make('Container', { content: mock.make('Text', { value }) });
        pages = mock.make('PageView', {
            width: 240,
            height: 80,
            controls: ['one', 'two', 'three'].map(page),
            on_change: ear.on('page'),
        });
        viewer = mock.make('InteractiveViewer', {
            key: 'viewer',
            width: 200,
            height: 100,
            content: mock.make('Container', { bgcolor: 'teal' }),
            interaction_update_interval: 0,
            on_interaction_update: ear.on('update'),
        });
        grid = mock.make('GridView', {
            width: 300,
            height: 120,
            max_extent: 110,
            controls: texts(mock, '1', '2', '3', '4'),
        });
        const value =
            '# Hi\n\n- [x] done\n\n| a | b |\n|:-:|--|\n| 1 | 2 |\n\n<img src=x onerror="window.bad = 1">\n\n[go](https://example.org) [no](javascript:1)';
        mock.controls.push(
            pages,
            viewer,
            grid,
            mock.make('Markdown', { value, extension_set: 'gitHubWeb', on_tap_link: ear.on('link') }),
        );
    });
    const { page } = s;
    await page.getByText('one', { exact: true }).waitFor();
    assert.equal(await call(s.mock, pages, 'next_page', { duration: 0, curve: 'linear' }), null);
    assert.equal(await ear.next('page'), 1);
    assert.equal(pages['selected_index'], 1);
    s.mock.set(pages, { selected_index: 2 });
    await page.waitForFunction(() => document.querySelector('.t-pages')!.scrollLeft > 470);

    const scale = () =>
        page.locator('.t-viewer-content').evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
    await call(s.mock, viewer, 'zoom', { factor: 2 });
    await becomes(scale, 2);
    const area = (await page.locator(by('viewer')).boundingBox())!;
    await page.mouse.move(area.x + 100, area.y + 50);
    await page.mouse.down();
    await page.mouse.move(area.x + 60, area.y + 30, { steps: 3 });
    await page.mouse.up();
    const update = (await ear.next('update')) as { pc: number; s: number };
    assert.deepEqual([update.pc, update.s], [1, 1]);
    await call(s.mock, viewer, 'reset', {});
    await becomes(scale, 1);

    // 300 px hold three columns of at most 110 px and 10 px between them.
    await page.waitForFunction(
        () => getComputedStyle(document.querySelector('.t-gridview')!).gridTemplateColumns.split(' ').length === 3,
    );
    s.mock.set(grid, { max_extent: 60 });
    await page.waitForFunction(
        () => getComputedStyle(document.querySelector('.t-gridview')!).gridTemplateColumns.split(' ').length === 5,
    );

    await page.getByRole('heading', { name: 'Hi' }).waitFor();
    await counts(page.locator('.t-markdown input:checked'), 1);
    await counts(page.locator('.t-markdown th.t-md-center'), 1);
    await counts(page.locator('.t-markdown img'), 0);
    await counts(page.getByRole('link', { name: 'no' }), 0);
    await page.getByRole('link', { name: 'go' }).click();
    assert.equal(await ear.next('link'), 'https://example.org');
    assert.equal(await page.evaluate(() => 'bad' in window), false);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('properties that did nothing: boxes of a table, steps of a slider, addresses of spans, broken pictures', async () => {
    const ear = new Ear();
    let table!: Node;
    let slider!: Node;
    let span!: Node;
    let snack!: Node;
    const s = await stage((mock) => {
        const row = (name: string) =>
            mock.make('DataRow', { cells: [mock.make('DataCell', { content: name, show_edit_icon: true })] });
        table = mock.make('DataTable', {
            columns: [mock.make('DataColumn', { label: 'City' })],
            rows: [row('Lyon'), row('Bonn')],
        });
        slider = mock.make('Slider', {
            min: 0,
            max: 1000,
            value: 200,
            label: '{value}%',
            on_change_end: ear.on('end'),
        });
        span = mock.make('TextSpan', { text: 'there' });
        snack = mock.make('SnackBar', {
            content: 'News',
            behavior: 'fixed',
            persist: true,
            duration: 1,
            open: true,
            action: mock.make('SnackBar', { label: 'Undo', bgcolor: 'red' }),
        });
        (mock.page['_dialogs'] as Node)['controls'] = [snack];
        mock.controls.push(
            mock.make('Checkbox', { label: 'Yes', tooltip: 'Say yes', key: 'yes' }),
            table,
            slider,
            mock.make('Text', { spans: [span] }),
            mock.make('Image', { src: '/nothing.png', error_content: mock.make('Text', { value: 'no picture' }) }),
            mock.make('Row', {
                key: 'scrolls',
                scroll: 'auto',
                controls: texts(mock, ...Array.from({ length: 20 }, (_, at) => `a long name ${at}`)),
            }),
        );
    });
    const { page } = s;
    await page.getByText('Bonn').waitFor();
    s.mock.set(table, { show_checkbox_column: true });
    await page.waitForFunction(() => document.querySelectorAll('.t-table td.t-table-check').length === 2);
    await counts(page.locator('.t-table td > svg'), 2);

    const thumb = page.getByRole('slider', { name: 'value' });
    await thumb.focus();
    await page.keyboard.press('ArrowRight');
    assert.equal(await ear.next('end'), 250);
    assert.equal(slider['value'], 250);
    await page.waitForFunction(
        () =>
            document.querySelector('md-slider')!.shadowRoot!.querySelector('input')!.getAttribute('aria-valuetext') ===
            '250%',
    );

    await counts(page.getByRole('link', { name: 'there' }), 0);
    s.mock.set(span, { url: 'https://example.org/' });
    await page.getByRole('link', { name: 'there' }).waitFor();
    await page.getByText('no picture').waitFor();
    await counts(page.locator(`${by('yes')}[tabindex]`), 0);
    // What scrolls sideways keeps each name on one line.
    const rows = await page.locator(`${by('scrolls')} > *`).evaluateAll((all) => all.map((one) => one.clientHeight));
    assert.ok(
        rows.every((height) => height < 30),
        String(rows),
    );
    assert.equal(await page.locator('.t-snack-fixed').evaluate((bar) => bar.getBoundingClientRect().left), 0);
    assert.equal(snack['open'], true);
    assert.deepEqual(
        s.errors.filter((error) => !error.includes('404')),
        [],
    );
    await s.done();
});
