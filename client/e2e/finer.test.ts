// Finer properties of the core's controls: each has its effect.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, Ear } from '../test/support/calls.ts';
import type { Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, stage } from './browser.ts';

after(closeBrowser);

test('a control is turned by a matrix, glides to another place and tells its size', async () => {
    const ear = new Ear();
    let moved!: Node;
    const s = await stage((mock) => {
        const call = (name: string, ...args: unknown[]) => ({ name, args });
        const turned = mock.make('Container', {
            key: 'turned',
            width: 100,
            height: 40,
            transform: {
                matrix: {
                    ctor: { name: 'identity' },
                    ops: [call('set_entry', 3, 2, 0.001), call('translate', 20, 30)],
                },
                alignment: { x: 0, y: 0 },
            },
        });
        moved = mock.make('Container', {
            key: 'moved',
            width: 20,
            height: 20,
            align: { x: -1, y: -1 },
            animate_align: 400,
            on_animation_end: ear.on('end'),
            on_size_change: ear.on('size'),
            size_change_interval: 20,
        });
        mock.controls.push(turned, mock.make('Stack', { width: 200, height: 100, controls: [moved] }));
    });
    const matrix = () => s.page.locator(by('turned')).evaluate((element) => getComputedStyle(element).transform);
    await becomes(matrix, 'matrix3d(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0.001, 20, 30, 0, 1)');
    assert.deepEqual(await ear.next('size'), { w: 20, h: 20 });
    s.mock.set(moved, { align: { x: 1, y: 1 } });
    assert.equal(await ear.next('end'), 'align');
    s.mock.set(moved, { width: 50 });
    assert.deepEqual(await ear.next('size'), { w: 50, h: 20 });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a slider shows a second value, and is moved only as it says', async () => {
    const ear = new Ear();
    let slider!: Node;
    const s = await stage((mock) => {
        slider = mock.make('Slider', {
            key: 'slider',
            width: 400,
            value: 0.2,
            secondary_track_value: 0.6,
            secondary_active_color: '#ff0000',
            interaction: 'slideThumb',
            padding: 4,
            on_change_end: ear.on('end'),
        });
        mock.controls.push(slider);
    });
    const { page } = s;
    const track = () =>
        page.locator(by('slider')).evaluate((element) => {
            const part = element.shadowRoot!.querySelector('.track')!;
            return getComputedStyle(part, '::before').backgroundImage;
        });
    await becomes(async () => /rgb\(255, 0, 0\) 60%/.test(await track()), true);
    const box = (await page.locator(by('slider')).boundingBox())!;
    const y = box.y + box.height / 2;
    const at = (share: number) => box.x + 20 + share * (box.width - 40);
    // Beside its thumb a press is none.
    await page.mouse.click(at(0.8), y);
    await page.mouse.move(at(0.2), y);
    await page.mouse.down();
    await page.mouse.move(at(0.5), y, { steps: 4 });
    await page.mouse.up();
    assert.equal(Math.round(10 * ((await ear.next('end')) as number)), 5);
    s.mock.set(slider, { interaction: 'tapOnly', label: 'Volume' });
    await page.getByRole('slider', { name: 'Volume' }).waitFor();
    await page.mouse.click(at(0.9), y);
    assert.equal(Math.round(10 * ((await ear.next('end')) as number)), 9);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('progress has its gaps, ends and track', async () => {
    const s = await stage((mock) => {
        mock.controls.push(
            mock.make('ProgressBar', {
                key: 'bar',
                width: 200,
                bar_height: 8,
                value: 0.5,
                track_gap: 4,
                stop_indicator_radius: 3,
            }),
            mock.make('ProgressRing', {
                key: 'ring',
                value: 0.25,
                bgcolor: '#00ff00',
                stroke_cap: 'round',
                stroke_align: 1,
                track_gap: 2,
                padding: 6,
            }),
        );
    });
    const { page } = s;
    const inner = (key: string, part: string, name: string, pseudo = '') =>
        page
            .locator(by(key))
            .evaluate(
                (element, [p, n, q]) =>
                    getComputedStyle(element.shadowRoot!.querySelector(p!)!, q || null).getPropertyValue(n!),
                [part, name, pseudo],
            );
    await becomes(() => inner('bar', '.inactive-track', 'left'), '104px');
    assert.equal(await inner('bar', '.progress', 'width', '::after'), '6px');
    await becomes(() => inner('ring', '.track', 'stroke'), 'rgb(0, 255, 0)');
    assert.equal(await inner('ring', '.active-track', 'stroke-linecap'), 'round');
    assert.notEqual(await inner('ring', '.track', 'stroke-dashoffset'), '0px');
    assert.equal((await page.locator(by('ring')).boundingBox())!.width, 52);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('texts tell what is selected, a shimmer is painted with its colours', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        mock.controls.push(
            mock.make('Text', {
                key: 'text',
                value: 'Hello world',
                selectable: true,
                on_selection_change: ear.on('selected'),
            }),
            mock.make('Shimmer', {
                key: 'shimmer',
                base_color: '#ff0000',
                highlight_color: '#0000ff',
                content: mock.make('Container', { width: 100, height: 20, bgcolor: 'black' }),
            }),
        );
    });
    const { page } = s;
    await page.locator(by('text')).dblclick({ position: { x: 10, y: 8 } });
    const told = (await ear.next('selected')) as { selected_text: string; selection: { extent_offset: number } };
    assert.equal(told.selected_text.trim(), 'Hello');
    const filter = await page.locator(by('shimmer')).evaluate((element) => getComputedStyle(element).filter);
    assert.match(filter, /url\("?#gleam-/);
    await page
        .locator(`${by('shimmer')} feFlood`)
        .first()
        .waitFor({ state: 'attached' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a view that is not to be left just so is asked', async () => {
    const ear = new Ear();
    let second!: Node;
    const s = await stage((mock) => {
        second = mock.make('View', {
            route: '/form',
            fullscreen_dialog: true,
            can_pop: false,
            foreground_decoration: { bgcolor: '#10ff0000' },
            appbar: mock.make('AppBar', { title: 'Form' }),
            on_confirm_pop: ear.on('confirm'),
        });
        (mock.page['views'] as Node[]).push(second);
    });
    await s.page.getByRole('button', { name: 'Close' }).click();
    await ear.next('confirm');
    await s.page.locator('.t-view:not([hidden]) > .t-decor-front').waitFor({ state: 'attached' });
    const pops = () => s.mock.heard.filter(({ body }) => body['name'] === 'view_pop');
    assert.equal(pops().length, 0);
    await call(s.mock, second, 'confirm_pop', { should_pop: true });
    await becomes(() => pops().map(({ body }) => body['data']), [{ route: '/form' }]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a wheel stands at the line that is chosen', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        const controls = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'].map((value) => mock.make('Text', { value }));
        mock.controls.push(
            mock.make('CupertinoPicker', { key: 'wheel', controls, selected_index: 3, on_change: ear.on('turned') }),
        );
    });
    const { page } = s;
    const off = (name: string) =>
        page.getByRole('option', { name, exact: true }).evaluate((line) => {
            const [own, around] = [line.getBoundingClientRect(), line.parentElement!.getBoundingClientRect()];
            return Math.round(own.top + own.height / 2 - around.top - around.height / 2);
        });
    await becomes(() => off('Four'), 0);
    await page.getByRole('listbox').focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await ear.next('turned'), 4);
    await becomes(() => off('Five'), 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('an older dropdown has what fields have', async () => {
    let old!: Node;
    const s = await stage((mock) => {
        old = mock.make('DropdownM2', {
            key: 'old',
            label: 'Unit',
            value: 'kg',
            options: ['kg', 'lb'].map((key) => mock.make('Option', { key, text: key })),
            prefix: 'in ',
            suffix: '"s"',
            counter: '2 of 2',
            focused_bgcolor: '#00ff00',
            select_icon_size: 30,
            item_height: 72,
            options_fill_horizontally: false,
        });
        mock.controls.push(old);
    });
    const { page } = s;
    const inner = (part: string, name: string, pseudo = '') =>
        page.locator(by('old')).evaluate(
            (element, [p, n, q]) => {
                const found = element.shadowRoot!.querySelector(p!);
                return found ? getComputedStyle(found, q || null).getPropertyValue(n!) : '';
            },
            [part, name, pseudo],
        );
    await becomes(() => inner('#label', 'content', '::before'), '"in "');
    await becomes(() => inner('#label', 'content', '::after'), String.raw`"\"s\""`);
    await page.getByText('2 of 2').last().waitFor();
    const select = page.locator(by('old'));
    assert.ok((await select.boundingBox())!.width < 400);
    await select.click();
    const option = page.getByRole('option', { name: 'lb' });
    await becomes(async () => (await option.boundingBox())?.height, 72);
    await option.click();
    await becomes(() => old['value'], 'lb');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a theme goes over into another one', async () => {
    const s = await stage((mock) => {
        mock.page['theme_mode'] = 'light';
        mock.page['theme_animation_style'] = { duration: { seconds: 60 }, curve: 'linear' };
        mock.controls.push(mock.make('Text', { value: 'Hello' }));
    });
    const ground = () => s.page.evaluate(() => getComputedStyle(document.querySelector('.t-view')!).backgroundColor);
    const moving = () => s.page.evaluate(() => document.documentElement.getAnimations().length);
    await becomes(
        () => s.page.evaluate(() => document.documentElement.style.transition.includes('--md-sys-color')),
        true,
    );
    const light = await ground();
    s.mock.set(s.mock.page as Node, { theme_mode: 'dark' });
    await becomes(async () => (await moving()) > 10, true);
    assert.notEqual(light, '');
    assert.deepEqual(s.errors, []);
    await s.done();
});
