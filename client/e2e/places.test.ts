// Places, tabs, drawers, sheets, pickers and search: what the server hears of them.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ext } from '../src/core/packets.ts';
import { call, Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { iconOf } from '../test/support/gallery.ts';
import { becomes, closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);

const places = (mock: Mock, type: string) =>
    ['Home', 'Search', 'You'].map((label, at) =>
        mock.make(type, { label, icon: iconOf(['HOME', 'SEARCH', 'PERSON'][at]!) }),
    );
const written = (value: unknown) => (value instanceof Ext ? value.text : value);

test('places are gone to: bar, rail, and a drawer that the app bar opens', async () => {
    const ear = new Ear();
    let bar!: Node;
    let drawer!: Node;
    const s = await stage((mock) => {
        bar = mock.make('NavigationBar', {
            destinations: places(mock, 'NavigationBarDestination'),
            on_change: ear.on('bar'),
        });
        drawer = mock.make('NavigationDrawer', {
            controls: places(mock, 'NavigationDrawerDestination'),
            on_change: ear.on('drawer'),
            on_dismiss: ear.on('dismiss'),
        });
        const rail = mock.make('NavigationRail', {
            label_type: 'all',
            height: 260,
            destinations: places(mock, 'NavigationRailDestination'),
            on_change: ear.on('rail'),
        });
        mock.view['navigation_bar'] = bar;
        mock.view['drawer'] = drawer;
        mock.view['appbar'] = mock.make('AppBar', { title: 'Here' });
        mock.controls.push(rail);
    });
    const { page } = s;
    const within = (type: string) => page.locator(`[data-control=${type}]`);
    await within('NavigationBar').getByRole('button', { name: 'Search' }).click();
    assert.equal(await ear.next('bar'), 1);
    assert.equal(bar['selected_index'], 1);
    assert.equal(await within('NavigationBar').locator('[aria-current=page]').textContent(), 'Search');
    // A rail begins without a place that is chosen.
    await counts(within('NavigationRail').locator('[aria-current]'), 0);
    await within('NavigationRail').getByRole('button', { name: 'Home' }).click();
    assert.equal(await ear.next('rail'), 0);

    await page.getByRole('button', { name: 'Open navigation menu' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'You' }).click();
    assert.equal(await ear.next('drawer'), 2);
    assert.equal(drawer['selected_index'], 2);
    await page.keyboard.press('Escape');
    assert.equal(await ear.next('dismiss'), null);
    assert.equal(await call(s.mock, s.mock.view, 'show_drawer'), null);
    await page.getByRole('dialog').waitFor();
    assert.equal(await call(s.mock, s.mock.view, 'close_drawer'), null);
    assert.equal(await ear.next('dismiss'), null);
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('tabs are chosen with pointer and keys, and by the server', async () => {
    const ear = new Ear();
    let tabs!: Node;
    const s = await stage((mock) => {
        tabs = mock.make('Tabs', {
            length: 3,
            on_change: ear.on('change'),
            content: mock.make('Column', {
                controls: [
                    mock.make('TabBar', {
                        tabs: ['News', 'Sport', 'Rain'].map((label) => mock.make('Tab', { label })),
                        on_click: ear.on('click'),
                    }),
                    mock.make('TabBarView', {
                        height: 80,
                        controls: ['none', '1 : 1', 'wet'].map((value) => mock.make('Text', { value })),
                    }),
                ],
            }),
        });
        mock.controls.push(tabs);
    });
    const { page } = s;
    await page.getByRole('tab', { name: 'Sport' }).click();
    assert.equal(await ear.next('click'), 1);
    assert.equal(await ear.next('change'), 1);
    assert.equal(tabs['selected_index'], 1);
    await page.waitForFunction(() => document.querySelector('.t-pages')!.scrollLeft > 50);
    await page.keyboard.press('ArrowRight');
    assert.equal(await ear.next('change'), 2);
    await page.getByRole('tab', { name: 'Rain', selected: true }).waitFor();
    await counts(page.locator('[role=tab][tabindex="0"]'), 1);
    assert.equal(await call(s.mock, tabs, 'move_to', { index: 0 }), null);
    assert.equal(await ear.next('change'), 0);
    s.mock.set(tabs, { selected_index: 1 });
    await page.getByRole('tab', { name: 'Sport', selected: true }).waitFor();
    await page.getByRole('tabpanel', { name: 'Sport' }).waitFor();
    // What the server chose is not told to it.
    assert.deepEqual(
        ear.said.filter(([name]) => name === 'change'),
        [],
    );
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a sheet, a date, a range and a time are shown and answered', async () => {
    const ear = new Ear();
    const s = await stage(() => undefined, { timezoneId: 'Europe/Berlin', locale: 'en-GB' });
    const { page, mock } = s;
    const dialogs = mock.page['_dialogs'] as Node;
    const show = (type: string, props: object) => {
        const node = mock.make(type, {
            open: true,
            on_dismiss: ear.on('dismiss'),
            on_change: ear.on('change'),
            ...props,
        });
        mock.set(dialogs, { controls: [node] });
        return node;
    };
    const day = (iso: string) => new Ext(1, iso);
    const limits = {
        first_date: day('2024-01-01'),
        last_date: day('2024-12-31'),
        locale: { language_code: 'en', country_code: 'GB' },
    };

    const sheet = show('BottomSheet', { content: mock.make('Text', { value: 'From below' }), show_drag_handle: true });
    await page.getByText('From below').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await ear.next('dismiss'), null);
    assert.equal(sheet['open'], false);

    const date = show('DatePicker', { ...limits, value: day('2024-02-28') });
    await page.getByRole('gridcell', { name: /28 February 2024/, selected: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === '28');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Thu,? 29 Feb/ }).waitFor();
    await page.getByRole('button', { name: 'OK' }).click();
    // The beginning of the day where the person is.
    assert.equal(written(await ear.next('change')), '2024-02-28T23:00:00.000+00:00');
    assert.equal(await ear.next('dismiss'), false);
    assert.equal(written(date['value']), '2024-02-28T23:00:00.000+00:00');

    show('DatePicker', { ...limits, value: day('2024-02-28'), entry_mode: 'input' });
    await page.locator('input[type=date]').fill('2025-01-01');
    await page.getByRole('alert').getByText('Out of range.').waitFor();
    assert.ok(await page.getByRole('button', { name: 'OK' }).isDisabled());
    await page.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await ear.next('dismiss'), true);

    const range = show('DateRangePicker', { ...limits, start_value: day('2024-03-04'), end_value: day('2024-03-06') });
    await page.getByRole('button', { name: '11 March 2024' }).click();
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
    await page.getByRole('button', { name: '14 March 2024' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    assert.equal(await ear.next('change'), null);
    assert.equal(await ear.next('dismiss'), false);
    assert.deepEqual(
        [written(range['start_value']), written(range['end_value'])],
        ['2024-03-10T23:00:00.000+00:00', '2024-03-13T23:00:00.000+00:00'],
    );

    const time = show('TimePicker', { value: new Ext(2, '16:56'), hour_format: 'h12' });
    await page.getByRole('radio', { name: 'PM', checked: true }).waitFor();
    const dial = (await page.locator('.t-dial').boundingBox())!;
    // A third of the way round is four; the other half of the day makes it 4:15.
    await page.mouse.click(dial.x + dial.width - 20, dial.y + dial.height / 2);
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Minute');
    await page.keyboard.type('07');
    await page.getByRole('radio', { name: 'AM' }).click();
    await page.getByRole('button', { name: 'OK' }).click();
    assert.equal(written(await ear.next('change')), '3:7');
    assert.equal(written(time['value']), '3:7');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('search and completion: views that open, suggestions that fit', async () => {
    const ear = new Ear();
    let search!: Node;
    let complete!: Node;
    const s = await stage((mock) => {
        const heard = ['tap', 'submit', 'change', 'tap_outside_view'];
        search = mock.make('SearchBar', {
            bar_hint_text: 'Find a colour',
            view_hint_text: 'Which one?',
            controls: [mock.make('ListTile', { title: 'Amber', on_click: ear.on('amber') })],
            ...Object.fromEntries(heard.map((name) => [`on_${name}`, ear.on(name)])),
        });
        complete = mock.make('AutoComplete', {
            tooltip: 'City',
            suggestions: ['Lisbon', 'Lyon', 'Berlin'].map((city) => ({ key: city.toLowerCase(), value: city })),
            on_select: ear.on('select'),
            on_change: ear.on('typed'),
        });
        mock.controls.push(search, complete);
    });
    const { page } = s;
    await page.getByRole('textbox', { name: 'Find a colour' }).click();
    assert.equal(await ear.next('tap'), null);
    assert.equal(await call(s.mock, search, 'open_view'), null);
    await page.keyboard.type('am');
    assert.equal(await ear.next('change'), 'a');
    assert.equal(await ear.next('change'), 'am');
    assert.equal(search['value'], 'am');
    await page.keyboard.press('Enter');
    assert.equal(await ear.next('submit'), 'am');
    await page.getByRole('button', { name: 'Amber' }).click();
    assert.equal(await ear.next('amber'), null);
    assert.equal(await call(s.mock, search, 'close_view', { text: 'Amber' }), null);
    assert.equal(await page.getByRole('textbox', { name: 'Find a colour' }).inputValue(), 'Amber');
    await counts(page.getByRole('textbox', { name: 'Which one?' }), 0);

    await page.getByRole('combobox', { name: 'City' }).click();
    await page.keyboard.type('L');
    const options = () => page.getByRole('option').allTextContents();
    await becomes(options, ['Lisbon', 'Lyon', 'Berlin']);
    await page.keyboard.type('y');
    await becomes(options, ['Lyon']);
    await page.keyboard.press('Enter');
    assert.deepEqual(await ear.next('select'), { index: 1, selection: { key: 'lyon', value: 'Lyon' } });
    assert.equal(complete['value'], 'Lyon');
    assert.equal(complete['_selected_index'], 1);
    await counts(page.getByRole('option'), 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});
