// The Cupertino controls: what they report, how they are used without a pointer, and that axe finds nothing in them.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Ext } from '../src/core/packets.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, counts, stage, until, type Stage } from './browser.ts';

const HOUSE = 0x20000 + readFileSync('icons/cupertino-names.txt', 'utf8').split('\n').indexOf('HOUSE');
const shots = process.env['SHOTS'];
const heard: [string, unknown][] = [];
let s: Stage;
let alert: Node;
let sheet: Node;

const sees =
    (name: string) =>
    (data: unknown): void =>
        void heard.push([name, data instanceof Ext ? `${data.type} ${data.text}` : data]);

function build(mock: Mock): void {
    const make = mock.make.bind(mock);
    const text = (value: string) => make('Text', { value });
    const row = (...controls: Node[]) => make('Row', { wrap: true, spacing: 16, controls });
    const action = (content: string, more = {}) =>
        make('CupertinoDialogAction', { content, on_click: sees(content), ...more });
    mock.view['scroll'] = 'auto';
    mock.view['padding'] = 20;
    mock.view['appbar'] = make('CupertinoAppBar', { title: 'Settings', trailing: make('Icon', { icon: HOUSE }) });
    mock.controls.push(
        row(
            make('CupertinoButton', { content: 'Plain', on_click: sees('plain') }),
            make('CupertinoFilledButton', { content: 'Filled', on_click: sees('filled') }),
            make('CupertinoTintedButton', { content: 'Tinted', on_click: sees('tinted') }),
            make('CupertinoFilledButton', { content: 'Off', disabled: true, on_click: sees('off') }),
            make('CupertinoActivityIndicator', { radius: 12 }),
        ),
        row(
            make('CupertinoSwitch', { label: 'Bluetooth', value: false, on_change: sees('switch') }),
            make('CupertinoCheckbox', { label: 'Remember', value: false, tristate: true, on_change: sees('box') }),
            make('RadioGroup', {
                value: 'tea',
                on_change: sees('radio'),
                content: row(
                    make('CupertinoRadio', { label: 'Tea', value: 'tea' }),
                    make('CupertinoRadio', { label: 'Coffee', value: 'coffee', use_checkmark_style: true }),
                ),
            }),
        ),
        make('CupertinoSlider', {
            tooltip: 'Size',
            min: 0,
            max: 10,
            divisions: 10,
            value: 4,
            width: 260,
            on_change: sees('slider'),
            on_change_end: sees('slid'),
        }),
        make('CupertinoTextField', {
            placeholder_text: 'Name',
            width: 300,
            clear_button_visibility_mode: 'editing',
            on_change: sees('typed'),
            on_submit: sees('submit'),
        }),
        row(
            make('CupertinoSegmentedButton', {
                selected_index: 0,
                controls: ['Day', 'Week', 'Month'].map(text),
                on_change: sees('segment'),
            }),
            make('CupertinoSlidingSegmentedButton', {
                selected_index: 1,
                controls: ['List', 'Map'].map(text),
                on_change: sees('slide'),
            }),
        ),
        make('CupertinoListTile', {
            title: 'Wi-Fi',
            subtitle: 'Known networks',
            leading: HOUSE,
            additional_info: 'Home',
            on_click: sees('tile'),
            width: 360,
        }),
        row(
            make('CupertinoPicker', {
                key: 'picker',
                width: 160,
                height: 160,
                controls: ['Lisbon', 'London', 'Lyon'].map(text),
                on_change: sees('picked'),
            }),
            make('CupertinoDatePicker', {
                key: 'date',
                width: 330,
                height: 160,
                value: new Ext(1, '2030-05-31'),
                date_picker_mode: 'date',
                on_change: sees('date'),
            }),
            make('CupertinoTimerPicker', {
                key: 'timer',
                width: 330,
                height: 160,
                value: 330,
                mode: 'ms',
                on_change: sees('timer'),
            }),
        ),
        make('CupertinoContextMenu', {
            key: 'menu',
            content: make('Container', {
                width: 120,
                height: 60,
                bgcolor: 'primarycontainer',
                content: text('A photo'),
            }),
            actions: [
                make('CupertinoContextMenuAction', { content: 'Share', trailing_icon: HOUSE, on_click: sees('Share') }),
                make('CupertinoContextMenuAction', { content: 'Delete', destructive: true, on_click: sees('Delete') }),
            ],
        }),
        make('CupertinoNavigationBar', {
            on_change: sees('place'),
            destinations: ['Home', 'You'].map((label) => make('NavigationBarDestination', { label, icon: HOUSE })),
        }),
        make('Row', {
            adaptive: true,
            controls: [
                make('Switch', { key: 'adaptive', label: 'Adaptive', on_change: sees('adaptive') }),
                make('FilledButton', { content: 'Adaptive' }),
            ],
        }),
    );
    alert = make('CupertinoAlertDialog', {
        open: true,
        title: 'Delete this?',
        content: text('It cannot be brought back.'),
        actions: [action('Keep', { default: true }), action('Remove', { destructive: true })],
        on_dismiss: sees('dismiss'),
    });
    sheet = make('CupertinoBottomSheet', {
        open: true,
        on_dismiss: sees('dismiss'),
        content: make('CupertinoActionSheet', {
            title: 'Photo',
            message: 'What to do with it?',
            actions: [make('CupertinoActionSheetAction', { content: 'Print', on_click: sees('Print') })],
            cancel: make('CupertinoActionSheetAction', { content: 'Cancel', on_click: sees('Cancel') }),
        }),
    });
}

before(async () => {
    s = await stage(
        (mock) => {
            mock.page['platform'] = 'ios';
            build(mock);
        },
        { viewport: { width: 1000, height: 1300 } },
    );
});
after(async () => {
    await s?.done();
    await closeBrowser();
});

async function next(count = 1): Promise<[string, unknown][]> {
    await until(() => heard.length >= count);
    return heard.splice(0);
}

async function shoot(name: string): Promise<void> {
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    for (const [width, colorScheme] of [
        [1000, 'light'],
        [390, 'dark'],
    ] as const) {
        await s.page.emulateMedia({ colorScheme });
        await s.page.setViewportSize({ width, height: 1300 });
        await s.page.waitForTimeout(400);
        await s.page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
    }
    await s.page.emulateMedia({ colorScheme: 'light' });
    await s.page.setViewportSize({ width: 1000, height: 1300 });
}

test('everything is drawn, in Cupertino where an app asks for the platform', async () => {
    assert.deepEqual(await s.page.locator('.t-placeholder').allTextContents(), []);
    await counts(s.page.locator(by('adaptive')).locator('.q-switch'), 1);
    await s.page.waitForFunction(() => document.querySelector('.q-tile .t-glyph path')?.getAttribute('d'));
    await shoot('cupertino');
    assert.deepEqual(s.errors, []);
});

test('buttons and toggles report what was done', async () => {
    for (const name of ['Plain', 'Filled', 'Tinted']) await s.page.getByRole('button', { name }).click();
    assert.deepEqual(await next(3), [
        ['plain', null],
        ['filled', null],
        ['tinted', null],
    ]);
    assert.equal(await s.page.getByRole('button', { name: 'Off' }).isDisabled(), true);
    await s.page.getByRole('switch', { name: 'Bluetooth' }).press(' ');
    const box = s.page.getByRole('checkbox', { name: 'Remember' });
    for (let i = 0; i < 3; i++) await box.click();
    await s.page.getByText('Coffee').click();
    assert.deepEqual(await next(5), [
        ['switch', true],
        ['box', true],
        ['box', null],
        ['box', false],
        ['radio', 'coffee'],
    ]);
    await s.page.getByRole('switch', { name: 'Adaptive' }).click();
    assert.deepEqual(await next(), [['adaptive', true]]);
});

test('values are chosen by keys, too', async () => {
    await s.page.getByRole('slider', { name: 'Size' }).press('ArrowRight');
    assert.deepEqual(await next(2), [
        ['slider', 5],
        ['slid', 5],
    ]);
    await s.page.getByRole('radio', { name: 'Day' }).press('ArrowRight');
    await s.page.getByText('List').click();
    assert.deepEqual(await next(2), [
        ['segment', 1],
        ['slide', 0],
    ]);
    await s.page.getByRole('listbox', { name: 'Choices' }).press('ArrowDown');
    assert.deepEqual(await next(), [['picked', 1]]);
    await s.page.getByRole('listbox', { name: 'Minutes' }).press('End');
    assert.deepEqual(await next(), [['timer', 59 * 60 + 30]]);
    // A shorter month ends earlier.
    await s.page.getByRole('listbox', { name: 'Month' }).press('ArrowDown');
    const [[, date] = []] = await next();
    const local = new Date(String(date).slice(2));
    assert.deepEqual([local.getFullYear(), local.getMonth(), local.getDate()], [2030, 5, 30]);
    await s.page.locator(by('date')).getByRole('option', { name: '28', exact: true }).click();
    const [[, day] = []] = await next();
    assert.equal(new Date(String(day).slice(2)).getDate(), 28);
});

test('a wheel is turned', async () => {
    const wheel = s.page.getByRole('listbox', { name: 'Seconds' });
    await wheel.hover();
    await s.page.mouse.wheel(0, -32 * 3);
    const [[name, seconds] = []] = await next();
    assert.equal(name, 'timer');
    assert.ok(Number(seconds) < 59 * 60 + 30, `${seconds}`);
});

test('a field is typed into and cleared', async () => {
    const field = s.page.getByRole('textbox', { name: 'Name' });
    await field.pressSequentially('Ada');
    await field.press('Enter');
    await s.page.getByRole('button', { name: 'Clear' }).click();
    assert.deepEqual(
        (await next(5)).map(([name, data]) => `${name} ${data}`),
        ['typed A', 'typed Ad', 'typed Ada', 'submit Ada', 'typed '],
    );
    assert.equal(await field.inputValue(), '');
});

test('a tile, a bar and a menu are used by pointer and keys', async () => {
    await s.page.getByRole('button', { name: 'Wi-Fi' }).press('Enter');
    await s.page.getByRole('button', { name: 'You' }).click();
    assert.deepEqual(await next(2), [
        ['tile', null],
        ['place', 1],
    ]);
    const menu = s.page.locator(by('menu'));
    await menu.click({ button: 'right' });
    await s.page.getByRole('menuitem', { name: 'Share' }).waitFor();
    await s.page.keyboard.press('Escape');
    await menu.press('Enter');
    await s.page.keyboard.press('ArrowDown');
    await shoot('menu');
    await s.page.getByRole('menuitem', { name: 'Delete' }).click();
    assert.deepEqual(await next(), [['Delete', null]]);
    await counts(s.page.getByRole('menu'), 0);
});

test('alerts and sheets open over the page, and say when they are dismissed', async () => {
    const dialogs = s.mock.page['_dialogs'] as Node;
    s.mock.set(dialogs, { controls: [alert] });
    await s.page.getByRole('alertdialog', { name: 'Delete this?' }).waitFor();
    await shoot('alert');
    await s.page.getByRole('button', { name: 'Remove' }).click();
    assert.deepEqual(await next(), [['Remove', null]]);
    await s.page.keyboard.press('Escape');
    assert.deepEqual(await next(), [['dismiss', null]]);
    s.mock.set(dialogs, { controls: [sheet] });
    await s.page.getByRole('group', { name: 'Photo' }).waitFor();
    await shoot('sheet');
    await s.page.getByRole('button', { name: 'Print' }).click();
    assert.deepEqual(await next(), [['Print', null]]);
    s.mock.set(sheet, { open: false });
    assert.deepEqual(await next(), [['dismiss', null]]);
    assert.deepEqual(s.errors, []);
});
