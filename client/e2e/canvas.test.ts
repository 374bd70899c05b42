// What is painted, measured by its pixels.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import { becomes, by, closeBrowser, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

const rect = { x: 0, y: 0, width: 50, height: 50 };

function pixels(s: Stage, ...points: [number, number][]): Promise<string[]> {
    return s.page.locator('canvas').evaluate((element, all) => {
        const sheet = element as HTMLCanvasElement;
        const ratio = sheet.width / sheet.offsetWidth;
        const ctx = sheet.getContext('2d')!;
        return all.map(([x, y]) => [...ctx.getImageData(x! * ratio, y! * ratio, 1, 1).data].join(','));
    }, points);
}

const painted = (s: Stage, point: [number, number], wanted: string): Promise<void> =>
    becomes(async () => (await pixels(s, point))[0], wanted);

// The colour of a point where something is painted, once it is another one.
async function repainted(s: Stage, point: [number, number], before = ''): Promise<string> {
    const isOther = (found: string) => found !== before && found.endsWith(',255');
    const found = await until(async () => (await pixels(s, point))[0]!, isOther);
    assert.ok(isOther(found), `${found} after ${before}`);
    return found;
}

test('shapes are painted as fine as the screen, in their order and with their paints', async () => {
    const sizes: unknown[] = [];
    const s = await stage(
        (mock) => {
            const make = mock.make.bind(mock);
            const gradient = { _type: 'linear', begin: [100, 0], end: [200, 0], colors: ['#ff0000', '#0000ff'] };
            mock.controls.push(
                make('Canvas', {
                    key: 'sheet',
                    width: 200,
                    height: 100,
                    on_resize: (data: unknown) => sizes.push(data),
                    shapes: [
                        make('Rect', { ...rect, paint: { color: '#ff0000' } }),
                        make('Circle', { x: 25, y: 25, radius: 10, paint: { color: '#00ff00' } }),
                        make('Rect', { ...rect, x: 100, width: 100, paint: { gradient } }),
                        make('Line', {
                            x1: 0,
                            y1: 75,
                            x2: 90,
                            y2: 75,
                            paint: { color: '#0000ff', stroke_width: 10, stroke_dash_pattern: [30, 30] },
                        }),
                        make('Rect', { x: 60, y: 0, width: 30, height: 30, paint: { color: '#ffffff' } }),
                        make('Color', { color: '#808080', blend_mode: 'dstOver' }),
                        make('Text', { x: 100, y: 60, value: 'Sales', style: { size: 20, color: 'primary' } }),
                    ],
                    content: make('Text', { value: 'above' }),
                }),
            );
        },
        { deviceScaleFactor: 2 },
    );
    await s.page.getByRole('img', { name: 'Sales' }).waitFor();
    await painted(s, [5, 5], '255,0,0,255');
    assert.equal(await s.page.locator('canvas').evaluate((e) => (e as HTMLCanvasElement).width), 400);
    const [circle, dash, gap, ground, left, right] = await pixels(
        s,
        [25, 25],
        [10, 75],
        [45, 75],
        [95, 95],
        [102, 10],
        [198, 10],
    );
    assert.deepEqual([circle, dash, gap, ground], ['0,255,0,255', '0,0,255,255', '128,128,128,255', '128,128,128,255']);
    assert.ok(Number(left!.split(',')[0]) > 240 && Number(right!.split(',')[2]) > 240, `${left} to ${right}`);
    await s.page.getByText('above').waitFor();
    await s.mock.waitFor(({ action }) => action === Action.Event);
    assert.deepEqual(sizes, [{ w: 200, h: 100 }]);
    await s.done();
});

test('colours of the theme follow it, and what was captured stays beneath', async () => {
    const s = await stage(
        (mock) => {
            const shape = mock.make('Rect', { ...rect, paint: { color: 'surface' } });
            mock.controls.push(mock.make('Canvas', { key: 'sheet', width: 60, height: 60, shapes: [shape] }));
        },
        { colorScheme: 'light' },
    );
    await s.page.locator(by('sheet')).waitFor();
    await s.page.waitForFunction(() => document.querySelector('canvas')!.width === 60);
    const light = await repainted(s, [10, 10]);
    await s.page.emulateMedia({ colorScheme: 'dark' });
    const dark = await repainted(s, [10, 10], light);

    const sheet = s.mock.controls[0]!;
    const call = async (name: string) => {
        const since = s.mock.heard.length;
        s.mock.send(Action.Invoke, { control_id: sheet._i, call_id: name, name, args: {} });
        const { body } = await s.mock.waitFor(({ body }) => body['call_id'] === name, since);
        assert.equal(body['error'], null);
        return body['result'];
    };
    await call('capture');
    const bytes = (await call('get_capture')) as Uint8Array;
    assert.deepEqual([...bytes.slice(1, 4)], [...Buffer.from('PNG')]);
    s.mock.set(sheet, { shapes: [] });
    await painted(s, [10, 10], dark);
    await call('clear_capture');
    await painted(s, [10, 10], '0,0,0,0');
    assert.deepEqual(s.errors, []);
    await s.done();
});
