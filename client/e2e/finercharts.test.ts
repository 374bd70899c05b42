// Finer properties of charts: each has its effect.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { Ear } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);
const shots = process.env['SHOTS'];

const points = (mock: Mock, ...ys: number[]) => ys.map((y, x) => mock.make('LineChartDataPoint', { x, y }));

test('lines have steps, lines to their points, a shadow, and marks where they are picked', async () => {
    const ear = new Ear();
    let data!: Node;
    const s = await stage((mock) => {
        const picked = mock.make('LineChartDataPoint', { x: 1, y: 3, selected: true });
        data = mock.make('LineChartData', {
            color: '#ff0000',
            step_direction: 0,
            below_line: { color: '#00ff00', width: 1, dash_pattern: [2, 2] },
            shadow: { color: 'black', blur_radius: 3, offset: { x: 0, y: 4 } },
            selected_point: { _type: 'ChartSquarePoint', size: 14, color: '#0000ff' },
            points: [
                ...points(mock, 1),
                picked,
                mock.make('LineChartDataPoint', { x: 2, y: 2, show_below_line: false }),
            ],
        });
        mock.controls.push(
            mock.make('LineChart', {
                key: 'lines',
                height: 240,
                data_series: [data],
                min_y: 0,
                max_y: 4,
                baseline_y: 0.5,
                left_axis: mock.make('ChartAxis', { label_spacing: 1, show_max: false }),
                horizontal_grid_lines: { interval: 1 },
                on_event: ear.on('line'),
            }),
        );
    });
    const { page } = s;
    const chart = page.locator(by('lines'));
    const line = chart.locator('path[data-control=LineChartData]');
    await becomes(async () => ((await line.getAttribute('d')) ?? '').match(/L/g)?.length, 6);
    assert.match(await line.evaluate((path) => getComputedStyle(path).filter), /drop-shadow/);
    const inked = (ink: string) =>
        chart.evaluate((root, wanted) => {
            const all = [...root.querySelectorAll('svg *')];
            return all.filter((one) => [getComputedStyle(one).stroke, getComputedStyle(one).fill].includes(wanted))
                .length;
        }, ink);
    await becomes(() => inked('rgb(0, 255, 0)'), 2);
    await becomes(() => inked('rgb(0, 0, 255)'), 1);
    const labels = () => chart.locator('svg text').allTextContents();
    assert.deepEqual(await labels(), ['0.5', '1.5', '2.5', '3.5']);
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + box.width - 10, box.y + 100);
    assert.deepEqual(((await ear.next('line')) as { spots: unknown }).spots, [{ bar_index: 0, spot_index: 2 }]);
    await becomes(() => inked('rgb(0, 0, 255)'), 2);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('what changes moves there, and not for who wants no motion', async () => {
    let rod!: Node;
    const s = await stage((mock) => {
        rod = mock.make('BarChartRod', {
            to_y: 2,
            width: 30,
            border_side: { width: 2, color: '#ff0000' },
            selected: true,
        });
        mock.controls.push(
            mock.make('BarChart', {
                key: 'bars',
                height: 240,
                min_y: 0,
                max_y: 10,
                animation: 60000,
                groups: [mock.make('BarChartGroup', { x: 0, rods: [rod] })],
            }),
        );
    });
    const { page } = s;
    const bar = page.locator(`${by('bars')} rect[data-control=BarChartRod]`);
    const moving = () => bar.evaluate((rect) => rect.getAnimations().length);
    await bar.waitFor();
    await page
        .locator(`${by('bars')} .t-chart-pinned`)
        .getByText('2')
        .waitFor();
    assert.equal(await bar.evaluate((rect) => getComputedStyle(rect).stroke), 'rgb(255, 0, 0)');
    s.mock.set(rod, { to_y: 8 });
    await becomes(moving, 1);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    s.mock.set(rod, { to_y: 4 });
    await page
        .locator(`${by('bars')} .t-chart-pinned`)
        .getByText('4')
        .waitFor();
    await becomes(moving, 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a turned chart, how far off points may be, a long press, a badge', async () => {
    const ear = new Ear();
    const s = await stage((mock) => {
        mock.view['scroll'] = 'auto';
        const axes = { left_axis: mock.make('ChartAxis', {}), bottom_axis: mock.make('ChartAxis', {}) };
        const spot = mock.make('ScatterChartSpot', { x: 2, y: 8, x_error: 1, y_error: { lower_by: 2, upper_by: 1 } });
        mock.controls.push(
            mock.make('ScatterChart', {
                key: 'scatter',
                width: 400,
                height: 240,
                min_x: 0,
                max_x: 10,
                min_y: 0,
                max_y: 10,
                ...axes,
                rotation_quarter_turns: 1,
                long_press_duration: 50,
                spots: [spot],
                on_event: ear.on('scatter'),
            }),
            mock.make('PieChart', {
                key: 'pie',
                height: 240,
                sections: [
                    mock.make('PieChartSection', {
                        value: 1,
                        radius: 60,
                        border_side: { width: 2, color: '#00ff00' },
                        badge: mock.make('FilledButton', { content: 'More' }),
                        badge_position: 1,
                    }),
                    mock.make('PieChartSection', { value: 1, radius: 60, color: 'amber' }),
                ],
            }),
        );
    });
    const { page } = s;
    const svg = page.locator(`${by('scatter')} svg`);
    await becomes(() => svg.getAttribute('viewBox'), '0 0 240 400');
    const errors = page.locator(`${by('scatter')} path[fill=none]`);
    await counts(errors, 1);
    assert.equal(((await errors.getAttribute('d')) ?? '').match(/L/g)!.length, 2);
    const dot = (await page.locator(`${by('scatter')} circle`).boundingBox())!;
    await page.mouse.move(dot.x + dot.width / 2, dot.y + dot.height / 2);
    await page.mouse.down();
    const said = () => ear.said.map(([, data]) => data as { type: string; spot_index: number });
    await becomes(() => said().some(({ type, spot_index }) => type === 'longPressStart' && spot_index === 0), true);
    await page.mouse.up();
    await becomes(() => said().some(({ type }) => type === 'longPressEnd'), true);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('group', { name: /^Pie chart/ }).waitFor();
    if (shots) {
        mkdirSync(shots, { recursive: true });
        await page.screenshot({ path: `${shots}/finercharts.png` });
    }
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('the title of a section can be read on its colour', async () => {
    const s = await stage((mock) => {
        const section = (color: string) => mock.make('PieChartSection', { value: 1, radius: 60, color, title: color });
        mock.controls.push(
            mock.make('PieChart', { key: 'pie', height: 240, sections: ['#102040', '#ffe080'].map(section) }),
        );
    });
    const inkOn = (title: string) =>
        s.page
            .locator(`${by('pie')} text`, { hasText: title })
            .evaluate((words) => getComputedStyle(words).fill.replace(/^oklch\((\S+) .*/, '$1'));
    await becomes(() => inkOn('#102040'), '1');
    await becomes(() => inkOn('#ffe080'), '0');
    await s.done();
});
