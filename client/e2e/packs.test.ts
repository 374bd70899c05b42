// Controls of the packages beside the core: spinners, colour pickers.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);
const shots = process.env['SHOTS'];

const SPINNERS = (
    'ChasingDots Circle CubeGrid DancingSquare DoubleBounce DualRing FadingCircle FadingCube FadingFour FadingGrid FoldingCube ' +
    'HourGlass PianoWave PouringHourGlass PouringHourGlassRefined Pulse PulsingGrid PumpingHeart Ring Ripple RotatingCircle ' +
    'RotatingPlain SpinningCircle SpinningLines SquareCircle ThreeBounce ThreeInOut WanderingCubes Wave WaveSpinner'
).split(' ');

async function shoot(s: Awaited<ReturnType<typeof stage>>, name: string): Promise<void> {
    if (!shots) return;
    mkdirSync(shots, { recursive: true });
    for (const width of [390, 1280]) {
        await s.page.setViewportSize({ width, height: 900 });
        for (const colorScheme of ['light', 'dark'] as const) {
            await s.page.emulateMedia({ colorScheme });
            await s.page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png` });
        }
    }
}

function spinners(mock: Mock): void {
    mock.view['scroll'] = 'auto';
    const cells = SPINNERS.map((name) =>
        mock.make('Column', {
            width: 110,
            horizontal_alignment: 'center',
            controls: [
                mock.make(`SpinKit${name}`, { key: name, tooltip: name }),
                mock.make('Text', { value: name, size: 11 }),
            ],
        }),
    );
    mock.controls.push(mock.make('Row', { wrap: true, spacing: 16, run_spacing: 16, controls: cells }));
}

test('each spinner is drawn, moves and says what it is', async () => {
    const s = await stage(spinners);
    const { page } = s;
    await counts(page.getByRole('progressbar'), SPINNERS.length);
    await shoot(s, 'spinners');
    const still = () =>
        page
            .getByRole('progressbar')
            .evaluateAll((all) =>
                all.filter((one) => !one.getAnimations({ subtree: true }).length).map((one) => one.ariaLabel),
            );
    await becomes(still, []);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a spinner has its size, colour, time and parts; who wants no motion gets none', async () => {
    let wave!: Node;
    const s = await stage((mock) => {
        wave = mock.make('SpinKitWave', {
            key: 'wave',
            size: 80,
            color: '#00ff00',
            duration: { seconds: 3 },
            item_count: 7,
            wave_type: 'center',
        });
        mock.controls.push(wave);
    });
    const { page } = s;
    const bars = page.locator(`${by('wave')} > i`);
    await counts(bars, 7);
    const look = () =>
        bars.first().evaluate((bar) => {
            const { backgroundColor, animationDuration, animationName } = getComputedStyle(bar);
            return [backgroundColor, animationDuration, animationName];
        });
    await becomes(look, ['rgb(0, 255, 0)', '3s', 't-spin-stretch']);
    assert.equal((await page.getByRole('progressbar', { name: 'Loading' }).boundingBox())!.width, 80);
    s.mock.set(wave, { item_count: 3 });
    await counts(bars, 3);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await becomes(async () => (await look())[2], 'none');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a colour is chosen in an area, on sliders, by its text, and kept', async () => {
    const ear = new Ear();
    let picker!: Node;
    const s = await stage((mock) => {
        mock.view['scroll'] = 'auto';
        picker = mock.make('ColorPicker', {
            key: 'picker',
            color: '#2196f3',
            color_history: ['#ffff0000'],
            on_color_change: ear.on('color'),
            on_hsv_color_change: ear.on('hsv'),
            on_history_change: ear.on('history'),
        });
        mock.controls.push(picker);
    });
    const { page } = s;
    const hex = page.getByRole('textbox', { name: 'Hex' });
    await becomes(() => hex.inputValue(), 'ff2196f3');
    await shoot(s, 'colorpicker');
    await page.getByRole('slider', { name: 'Saturation and Value' }).focus();
    await page.keyboard.press('ArrowDown');
    assert.match((await ear.next('color')) as string, /^#ff[0-9a-f]{6}$/);
    const hsv = (await ear.next('hsv')) as { hue: number; alpha: number };
    assert.equal(Math.round(hsv.hue), 207);
    await page.getByRole('slider', { name: 'Opacity' }).fill('0.5');
    assert.match((await ear.next('color')) as string, /^#80/);
    await page.getByRole('slider', { name: 'Hue' }).fill('0');
    await ear.next('color');
    await hex.fill('00ff00');
    await becomes(() => picker['color'], '#ff00ff00');
    await page.getByRole('button', { name: /^Keep this colour/ }).click();
    assert.deepEqual(await ear.next('history'), ['#ffff0000', '#ff00ff00']);
    await page.getByRole('radio', { name: '#FFFF0000' }).click();
    await becomes(() => picker['color'], '#ffff0000');
    // What the app sets is shown, and an area is another one by its type.
    s.mock.set(picker, { color: 'blue', palette_type: 'hueWheel' });
    await page.getByRole('slider', { name: 'Hue and Saturation' }).waitFor();
    await becomes(() => hex.inputValue(), 'ff2196f3');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a ring, slides, blocks and shades', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        mock.view['scroll'] = 'auto';
        mock.controls.push(
            mock.make('HueRingPicker', { key: 'ring', color: '#ff0000', on_color_change: ear.on('ring') }),
            mock.make('SlidePicker', { key: 'slides', color: '#804020', on_color_change: ear.on('slide') }),
            mock.make('BlockPicker', { key: 'block', color: 'red', on_color_change: ear.on('block') }),
            mock.make('MultipleChoiceBlockPicker', {
                key: 'many',
                available_colors: ['#ff0000', '#00ff00', '#0000ff'],
                colors: ['#00ff00'],
                on_colors_change: ear.on('many'),
            }),
            mock.make('MaterialPicker', {
                key: 'material',
                color: '#2196f3',
                enable_label: true,
                on_color_change: ear.on('material'),
                on_primary_change: ear.on('primary'),
            }),
        );
    });
    const { page } = s;
    const within = (key: string) => page.locator(by(key));
    await within('ring').getByRole('slider', { name: 'Hue', exact: true }).focus();
    await page.keyboard.press('Shift+ArrowUp');
    assert.match((await ear.next('ring')) as string, /^#ffff2[ab]00$/);
    await within('slides').getByRole('slider', { name: 'Red' }).fill('1');
    assert.equal(await ear.next('slide'), '#ffff4020');
    await within('block').getByRole('radio', { name: 'Light blue' }).click();
    assert.equal(await ear.next('block'), '#ff03a9f4');
    await page.keyboard.press('ArrowRight');
    assert.equal(await ear.next('block'), '#ff00bcd4');
    await within('many').getByRole('checkbox', { name: '#0000FF' }).click();
    assert.deepEqual(await ear.next('many'), ['#ff00ff00', '#ff0000ff']);
    await within('many').getByRole('checkbox', { name: '#00FF00', checked: true }).click();
    assert.deepEqual(await ear.next('many'), ['#ff0000ff']);
    await within('material').getByRole('radio', { name: 'Blue 500' }).waitFor();
    await within('material').getByRole('radio', { name: 'Teal', exact: true }).click();
    assert.equal(await ear.next('primary'), '#ff009688');
    assert.equal(await ear.next('material'), '#ff009688');
    await within('material').getByRole('radio', { name: 'Teal A400' }).click();
    assert.equal(await ear.next('material'), '#ff1de9b6');
    if (shots) await page.setViewportSize({ width: 1280, height: 1800 });
    await shoot(s, 'pickers');
    assert.deepEqual(s.errors, []);
    await s.done();
});
