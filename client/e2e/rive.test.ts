// Animations of Rive, under the policy of the gateway.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Mock, Node } from '../test/support/mock.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { SQUARE } from '../test/support/riv.ts';
import { becomes, closeBrowser, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

const FILE = { src: '/square.riv', width: 200, height: 200, tooltip: 'A square' };

function open(build: (mock: Mock) => void, options = {}): Promise<Stage> {
    return stage((mock) => {
        mock.policy = gatewayPolicy();
        mock.files.set('/square.riv', { type: 'application/octet-stream', bytes: SQUARE });
        build(mock);
    }, options);
}

// Where the red of a picture of it lies: [left, top, width, height] in CSS pixels, rounded; nothing while there is none.
async function redOf(s: Stage, name = 'A square'): Promise<number[] | undefined> {
    const picture = (await s.page.getByRole('img', { name }).screenshot()).toString('base64');
    return await s.page.evaluate(async (bytes) => {
        const file = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
        const image = await createImageBitmap(new Blob([file], { type: 'image/png' }));
        const ink = new OffscreenCanvas(image.width, image.height).getContext('2d')!;
        ink.drawImage(image, 0, 0);
        const { data } = ink.getImageData(0, 0, image.width, image.height);
        const xs: number[] = [];
        const ys: number[] = [];
        for (let at = 0; at < data.length; at += 4)
            if (data[at]! > 200 && data[at + 1]! < 80) {
                xs.push((at / 4) % image.width);
                ys.push(Math.floor(at / 4 / image.width));
            }
        if (!xs.length) return undefined;
        const [left, top] = [Math.min(...xs), Math.min(...ys)];
        return [left, top, Math.max(...xs) - left + 1, Math.max(...ys) - top + 1];
    }, picture);
}

test('an animation is drawn under the policy of pages, moves, and lies as the app says', async () => {
    let square!: Node;
    const s = await open((mock) => {
        square = mock.make('Rive', { ...FILE, animations: ['slide'] });
        mock.controls.push(square);
    });
    await s.page.getByRole('img', { name: 'A square' }).waitFor();
    const first = await until(() => redOf(s));
    assert.deepEqual(first?.slice(1), [80, 40, 40]);
    await until(async () => (await redOf(s))?.[0] !== first![0]);
    s.mock.set(square, { animations: ['right'] });
    await becomes(() => redOf(s), [140, 80, 40, 40]);
    s.mock.set(square, { width: 100, height: 200 });
    await becomes(() => redOf(s), [70, 90, 20, 20]);
    s.mock.set(square, { fit: 'fill' });
    await becomes(() => redOf(s), [70, 80, 20, 40]);
    s.mock.set(square, { fit: 'contain', alignment: { x: 0, y: 1 } });
    await becomes(() => redOf(s), [70, 140, 20, 20]);
    s.mock.set(square, { clip_rect: { left: 0, top: 0, right: 80, bottom: 200 } });
    await becomes(() => redOf(s), [70, 140, 10, 20]);
    s.mock.set(square, { clip_rect: null, use_artboard_size: true, width: null, height: null });
    await becomes(() => redOf(s), [70, 40, 20, 20]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a machine hears presses', async () => {
    const s = await open((mock) => {
        mock.controls.push(mock.make('Rive', FILE));
    });
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    const square = s.page.getByRole('img', { name: 'A square' });
    await square.click({ position: { x: 150, y: 20 } });
    assert.deepEqual(await redOf(s), [20, 80, 40, 40]);
    await square.click({ position: { x: 40, y: 100 } });
    await becomes(() => redOf(s), [140, 80, 40, 40]);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('where people want no motion it shows where it begins', async () => {
    const s = await open(
        (mock) => {
            mock.controls.push(mock.make('Rive', { ...FILE, animations: ['slide'] }));
        },
        { reducedMotion: 'reduce' },
    );
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    await s.page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    assert.deepEqual(await redOf(s), [20, 80, 40, 40]);
    await s.done();
});

test('until it has come there is what the app has for that; it is asked for as the app says', async () => {
    let square!: Node;
    const s = await open((mock) => {
        square = mock.make('Rive', { ...FILE, src: '', placeholder: mock.make('Text', { value: 'It comes' }) });
        mock.controls.push(square);
    });
    let come = () => {};
    const held = new Promise<void>((done) => {
        come = done;
    });
    const keys: (string | undefined)[] = [];
    await s.page.route('**/square.riv', async (route) => {
        keys.push(route.request().headers()['x-key']);
        await held;
        await route.continue();
    });
    s.mock.set(square, { src: '/square.riv', headers: { 'X-Key': 'seven' } });
    await s.page.getByText('It comes').waitFor();
    come();
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    await s.page.getByText('It comes').waitFor({ state: 'detached' });
    assert.deepEqual(keys, ['seven']);
    await s.done();
});

test('what is no animation says so, and another takes its place', async () => {
    let square!: Node;
    const s = await open((mock) => {
        mock.files.set('/words.riv', { type: 'application/octet-stream', bytes: 'no animation at all' });
        square = mock.make('Rive', { ...FILE, src: '/absent.riv' });
        mock.controls.push(square);
    });
    await s.page.getByText('The server says 404').waitFor();
    s.mock.set(square, { src: '/square.riv', artboard: 'absent' });
    await s.page.getByText('It has no artboard absent').waitFor();
    s.mock.set(square, { artboard: 'square' });
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    s.mock.set(square, { src: '/words.riv', artboard: null });
    await s.page.getByText('It is no animation of Rive').waitFor();
    s.mock.set(square, { src: Buffer.from(SQUARE).toString('base64') });
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    await s.page.getByText('It is no animation of Rive').waitFor({ state: 'hidden' });
    await s.done();
});

test('the player goes with the last animation, and comes again', async () => {
    let square!: Node;
    const s = await open((mock) => {
        square = mock.make('Rive', FILE);
        mock.controls.push(square);
    });
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    assert.equal(s.page.workers().length, 1);
    s.mock.edit(s.mock.view, 'controls', [2, 0]);
    await becomes(() => s.page.workers().length, 0);
    s.mock.edit(s.mock.view, 'controls', [1, 0, square]);
    await becomes(() => redOf(s), [20, 80, 40, 40]);
    assert.deepEqual(s.errors, []);
    await s.done();
});
