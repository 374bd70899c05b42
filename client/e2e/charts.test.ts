// Charts of points, candles and marks, and the services that report by themselves.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { becomes, by, closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);
const shots = process.env['SHOTS'];

function charts(mock: Mock, heard: (name: string, data: unknown) => void): void {
    const make = mock.make.bind(mock);
    const sees = (name: string) => (data: unknown) => heard(name, data);
    const axes = { left_axis: make('ChartAxis', {}), bottom_axis: make('ChartAxis', {}) };
    const candle = (x: number, open: number, high: number, low: number, close: number) =>
        make('CandlestickChartSpot', { x, open, high, low, close });
    const marks = (...values: number[]) =>
        make('RadarDataSet', {
            border_color: 'primary',
            fill_color: 'primary,0.2',
            entries: values.map((value) => make('RadarDataSetEntry', { value })),
        });
    mock.view['scroll'] = 'auto';
    mock.controls.push(
        make('ScatterChart', {
            key: 'scatter',
            height: 220,
            min_x: 0,
            max_x: 10,
            min_y: 0,
            max_y: 10,
            ...axes,
            horizontal_grid_lines: { interval: 2 },
            spots: [
                make('ScatterChartSpot', { x: 5, y: 5, radius: 12, label_text: 'here' }),
                make('ScatterChartSpot', { x: 2, y: 8, color: 'red', point: { _type: 'ChartSquarePoint', size: 12 } }),
                make('ScatterChartSpot', { x: 8, y: 2, point: { _type: 'ChartCrossPoint', size: 14, width: 3 } }),
                make('ScatterChartSpot', { x: 1, y: 1, visible: false }),
            ],
            on_event: sees('scatter'),
        }),
        make('CandlestickChart', {
            key: 'candles',
            height: 220,
            min_x: 0,
            max_x: 4,
            min_y: 0,
            max_y: 14,
            left_axis: make('ChartAxis', {}),
            spots: [candle(1, 4, 9, 3, 8), candle(2, 8, 12, 6, 7), candle(3, 7, 11, 7, 10)],
            on_event: sees('candles'),
        }),
        make('RadarChart', {
            key: 'radar',
            height: 260,
            tick_count: 4,
            titles: ['Taste', 'Price', 'Size'].map((text) => make('RadarChartTitle', { text })),
            data_sets: [marks(4, 2, 3), marks(2, 4, 4)],
            on_event: sees('radar'),
        }),
    );
}

const happens = (test: () => boolean): Promise<void> => becomes(test, true);

test('points, candles and marks are drawn, told and pointed at', async () => {
    const heard: [string, { [name: string]: unknown }][] = [];
    const s = await stage(
        (mock) => charts(mock, (name, data) => heard.push([name, data as { [name: string]: unknown }])),
        {
            viewport: { width: 800, height: 820 },
        },
    );
    const scatter = s.page.locator(by('scatter'));
    await s.page.getByRole('img', { name: 'Scatter chart of 3 points: 5, 5; 2, 8; 8, 2' }).waitFor();
    await s.page.getByRole('img', { name: 'Candlestick chart of 3 candles: from 4 to 10, between 3 and 12' }).waitFor();
    await s.page
        .getByRole('img', { name: 'Radar chart: Taste 4, Price 2, Size 3; Taste 2, Price 4, Size 4' })
        .waitFor();
    for (const kind of ['circle', 'rect[data-id]', 'path']) await counts(scatter.locator(`svg g ${kind}`), 1);
    await counts(s.page.locator(by('candles')).locator('rect[data-id]'), 3);
    await counts(s.page.locator(by('radar')).locator('circle'), 6);

    await scatter.locator('circle').hover();
    await scatter.getByText('5', { exact: true }).last().waitFor();
    await happens(() =>
        heard.some(([name, { type, spot_index }]) => name === 'scatter' && type === 'pointerHover' && spot_index === 0),
    );
    await s.page.locator(by('candles')).locator('rect[data-id]').first().hover();
    await s.page.getByText('open 4, high 9, low 3, close 8').waitFor();
    await s.page.locator(by('radar')).locator('circle').first().hover();
    await s.page.getByText('Taste 4').waitFor();
    await happens(() => heard.some(([name, data]) => name === 'radar' && data['entry_value'] === 4));
    if (shots) {
        mkdirSync(shots, { recursive: true });
        for (const [width, colorScheme] of [
            [800, 'light'],
            [390, 'dark'],
        ] as const) {
            await s.page.emulateMedia({ colorScheme });
            await s.page.setViewportSize({ width, height: 820 });
            await s.page.waitForTimeout(400);
            await s.page.screenshot({ path: `${shots}/charts-${width}-${colorScheme}.png` });
        }
    }
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('sensors report what there is, and say when there is none', async () => {
    const heard: [string, unknown][] = [];
    const s = await stage((mock) => {
        const sees = (name: string) => (data: unknown) => heard.push([name, data]);
        const sensor = (type: string) =>
            mock.make(type, { on_reading: sees(`${type} reading`), on_error: sees(`${type} error`) });
        (mock.page['_services'] as Node)['_services'] = [
            sensor('Barometer'),
            sensor('Accelerometer'),
            mock.make('ShakeDetector', {
                on_shake: sees('shake'),
                minimum_shake_count: 2,
                shake_slop_time_ms: 0,
                shake_count_reset_time_ms: 600_000,
            }),
            mock.make('Connectivity', { on_change: sees('network') }),
        ];
    });
    const has = (name: string) => heard.some(([one]) => one === name);
    await happens(() => has('Barometer error'));
    // Nothing comes from a device without one: that is said, too.
    await happens(() => has('Accelerometer error'));
    await s.page.evaluate(async () => {
        const at = { x: 0, y: 0, z: 40 };
        const shake = () =>
            dispatchEvent(
                new DeviceMotionEvent('devicemotion', { accelerationIncludingGravity: at, acceleration: at }),
            );
        shake();
        await new Promise(requestAnimationFrame);
        shake();
    });
    await happens(() => has('shake') && has('Accelerometer reading'));
    await s.page.context().setOffline(true);
    await happens(() => s.mock.heard.length > 0);
    await s.page.context().setOffline(false);
    await counts(s.page.locator('.t-placeholder'), 0);
    await s.done();
});

test('announcements are made in their turn or at once; what cannot be done is said', async () => {
    const s = await stage((mock) => {
        (mock.page['_services'] as Node)['_services'] = [
            'SemanticsService',
            'ScreenBrightness',
            'StoragePaths',
            'Clipboard',
            'Battery',
            'Share',
        ].map((type) => mock.make(type));
    });
    const services = (s.mock.page['_services'] as Node)['_services'] as Node[];
    const call = async (type: string, name: string, args = {}) => {
        const since = s.mock.heard.length;
        const control_id = services.find(({ _c }) => _c === type)!._i;
        s.mock.send(Action.Invoke, { control_id, call_id: `${type}.${name}`, name, args });
        return (await s.mock.waitFor(({ body }) => body['call_id'] === `${type}.${name}`, since)).body;
    };
    await call('SemanticsService', 'announce_message', { message: 'Saved', assertiveness: 'polite' });
    await s.page.locator('[aria-live=polite].t-announcer').getByText('Saved').waitFor({ state: 'attached' });
    await call('SemanticsService', 'announce_message', { message: 'Fire', assertiveness: 'assertive' });
    await s.page.locator('[aria-live=assertive].t-announcer').getByText('Fire').waitFor({ state: 'attached' });
    assert.match(String((await call('ScreenBrightness', 'get_system_screen_brightness'))['error']), /do not let pages/);
    assert.equal((await call('ScreenBrightness', 'can_change_system_screen_brightness'))['result'], false);
    assert.deepEqual(
        await call('StoragePaths', 'get_temporary_directory').then(({ result, error }) => [result, error]),
        [null, null],
    );
    assert.match(String((await call('Share', 'share_files', { files: [] }))['error']), /bytes of each file/);
    // As on a page that came by plain http.
    await s.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await s.page.evaluate(() => {
        document.addEventListener(
            'copy',
            () =>
                (document.title = `copied ${getSelection()?.toString() || (document.activeElement as HTMLTextAreaElement).value}`),
        );
    });
    assert.equal((await call('Clipboard', 'set', { data: 'by hand' }))['error'], null);
    assert.equal(await s.page.title(), 'copied by hand');
    assert.match(String((await call('Clipboard', 'get'))['error']), /https/);
    assert.deepEqual(s.errors, []);
    await s.done();
});
