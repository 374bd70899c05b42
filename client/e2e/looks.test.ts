// Looks that few controls have: decorations, paddings, colours that blend, places of headings.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import { iconOf } from '../test/support/gallery.ts';
import type { Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, stage, type Stage } from './browser.ts';

after(closeBrowser);

const PICTURE = 'favicon.svg';

const looks = (s: Stage, selector: string, wanted: { [property: string]: string }) =>
    s.page.waitForFunction(
        ([selector, wanted]) => {
            const found = document.querySelector(selector);
            const style = found && getComputedStyle(found);
            return style && Object.entries(wanted).every(([name, value]) => style.getPropertyValue(name) === value);
        },
        [selector, wanted] as const,
    );

test('a container is decorated behind and before its content, which is pressed all the same', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        const box = (key: string, props: object) => {
            const content = mock.make('FilledButton', { content: key, on_click: ear.on(key) });
            return mock.make('Container', { key, width: 120, height: 80, border_radius: 8, content, ...props });
        };
        mock.controls.push(
            box('pictured', { image: { src: PICTURE, fit: 'cover', opacity: 0.5 } }),
            box('tiled', { image: { src: PICTURE, repeat: 'repeat' } }),
            box('covered', { foreground_decoration: { bgcolor: '#800000ff', border_radius: 4 } }),
            box('blended', { bgcolor: '#ff0000', blend_mode: 'multiply' }),
            box('filtered', { color_filter: { color: '#00ff00', blend_mode: 'hue' } }),
            mock.make('Container', { key: 'inked', ink: true, ink_color: '#ff0000', on_click: () => undefined }),
        );
    });
    const { page } = s;
    await looks(s, `${by('pictured')} .t-decor-back > img`, { 'object-fit': 'cover', opacity: '0.5' });
    await page.waitForFunction(() => {
        const img = document.querySelector<HTMLImageElement>('[data-key=pictured] .t-decor > img');
        return img?.complete && img.naturalWidth > 0 && img.getBoundingClientRect().width === 120;
    });
    await looks(s, `${by('tiled')} .t-decor-back`, { 'background-repeat': 'repeat' });
    await looks(s, `${by('covered')} .t-decor-front`, {
        'background-color': 'rgba(0, 0, 255, 0.5)',
        'border-top-left-radius': '4px',
        'pointer-events': 'none',
    });
    await looks(s, by('blended'), { 'background-color': 'rgba(0, 0, 0, 0)' });
    await looks(s, `${by('blended')} .t-decor-back`, {
        'background-color': 'rgb(255, 0, 0)',
        'mix-blend-mode': 'multiply',
    });
    await looks(s, `${by('filtered')} .t-decor-front`, { 'mix-blend-mode': 'hue' });
    await looks(s, by('filtered'), { isolation: 'isolate' });
    await looks(s, by('inked'), { '--md-ripple-pressed-color': '#ff0000' });
    for (const name of ['pictured', 'covered', 'blended', 'filtered']) {
        await page.getByRole('button', { name }).click();
        assert.equal(await ear.next(name), null);
    }
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('paddings, corners, shadows and fonts are as they are said to be', async () => {
    const s = await stage((mock) => {
        const icon = iconOf('SEARCH');
        mock.controls.push(
            mock.make('IconButton', { key: 'icon', icon, padding: { left: 20, top: 4, right: 20, bottom: 4 } }),
            mock.make('FilledIconButton', { key: 'filled', icon, padding: 4 }),
            mock.make('Switch', { key: 'switch', label: 'Switch', padding: 12 }),
            mock.make('Divider', { key: 'line', thickness: 6, radius: 3 }),
            mock.make('Icon', {
                key: 'glyph',
                icon,
                blend_mode: 'multiply',
                shadows: [{ color: '#ff0000', blur_radius: 3, offset: { x: 1, y: 2 } }],
            }),
            mock.make('Text', {
                key: 'text',
                value: 'Text',
                font_family: 'None',
                font_family_fallback: ['Other', 'serif'],
            }),
            mock.make('Text', { key: 'kept', value: 'Kept', selectable: true, enable_interactive_selection: false }),
            mock.make('FilledButton', { key: 'clipped', content: 'Cut', clip_behavior: 'hardEdge' }),
            mock.make('CupertinoCheckbox', { key: 'check', label: 'C', focus_color: '#ff0000', mouse_cursor: 'help' }),
        );
    });
    const { page } = s;
    const size = (key: string, width: number, height: number) =>
        page.waitForFunction(
            ([key, width, height]) => {
                const box = document.querySelector(`[data-key="${key}"]`)!.getBoundingClientRect();
                return box.width === width && box.height === height;
            },
            [key, width, height] as const,
        );
    await size('icon', 64, 32);
    await size('filled', 32, 32);
    await looks(s, `${by('switch')} md-switch`, { 'margin-left': '12px', 'margin-top': '12px' });
    await looks(s, by('line'), { 'border-top-left-radius': '3px', height: '6px' });
    await looks(s, by('glyph'), { filter: 'drop-shadow(rgb(255, 0, 0) 1px 2px 3px)', 'mix-blend-mode': 'multiply' });
    await looks(s, by('kept'), { 'user-select': 'none' });
    await looks(s, by('text'), { 'font-family': 'None, Other, serif' });
    await looks(s, by('clipped'), { 'overflow-x': 'hidden' });
    await page.locator(`${by('check')} input`).focus();
    await page.keyboard.press('Space');
    await looks(s, `${by('check')} input`, { 'outline-color': 'rgb(255, 0, 0)', cursor: 'help' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a ripple is as wide as it is told to be, beyond its control, too', async () => {
    let button!: Node;
    const s = await stage((mock) => {
        const icon = iconOf('SEARCH');
        const make = (type: string, props: object) => {
            const one = mock.make(type, { key: type, splash_radius: 30, ...props });
            mock.controls.push(mock.make('Column', { key: `around-${type}`, scroll: 'auto', controls: [one] }));
            return one;
        };
        button = make('IconButton', { icon });
        make('FilledIconButton', { icon });
        make('OutlinedIconButton', { icon, url: 'https://example.org/' });
        make('Checkbox', { label: 'Check' });
        make('Switch', { label: 'Switch' });
        make('Radio', { label: 'Radio', value: 'radio' });
        make('PopupMenuButton', { items: [mock.make('PopupMenuItem', { content: 'Item' })] });
    });
    const { page } = s;
    // Where the ripple is: how large, and how far its middle is from that of what it is of.
    const ripple = (key: string, part: string) =>
        page.evaluate(
            ([key, part]) => {
                const root = document.querySelector(`[data-key="${key}"]`)!;
                const input = part ? root.querySelector(part)! : root;
                const [around, own] = [input, input.shadowRoot?.querySelector('md-ripple')].map((one) =>
                    one?.getBoundingClientRect(),
                );
                const middle = (box?: DOMRect) => (box ? [box.x + box.width / 2, box.y + box.height / 2] : []);
                const [x = NaN, y = NaN] = middle(own).map((at, i) => Math.abs(at - middle(around)[i]!));
                // The handle of a switch, which has the ripple, is at an end of it.
                return [own?.width, own?.height, key === 'Switch' || x < 1, y < 1];
            },
            [key, part] as const,
        );
    const PARTS = { IconButton: '', FilledIconButton: '', OutlinedIconButton: '' };
    for (const [key, part] of Object.entries({
        ...PARTS,
        Checkbox: 'md-checkbox',
        Switch: 'md-switch',
        Radio: 'md-radio',
    }))
        await becomes(() => ripple(key, part), [60, 60, true, true]);
    assert.equal((await page.locator(by('IconButton')).boundingBox())!.width, 40);
    const layer = await page
        .locator(`${by('PopupMenuButton')} .t-popup-toggle`)
        .evaluate((toggle) => getComputedStyle(toggle, '::after').width);
    assert.equal(layer, '60px');
    // What surrounds it is as large as it would be without: there is nothing to scroll to.
    const larger = await page
        .locator('[data-key^=around]')
        .evaluateAll((all) =>
            (all as HTMLElement[])
                .filter((one) => one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)
                .map((one) => one.dataset['key']),
        );
    assert.deepEqual(larger, []);
    s.mock.set(button, { splash_radius: null });
    await becomes(() => ripple('IconButton', ''), [40, 40, true, true]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a table has its gradient, places its headings, and hears presses that begin and that end elsewhere', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        const text = (value: string) => mock.make('Text', { value });
        const cell = (props: object) => mock.make('DataCell', { content: text('Cell'), key: 'cell', ...props });
        mock.controls.push(
            mock.make('DataTable', {
                key: 'table',
                gradient: { _type: 'linear', colors: ['#ff0000', '#0000ff'] },
                columns: [mock.make('DataColumn', { label: text('Head'), heading_row_alignment: 'end' })],
                rows: [
                    mock.make('DataRow', {
                        cells: [
                            cell({
                                on_tap: ear.on('tap'),
                                on_tap_down: ear.on('down'),
                                on_tap_cancel: ear.on('cancel'),
                            }),
                        ],
                    }),
                ],
            }),
            mock.make('Text', { value: 'Elsewhere' }),
        );
    });
    const { page } = s;
    await looks(s, `${by('table')} th`, { 'text-align': 'end' });
    await page.waitForFunction(() => {
        const table = document.querySelector('[data-key=table]')!;
        return getComputedStyle(table).backgroundImage.startsWith('linear-gradient');
    });
    await page.getByText('Cell').click();
    assert.equal(typeof (await ear.next('down')), 'object');
    assert.equal(await ear.next('tap'), null);
    await page.getByText('Cell').hover();
    await page.mouse.down();
    await page.getByText('Elsewhere').hover();
    await page.mouse.up();
    assert.equal(await ear.next('cancel'), null);
    assert.deepEqual(
        ear.said.map(([name]) => name),
        ['down'],
    );
    assert.deepEqual(s.errors, []);
    await s.done();
});
