import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import { iconOf } from '../test/support/gallery.ts';
import type { Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, stage, hasFocus } from './browser.ts';
import { counter, isEvent } from './counter.ts';

after(closeBrowser);

test('first render registers with every key and shows the page', async () => {
    const s = await stage((mock) => {
        counter(mock);
        mock.page['title'] = 'Counter';
    });
    await s.page.locator(by('total')).waitFor();
    assert.equal(await s.page.title(), 'Counter');
    const { body } = s.mock.heard[0]!;
    assert.equal(body['session_id'], null);
    assert.equal(body['page_name'], '');
    assert.deepEqual(Object.keys(body['page'] as object).sort(), [
        'debug',
        'height',
        'media',
        'multi_view',
        'platform',
        'platform_brightness',
        'pwa',
        'pyodide',
        'resume',
        'route',
        'test',
        'troupe',
        'wasm',
        'web',
        'width',
        'window',
    ]);
    const root = s.page.locator(by('add'));
    assert.equal(await root.getAttribute('data-control'), 'FilledButton');
    assert.match((await root.getAttribute('data-id'))!, /^\d+$/);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a click reaches the server and its patch the page', async () => {
    const s = await stage(counter);
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('2').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('everything works by keyboard', async () => {
    const s = await stage(counter);
    await s.page.getByRole('button', { name: 'Add' }).waitFor();
    await s.page.keyboard.press('Tab');
    await s.page.keyboard.press('Enter');
    await s.page.locator(by('total')).getByText('1').waitFor();
    await s.page.keyboard.press('Space');
    await s.page.locator(by('total')).getByText('2').waitFor();
    await s.page.keyboard.press('Tab');
    await s.page.keyboard.type('Ada');
    assert.equal(await s.page.getByLabel('Name').inputValue(), 'Ada');
    await s.done();
});

test('typing survives patches and moves', async () => {
    let parts!: { total: Node; name: Node };
    const s = await stage((mock) => {
        parts = counter(mock);
    });
    const input = s.page.getByLabel('Name');
    await input.click();
    await s.page.keyboard.type('hello');
    await s.mock.waitFor((p) => isEvent('change')(p) && p.body['data'] === 'hello');
    await s.page.keyboard.press('ArrowLeft');
    // A change elsewhere, and a move of the field itself.
    s.mock.edit(s.mock.view, 'controls', [3, 2, 0]);
    s.mock.set(parts.total, { value: 'moved' });
    await s.page.locator(by('total')).getByText('moved').waitFor();
    await s.page.keyboard.type('X');
    assert.equal(await input.inputValue(), 'hellXo');
    const first = await s.page.locator('.t-view-body > *').first().getAttribute('data-key');
    assert.equal(first, 'name');
    // A value that the server sets is shown.
    s.mock.set(parts.name, { value: 'changed' });
    await s.page.waitForFunction(
        () => document.querySelector<HTMLInputElement>('[data-key=name]')!.value === 'changed',
    );
    await s.done();
});

test('unknown and failing controls become placeholders, the rest works', async () => {
    const s = await stage((mock) => {
        counter(mock);
        mock.controls.push(
            mock.make('NativeAd', {}),
            mock.make('LineChart', { data_series: 'nonsense', left_axis: 7, width: {} }),
            mock.make('DataTable', { columns: { a: 1 }, rows: 'x' }),
            mock.make('Slider', { label: '{value}', round: 500 }),
            mock.make('Text', { value: { no: 'text' }, size: 'huge', color: [], style: 3 }),
        );
    });
    await s.page.getByText('NativeAd is not drawn by this client').waitFor();
    await s.page.getByText('Slider could not be drawn').waitFor();
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    assert.equal(s.errors.length, 1, 'the failing one is logged once');
    await s.done();
});

test('calls are answered exactly once', async () => {
    let field!: Node;
    const s = await stage((mock) => {
        field = counter(mock).name;
        mock.page['_services'] = {
            _c: 'ServiceRegistry',
            _i: 7,
            _services: [mock.make('SharedPreferences'), mock.make('Teapot')],
        };
    });
    await s.page.locator(by('total')).waitFor();
    const [preferences, teapot] = (s.mock.page['_services'] as Node)['_services'] as Node[];
    const call = async (id: number, name: string, args: unknown, call_id: string) => {
        s.mock.send(Action.Invoke, { control_id: id, call_id, name, args });
        const { body } = await s.mock.waitFor((p) => p.action === Action.Invoke && p.body['call_id'] === call_id);
        return [body['result'], body['error']];
    };
    assert.deepEqual(await call(preferences!._i, 'set', { key: 'a', value: ['x'] }, '1'), [true, null]);
    assert.deepEqual(await call(preferences!._i, 'get', { key: 'a' }, '2'), [['x'], null]);
    assert.deepEqual(await call(field._i, 'focus', null, '3'), [null, null]);
    assert.ok(await s.page.getByLabel('Name').evaluate((e) => (e.getRootNode() as ShadowRoot).activeElement === e));
    assert.match((await call(999, 'focus', {}, '4'))[1] as string, /inexistent control: 999/);
    assert.match((await call(teapot!._i, 'brew', {}, '5'))[1] as string, /is not supported/);
    assert.deepEqual(await call(1, 'push_route', { route: '/a?x=1' }, '6'), [null, null]);
    const route = await s.mock.waitFor(isEvent('route_change'));
    assert.deepEqual(route.body['data'], { route: '/a?x=1' });
    await s.page.waitForURL('**/a?x=1');
    await s.page.reload();
    await s.page.locator(by('total')).waitFor();
    await s.done();
});

test('dark mode follows the system or the page', async () => {
    const s = await stage(counter, { colorScheme: 'dark' });
    const shade = () =>
        s.page.evaluate(() => {
            const [r = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
            return r < 128 ? 'dark' : 'light';
        });
    await s.page.locator(by('total')).waitFor();
    await becomes(shade, 'dark');
    s.mock.send(Action.Patch, { id: 1, patch: [[0], [0, 0, 'theme_mode', 'light']] });
    await s.page.waitForFunction(() => document.documentElement.dataset['theme'] === 'light');
    await becomes(shade, 'light');
    s.mock.send(Action.Patch, { id: 1, patch: [[0], [0, 0, 'theme', { color_scheme_seed: 'green' }]] });
    await s.page.waitForFunction(() => {
        const css = getComputedStyle(document.documentElement).getPropertyValue('--md-sys-color-primary');
        const [, r, g] = /#(..)(..)/.exec(css) ?? [];
        return parseInt(g ?? '0', 16) > parseInt(r ?? '0', 16);
    });
    await s.page.emulateMedia({ colorScheme: 'light' });
    const heard = await s.mock.waitFor(isEvent('platform_brightness_change'));
    assert.equal(heard.body['data'], 'light');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a table sorts by its headers and stays usable with thousands of rows', async () => {
    let table!: Node;
    const s = await stage((mock) => {
        const cell = (value: unknown) =>
            mock.make('DataCell', { content: mock.make('Text', { value: String(value) }) });
        table = mock.make('DataTable', {
            columns: [
                mock.make('DataColumn', { label: 'Name' }),
                mock.make('DataColumn', {
                    label: mock.make('Text', { value: 'Price' }),
                    numeric: true,
                    on_sort: (data: unknown) => {
                        const { ci, asc } = data as { ci: number; asc: boolean };
                        mock.set(table, { sort_column_index: ci, sort_ascending: asc });
                    },
                }),
            ],
            rows: Array.from({ length: 3000 }, (_, i) =>
                mock.make('DataRow', { key: `row-${i}`, cells: [cell(`item ${i}`), cell(i)] }),
            ),
        });
        mock.view['scroll'] = 'auto';
        mock.controls.push(table);
    });
    const header = s.page.getByRole('columnheader', { name: 'Price' });
    await header.waitFor();
    assert.equal(await header.getAttribute('aria-sort'), 'none');
    await s.page.getByRole('button', { name: 'Price' }).click();
    assert.deepEqual((await s.mock.waitFor(isEvent('sort'))).body['data'], { ci: 1, asc: true });
    await s.page.locator('th[aria-sort=ascending]').waitFor();
    await s.page.getByRole('button', { name: 'Price' }).click();
    await s.page.locator('th[aria-sort=descending]').waitFor();
    assert.ok((await s.page.locator('tbody tr[data-id]').count()) < 600, 'only rows near the screen');
    await s.page.locator('.t-view-body').evaluate((e) => e.scrollTo(0, e.scrollHeight));
    await s.page.locator(by('row-2999')).waitFor();
    assert.equal(await s.page.locator(by('row-2999')).getAttribute('aria-rowindex'), '3001');
    const first = (table['rows'] as Node[])[2999]!;
    const text = (first['cells'] as Node[])[0]!['content'] as Node;
    s.mock.set(text, { value: 'changed' });
    await s.page.locator(by('row-2999')).getByText('changed').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a line chart draws, follows patches and says what it shows', async () => {
    let series!: Node;
    const s = await stage((mock) => {
        const point = (x: number, y: number) => mock.make('LineChartDataPoint', { x, y });
        series = mock.make('LineChartData', { color: 'primary', points: [point(0, 1), point(1, 3)] });
        mock.controls.push(
            mock.make('LineChart', {
                key: 'chart',
                height: 300,
                data_series: [series],
                left_axis: mock.make('ChartAxis'),
            }),
        );
    });
    const chart = s.page.locator(by('chart'));
    await chart.locator('path[data-control=LineChartData]').waitFor();
    assert.equal(await chart.getAttribute('aria-label'), 'Line chart. 2 points, lowest 1, highest 3, last 3.');
    const line = () => chart.locator('path[data-control=LineChartData]').getAttribute('d');
    const before = await line();
    s.mock.edit(series, 'points', [1, 2, s.mock.make('LineChartDataPoint', { x: 2, y: 9 })]);
    await s.page.locator(`${by('chart')}[aria-label*="last 9"]`).waitFor();
    assert.notEqual(await line(), before);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('dialogs, snack bars and banners open, close and report it', async () => {
    let dialog!: Node;
    const s = await stage((mock) => counter(mock));
    const { mock, page } = s;
    await page.locator(by('total')).waitFor();
    const dialogs = mock.page['_dialogs'] as Node;
    const show = (node: Node) => mock.edit(dialogs, 'controls', [1, (dialogs['controls'] as Node[]).length, node]);
    dialog = mock.make('AlertDialog', {
        open: true,
        on_dismiss: () => undefined,
        title: 'Really?',
        content: mock.make('Text', { value: 'It cannot be undone.' }),
        actions: [mock.make('TextButton', { content: 'No', on_click: () => mock.set(dialog, { open: false }) })],
    });
    show(dialog);
    await page.getByRole('dialog', { name: 'Really?' }).waitFor();
    await page.getByRole('button', { name: 'No' }).click();
    await mock.waitFor(isEvent('dismiss'));
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    let since = mock.heard.length;
    mock.set(dialog, { open: true });
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await mock.waitFor(isEvent('dismiss'), since);
    const closed = mock.heard.slice(since).map(({ action }) => action);
    assert.deepEqual(closed, [Action.Update, Action.Event], 'the update precedes the event');

    since = mock.heard.length;
    show(
        mock.make('SnackBar', {
            open: true,
            on_dismiss: () => undefined,
            content: 'Saved',
            duration: 60_000,
            action: 'Undo',
            on_action: () => undefined,
        }),
    );
    await page.locator('[role=status] .t-snack').getByText('Saved').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await mock.waitFor(isEvent('action'), since);
    await mock.waitFor(isEvent('dismiss'), since);
    // Away from where it comes: one under the pointer stays.
    await page.mouse.move(5, 5);
    since = mock.heard.length;
    show(mock.make('SnackBar', { open: true, on_dismiss: () => undefined, content: 'By itself', duration: 300 }));
    await mock.waitFor(isEvent('dismiss'), since);

    show(
        mock.make('Banner', {
            open: true,
            content: 'Maintenance at noon',
            actions: [mock.make('TextButton', { content: 'OK' })],
        }),
    );
    await page.getByRole('region', { name: 'Notice' }).getByText('Maintenance').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('inputs report their value before their event', async () => {
    const nothing = () => undefined;
    const s = await stage((mock) => {
        const make = mock.make.bind(mock);
        mock.controls.push(
            make('Checkbox', { label: 'Agree', key: 'check', on_change: nothing }),
            make('Switch', { label: 'Power', on_change: nothing }),
            make('RadioGroup', {
                value: 'a',
                on_change: nothing,
                content: make('Column', {
                    controls: [
                        make('Radio', { value: 'a', label: 'Alpha' }),
                        make('Radio', { value: 'b', label: 'Beta' }),
                    ],
                }),
            }),
            make('Dropdown', {
                label: 'Pick',
                on_select: nothing,
                options: [
                    make('DropdownOption', { key: 'x', text: 'Ex' }),
                    make('DropdownOption', { key: 'y', text: 'Why' }),
                ],
            }),
            make('Slider', { min: 0, max: 10, divisions: 10, value: 3, on_change: nothing }),
            make('IconButton', { icon: iconOf('DELETE') }),
        );
    });
    const { mock, page } = s;
    const next = async (name: string, act: () => Promise<unknown>) => {
        const since = mock.heard.length;
        await act();
        const event = await mock.waitFor(isEvent(name), since);
        const update = mock.heard.slice(since).find(({ action }) => action === Action.Update)!;
        assert.ok(mock.heard.indexOf(update) < mock.heard.indexOf(event));
        return event.body['data'];
    };
    assert.equal(await next('change', () => page.getByText('Agree').click()), true);
    assert.equal(await next('change', () => page.getByRole('switch', { name: 'Power' }).click()), true);
    assert.equal(await next('change', () => page.getByText('Beta').click()), 'b');
    const alpha = page.locator('md-radio').first();
    assert.equal(await alpha.evaluate((radio) => (radio as HTMLInputElement).checked), false);
    assert.equal(
        await next('select', async () => {
            await page.getByRole('combobox').click();
            await page.getByRole('option', { name: 'Why' }).click();
        }),
        'y',
    );
    // Its list gives the focus back once it has closed.
    await hasFocus(page.getByRole('combobox'));
    assert.equal(
        await next('change', async () => {
            await page.getByRole('slider').focus();
            await page.keyboard.press('ArrowRight');
        }),
        4,
    );
    await page.getByRole('button', { name: 'delete' }).waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});
