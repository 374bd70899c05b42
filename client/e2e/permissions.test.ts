// What the person lets the page use, and the lamp of a camera, in a browser whose person has answered already.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { closeBrowser, stage } from './browser.ts';

after(closeBrowser);

function serve(mock: Mock, node: Node): void {
    (mock.page['_services'] as Node)['_services'] = [node];
}

test('what was allowed and what was not is told, and asked for', async () => {
    let handler!: Node;
    const s = await stage(
        (mock) => {
            handler = mock.make('PermissionHandler');
            serve(mock, handler);
        },
        { permissions: ['camera', 'geolocation'], geolocation: { latitude: 52, longitude: 13 } },
    );
    const ask = (name: string, permission: string) => call(s.mock, handler, name, { permission });
    assert.equal(await ask('get_status', 'camera'), 'granted');
    assert.equal(await ask('request', 'camera'), 'granted');
    assert.equal(await ask('get_status', 'location'), 'granted');
    assert.equal(await ask('request', 'locationWhenInUse'), 'granted');
    // What a context is not given is refused for good.
    assert.equal(await ask('get_status', 'notification'), 'permanentlyDenied');
    assert.equal(await ask('request', 'notification'), 'permanentlyDenied');
    assert.match(String(await ask('request', 'contacts')), /error: .*no permission that is called contacts/);
    assert.match(String(await ask('open_app_settings', '')), /error: .*no page open the settings/);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('who does not let the page know where the device is is told so for good', async () => {
    let handler!: Node;
    const s = await stage(
        (mock) => {
            handler = mock.make('PermissionHandler');
            serve(mock, handler);
        },
        { permissions: ['camera'] },
    );
    assert.equal(await call(s.mock, handler, 'request', { permission: 'location' }), 'permanentlyDenied');
    assert.equal(await call(s.mock, handler, 'get_status', { permission: 'location' }), 'permanentlyDenied');
    await s.done();
});

// Its camera has no lamp: what there is of one is in a test of its own, with a camera that has (flashlight.test.ts).
test('a camera without a lamp is given back, and it is said', async () => {
    let lamp!: Node;
    const s = await stage(
        (mock) => {
            lamp = mock.make('Flashlight');
            serve(mock, lamp);
        },
        { permissions: ['camera'] },
    );
    await s.page.evaluate(() => {
        const { mediaDevices } = navigator;
        const ask = mediaDevices.getUserMedia.bind(mediaDevices);
        const tracks: MediaStreamTrack[] = [];
        mediaDevices.getUserMedia = async (wish) => {
            const stream = await ask(wish);
            tracks.push(...stream.getTracks());
            return stream;
        };
        Object.assign(globalThis, { tracks });
    });
    const states = () =>
        s.page.evaluate(() =>
            (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.map(({ readyState }) => readyState),
        );
    assert.equal(await call(s.mock, lamp, 'is_available'), false);
    assert.match(String(await call(s.mock, lamp, 'on')), /error: .*no lamp that a page may switch on/);
    assert.equal(await call(s.mock, lamp, 'off'), true);
    assert.deepEqual(await states(), ['ended', 'ended']);
    assert.deepEqual(s.errors, []);
    await s.done();
});
