// What the person lets the page use, where the browser is one that the test says.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permissionHandler } from '../../src/controls/permissionhandler.ts';
import { inBrowser, noContext } from '../support/devices.ts';

type Facts = { [name: string]: unknown };

const answering = (states: { [name: string]: string }) => ({
    query: ({ name }: { name: string }) =>
        name in states ? Promise.resolve({ state: states[name] }) : Promise.reject(new TypeError('no such name')),
});

async function ask(call: string, permission: string, navigator: Facts, globals: Facts = {}): Promise<unknown> {
    return await inBrowser({ isSecureContext: true, ...globals, navigator }, async () => {
        const widget = permissionHandler(noContext());
        return await widget.invoke!(call, { permission });
    });
}

test('the browser’s answers are told in the words of Flet', async () => {
    const permissions = answering({ camera: 'granted', microphone: 'denied', geolocation: 'prompt' });
    assert.equal(await ask('get_status', 'camera', { permissions }), 'granted');
    assert.equal(await ask('get_status', 'microphone', { permissions }), 'permanentlyDenied');
    assert.equal(await ask('get_status', 'location', { permissions }), 'denied');
    assert.equal(await ask('get_status', 'locationWhenInUse', { permissions }), 'denied');
});

test('what a browser does not know by name may be asked for', async () => {
    assert.equal(await ask('get_status', 'sensors', { permissions: answering({}) }), 'denied');
    assert.equal(await ask('get_status', 'camera', {}), 'denied');
    const Notification = { permission: 'denied' };
    assert.equal(await ask('get_status', 'notification', {}, { Notification }), 'permanentlyDenied');
});

test('what no browser has a permission for is refused in words', async () => {
    for (const call of ['get_status', 'request'])
        for (const name of ['contacts', 'locationAlways', '', 'constructor'])
            await assert.rejects(ask(call, name, {}), {
                message: `Browsers have no permission that is called ${name}`,
            });
    await assert.rejects(ask('open_app_settings', '', {}), /no page open the settings/);
});

test('pages that came by http get nothing', async () => {
    const permissions = answering({ camera: 'prompt' });
    const globals = { isSecureContext: false };
    assert.equal(await ask('get_status', 'camera', { permissions }, globals), 'permanentlyDenied');
    await assert.rejects(ask('request', 'camera', { permissions }, globals), /by https only/);
});

test('a camera that was asked for is given back at once', async () => {
    let ended = 0;
    const track = { stop: () => ended++ };
    const wishes: unknown[] = [];
    const mediaDevices = {
        getUserMedia(wish: unknown) {
            wishes.push(wish);
            return Promise.resolve({ getTracks: () => [track] });
        },
    };
    assert.equal(await ask('request', 'camera', { mediaDevices }), 'granted');
    assert.equal(await ask('request', 'microphone', { mediaDevices }), 'granted');
    assert.deepEqual(wishes, [{ video: true }, { audio: true }]);
    assert.equal(ended, 2);
});

test('who says no for good is told from who turns the question away', async () => {
    const refused = Object.assign(new Error('no'), { name: 'NotAllowedError' });
    const mediaDevices = { getUserMedia: () => Promise.reject(refused) };
    const after = (state: string) =>
        ask('request', 'camera', { mediaDevices, permissions: answering({ camera: state }) });
    assert.equal(await after('denied'), 'permanentlyDenied');
    assert.equal(await after('prompt'), 'denied');
    const absent = { getUserMedia: () => Promise.reject(new Error('Requested device not found')) };
    await assert.rejects(ask('request', 'camera', { mediaDevices: absent }), /not found/);
});

test('a place that is not found was allowed all the same', async () => {
    const fails = (code: number) => ({
        geolocation: { getCurrentPosition: (_done: unknown, fail: (error: unknown) => void) => fail({ code }) },
        permissions: answering({ geolocation: 'denied' }),
    });
    assert.equal(await ask('request', 'location', fails(2)), 'granted');
    assert.equal(await ask('request', 'location', fails(1)), 'permanentlyDenied');
    await assert.rejects(ask('request', 'location', {}), /does not know where/);
});

test('notices and sensors are asked for as the browser has them', async () => {
    const notices = (answer: string) => ({
        Notification: { permission: answer, requestPermission: () => Promise.resolve(answer) },
    });
    assert.equal(await ask('request', 'notification', {}, notices('granted')), 'granted');
    assert.equal(await ask('request', 'notification', {}, notices('default')), 'denied');
    assert.equal(await ask('request', 'notification', {}, notices('denied')), 'permanentlyDenied');
    await assert.rejects(ask('request', 'notification', {}), /no notifications/);
    const motion = { DeviceMotionEvent: { requestPermission: () => Promise.resolve('granted') } };
    assert.equal(await ask('request', 'sensors', {}, motion), 'granted');
    const permissions = answering({ accelerometer: 'granted' });
    assert.equal(await ask('request', 'sensors', { permissions }, { DeviceMotionEvent: {} }), 'granted');
});
