// Pictures that come as bytes over a data channel.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import { becomes, by, closeBrowser, stage } from './browser.ts';

after(closeBrowser);

const u32 = (n: number) => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24];
const packet = (channel: number, ...bytes: number[]) => Uint8Array.from([1, ...u32(channel), ...bytes]);

test('they are drawn and answered, also after a break; what is none is only answered', async () => {
    const s = await stage((mock) => {
        mock.controls.push(
            mock.make('RawImage', {
                key: 'raw',
                width: 100,
                height: 50,
                tooltip: 'Chart',
                on_data_channel_open: () => 0,
            }),
        );
    });
    const { page, mock } = s;
    const opened = (since = 0) =>
        mock.waitFor(({ action, body }) => action === Action.Event && body['name'] === 'data_channel_open', since);
    const answers = () => mock.heard.filter(({ action }) => action === Action.Bytes).map(({ body }) => body);
    const pixels = () =>
        page.getByRole('img', { name: 'Chart' }).evaluate((element) => {
            const canvas = element as HTMLCanvasElement;
            if (!canvas.width) return [];
            return [...canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data];
        });
    assert.deepEqual((await opened()).body['data'], { channel_name: 'frames', channel_id: 1 });
    const two = [4, ...u32(2), ...u32(1), 255, 0, 0, 255, 0, 0, 128, 128];
    mock.sendRaw(packet(1, ...two));
    await becomes(pixels, [255, 0, 0, 255, 0, 0, 255, 128]);
    await becomes(() => answers().map(({ channel, bytes }) => [channel, [...(bytes as Uint8Array)]]), [[1, [255]]]);
    mock.sendRaw(packet(1, 3));
    await becomes(pixels, [0, 0, 0, 0, 0, 0, 0, 0]);
    // Of no channel, and of another size than it says.
    mock.sendRaw(packet(9, ...two));
    mock.sendRaw(packet(1, ...two.slice(0, -1)));
    await becomes(() => answers().length, 3);
    assert.deepEqual(await pixels(), [0, 0, 0, 0, 0, 0, 0, 0]);
    const since = mock.heard.length;
    mock.dropAll(1012);
    const again = (await opened(since)).body['data'] as { channel_id: number };
    assert.ok(again.channel_id > 1);
    const png = await page.evaluate(async () => {
        const canvas = new OffscreenCanvas(1, 1);
        const context = canvas.getContext('2d')!;
        context.fillStyle = '#0f0';
        context.fillRect(0, 0, 1, 1);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
    });
    mock.sendRaw(packet(again.channel_id, 1, ...png));
    await becomes(pixels, [0, 255, 0, 255]);
    assert.ok(await page.locator(by('raw')).isVisible());
    await s.done();
});
