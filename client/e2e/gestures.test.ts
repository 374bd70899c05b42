// Who has a press, and what the wrappers hear: pointers, keys and screen readers.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LONG_PRESS_MS } from '../src/core/gesture.ts';
import type { Node } from '../test/support/mock.ts';
import { by, closeBrowser, counts, stage, until, type Stage } from './browser.ts';

let s: Stage;
let late: Node;
const heard: [string, unknown][] = [];
const said = () => heard.splice(0);

function sees(name: string): (data: unknown) => void {
    return (data) => heard.push([name, data]);
}

const build = (mock: Parameters<Parameters<typeof stage>[0]>[0]) => {
    const make = mock.make.bind(mock);
    const text = (value: string) => make('Text', { value });
    const area = (key: string, content: Node) => make('Container', { key, content, padding: 10, on_click: sees(key) });
    const tapped = { on_tap: sees('tap'), on_tap_down: sees('tap_down'), on_double_tap: undefined };
    mock.view['scroll'] = 'auto';
    mock.controls.push(
        area('around-button', make('FilledButton', { content: 'Inner', on_click: sees('button') })),
        area('around-switch', make('Switch', { label: 'Quiet', on_change: sees('switch') })),
        area('around-field', make('TextField', { label: 'Name', on_focus: sees('field') })),
        area('outer', area('inner', text('deep'))),
        make('ListTile', {
            title: 'Tile',
            on_click: sees('tile'),
            trailing: make('IconButton', { icon: 0x10001, tooltip: 'More', on_click: sees('icon') }),
        }),
        make('GestureDetector', {
            key: 'pad',
            content: make('Container', { width: 200, height: 60, content: text('Pad') }),
            ...tapped,
            on_pan_start: sees('pan_start'),
            on_pan_end: sees('pan_end'),
            on_secondary_tap: sees('secondary_tap'),
            on_long_press: sees('long_press'),
            on_scroll: sees('scroll'),
        }),
        make('GestureDetector', {
            key: 'card',
            on_tap: sees('card'),
            content: make('TextButton', { content: 'In card', on_click: sees('in card') }),
        }),
        make('Row', {
            controls: [
                make('Draggable', {
                    key: 'apple',
                    group: 'fruit',
                    content: make('Container', { width: 80, height: 40, content: text('Apple') }),
                    on_drag_start: sees('drag_start'),
                    on_drag_complete: sees('drag_complete'),
                }),
                make('DragTarget', {
                    key: 'stone',
                    group: 'stones',
                    content: make('Container', { width: 80, height: 40, content: text('Pit') }),
                    on_will_accept: sees('will_accept'),
                    on_accept: sees('wrong'),
                }),
                make('DragTarget', {
                    key: 'basket',
                    group: 'fruit',
                    content: make('Container', { width: 80, height: 40, content: text('Basket') }),
                    on_accept: sees('accept'),
                    on_will_accept: sees('will_accept'),
                    on_leave: sees('leave'),
                }),
            ],
        }),
        make('Draggable', {
            key: 'held',
            content: make('Card', {
                content: make('Container', {
                    content: (late = make('IconButton', { icon: 0x10001, disabled: true, on_click: sees('late') })),
                }),
            }),
        }),
        make('Semantics', {
            label: 'Volume',
            slider: true,
            value: '40 percent',
            content: text('|||'),
            on_increase: sees('increase'),
        }),
        make('Semantics', { heading_level: 2, content: text('Chapter') }),
        make('Semantics', { button: true, label: 'Play', content: text('>'), on_tap: sees('play') }),
        make('MergeSemantics', {
            content: make('Row', { controls: [make('Checkbox', { key: 'box' }), text('I agree')] }),
        }),
        make('ExcludeSemantics', { content: text('ornament') }),
        make('KeyboardListener', {
            key: 'keys',
            content: text('Keys'),
            on_key_down: sees('key_down'),
            on_key_up: sees('key_up'),
        }),
        make('WindowDragArea', {
            key: 'bar',
            content: make('Container', { width: 200, height: 30, content: text('Bar') }),
            on_double_tap: sees('maximize'),
        }),
        make('RotatedBox', {
            key: 'turned',
            quarter_turns: 1,
            content: make('Container', { width: 90, height: 30, content: text('side') }),
        }),
        make('AutofillGroup', { content: text('fields') }),
        make('Hero', { tag: 'a', content: text('hero') }),
        make('Screenshot', { content: text('picture') }),
        make('ShaderMask', {
            key: 'shade',
            shader: { _type: 'linear', colors: ['red', 'blue'] },
            blend_mode: 'srcIn',
            content: text('Shaded'),
        }),
        make('FletApp', { url: 'https://example.org/app' }),
        make('Stack', {
            width: 200,
            height: 60,
            controls: [
                make('FilledButton', { content: 'Below', left: 0, top: 0, on_click: sees('below') }),
                make('TransparentPointer', {
                    left: 0,
                    top: 0,
                    content: make('Container', { key: 'glass', width: 200, height: 60, on_click: sees('glass') }),
                }),
            ],
        }),
    );
};

before(async () => {
    s = await stage(build, { viewport: { width: 1000, height: 1500 } });
    // A click takes as long as the machine needs for it, and is no long press all the same.
    await s.page.evaluate((longPressMs) => {
        const later = setTimeout;
        window.setTimeout = ((work: () => void, ms: number) => (ms === longPressMs ? 0 : later(work, ms))) as never;
    }, LONG_PRESS_MS);
});
after(async () => {
    await s?.done();
    await closeBrowser();
});

async function heardSoon(count: number): Promise<[string, unknown][]> {
    await until(() => heard.length >= count);
    return said();
}

test('a press is heard by the innermost control that does something with it', async () => {
    const names = async (count = 1) => (await heardSoon(count)).map(([name]) => name);
    await s.page.locator('.t-button-filled').first().click();
    assert.deepEqual(await names(), ['button']);
    await s.page.locator('.t-button-filled').first().press('Enter');
    assert.deepEqual(await names(), ['button']);
    await s.page.getByRole('switch').click();
    assert.deepEqual(await names(), ['switch']);
    await s.page.getByText('Quiet').click();
    assert.deepEqual(await names(), ['switch']);
    await s.page.getByRole('textbox', { name: 'Name' }).click();
    assert.deepEqual(await names(), ['field']);
    await s.page.getByText('deep').click();
    assert.deepEqual(await names(), ['inner']);
    await s.page.getByRole('button', { name: 'More' }).click();
    assert.deepEqual(await names(), ['icon']);
    await s.page.getByText('Tile', { exact: true }).click();
    assert.deepEqual(await names(), ['tile']);
    await s.page.locator('.t-button-plain').click();
    assert.deepEqual(await names(), ['in card']);
    await s.page.getByRole('button', { name: 'Tile', exact: true }).press('Enter');
    assert.deepEqual(await names(), ['tile']);
    // The outer one still has what is its own.
    await s.page.locator(by('around-button')).click({ position: { x: 3, y: 3 } });
    assert.deepEqual(await names(), ['around-button']);
});

test('a gesture detector hears taps, drags, wheels and the keyboard', async () => {
    const pad = s.page.locator(by('pad'));
    await pad.click({ position: { x: 20, y: 10 } });
    const [down, tap] = await heardSoon(2);
    assert.equal(down![0], 'tap_down');
    assert.deepEqual((tap![1] as { l: unknown; k: string }).l, { x: 20, y: 10 });
    assert.equal((tap![1] as { k: string }).k, 'mouse');
    await pad.click({ button: 'right' });
    assert.deepEqual(
        (await heardSoon(1)).map(([name]) => name),
        ['secondary_tap'],
    );
    await pad.press('Enter');
    assert.deepEqual(
        (await heardSoon(2)).map(([name]) => name),
        ['tap_down', 'tap'],
    );
    const box = (await pad.boundingBox())!;
    await s.page.mouse.move(box.x + 5, box.y + 5);
    await s.page.mouse.down();
    await s.page.mouse.move(box.x + 300, box.y + 90, { steps: 3 });
    await s.page.mouse.up();
    assert.deepEqual(
        (await heardSoon(3)).map(([name]) => name),
        ['tap_down', 'pan_start', 'pan_end'],
    );
    await s.page.mouse.move(box.x + 5, box.y + 5);
    await s.page.mouse.wheel(0, 40);
    const [wheel] = await heardSoon(1);
    assert.deepEqual((wheel![1] as { sd: unknown }).sd, { x: 0, y: 40 });
});

test('a screen reader presses without a pointer', async () => {
    await s.page.locator(by('pad')).evaluate((element) => (element as HTMLElement).click());
    assert.deepEqual(
        (await heardSoon(1)).map(([name]) => name),
        ['tap'],
    );
});

test('things are dragged by pointer', async () => {
    const apple = (await s.page.locator(by('apple')).boundingBox())!;
    const stone = (await s.page.locator(by('stone')).boundingBox())!;
    const basket = (await s.page.locator(by('basket')).boundingBox())!;
    await s.page.mouse.move(apple.x + 10, apple.y + 10);
    await s.page.mouse.down();
    await s.page.mouse.move(stone.x + 10, stone.y + 10, { steps: 4 });
    await s.page.locator('.t-ghost').waitFor();
    await s.page.mouse.move(basket.x + 10, basket.y + 12, { steps: 4 });
    await s.page.mouse.up();
    const events = await heardSoon(5);
    assert.deepEqual(
        events.map(([name]) => name),
        ['drag_start', 'will_accept', 'will_accept', 'accept', 'drag_complete'],
    );
    assert.equal((events[1]![1] as { accept: boolean }).accept, false);
    assert.deepEqual((events[3]![1] as { l: unknown }).l, { x: 10, y: 12 });
    assert.equal(events[4]![1], 'fruit');
    await counts(s.page.locator('.t-ghost'), 0);
});

test('things are dragged by keys, and put back by Escape', async () => {
    await s.page.locator(by('apple')).focus();
    await s.page.keyboard.press('Enter');
    await s.page.keyboard.press('ArrowRight');
    await s.page.keyboard.press('Enter');
    const events = (await heardSoon(4)).map(([name]) => name);
    assert.deepEqual(events, ['drag_start', 'will_accept', 'accept', 'drag_complete']);
    await s.page.keyboard.press(' ');
    await s.page.keyboard.press('ArrowRight');
    await s.page.keyboard.press('Escape');
    assert.deepEqual(
        (await heardSoon(3)).map(([name]) => name),
        ['drag_start', 'will_accept', 'leave'],
    );
});

test('what holds a button is none itself, also when the button comes later', async () => {
    const role = () => s.page.locator(by('held')).getAttribute('role');
    const isButton = async (wanted: string | null) =>
        assert.equal(await until(role, (found) => found === wanted), wanted);
    await isButton('button');
    s.mock.set(late, { disabled: false });
    await isButton(null);
    s.mock.set(late, { disabled: true });
    await isButton('button');
});

test('semantics are those of the platform', async () => {
    const slider = s.page.getByRole('slider', { name: 'Volume' });
    assert.equal(await slider.getAttribute('aria-valuetext'), '40 percent');
    await slider.press('ArrowUp');
    await s.page.getByRole('heading', { name: 'Chapter', level: 2 }).waitFor();
    await s.page.getByRole('button', { name: 'Play' }).click();
    await s.page.getByRole('button', { name: 'Play' }).press('Enter');
    assert.deepEqual(
        (await heardSoon(3)).map(([name]) => name),
        ['increase', 'play', 'play'],
    );
    await s.page.getByRole('checkbox', { name: 'I agree' }).waitFor();
    assert.equal(await s.page.getByText('ornament').evaluate((e) => e.closest('[aria-hidden=true]') !== null), true);
});

test('the other wrappers draw what they hold, and hear what is theirs', async () => {
    await s.page.locator(by('keys')).focus();
    await s.page.keyboard.press('ArrowLeft');
    assert.deepEqual(await heardSoon(2), [
        ['key_down', { key: 'Arrow Left' }],
        ['key_up', { key: 'Arrow Left' }],
    ]);
    await s.page.locator(by('bar')).dblclick();
    assert.deepEqual(await heardSoon(1), [['maximize', 'maximize']]);
    const turned = (await s.page.locator(by('turned')).boundingBox())!;
    assert.deepEqual([turned.width, turned.height], [30, 90]);
    for (const words of ['fields', 'hero', 'picture', 'Shaded', 'https://example.org/app'])
        await s.page.getByText(words, { exact: true }).waitFor();
    await s.page.locator(by('glass')).click({ position: { x: 20, y: 20 } });
    assert.deepEqual((await heardSoon(2)).map(([name]) => name).sort(), ['below', 'glass']);
    assert.deepEqual(s.errors, []);
});
