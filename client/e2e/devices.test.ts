// Animations, where the device is, and what the browser keeps.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Ext } from '../src/core/packets.ts';
import { call } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { MOTION } from '../test/support/motions.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { becomes, closeBrowser, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

function open(build: (mock: Mock) => void, options = {}): Promise<Stage> {
    return stage((mock) => {
        mock.policy = gatewayPolicy();
        build(mock);
    }, options);
}

function serve(mock: Mock, ...nodes: Node[]): void {
    (mock.page['_services'] as Node)['_services'] = nodes;
}

const place = (s: Stage) =>
    s.page
        .getByRole('img', { name: 'A square' })
        .locator('g[transform]')
        .first()
        .evaluate((e) => e.getBoundingClientRect().left);

test('an animation moves, turns around, and rests where people want no motion', async () => {
    const square = { src: MOTION, width: 200, height: 200, tooltip: 'A square' };
    const s = await open((mock) => {
        mock.controls.push(mock.make('Lottie', square));
    });
    await s.page.getByRole('img', { name: 'A square' }).locator('svg').waitFor();
    const first = await place(s);
    await until(async () => (await place(s)) !== first);
    assert.deepEqual(s.errors, []);
    await s.done();
    const calm = await open(
        (mock) => {
            mock.controls.push(mock.make('Lottie', { ...square, src: new TextEncoder().encode(MOTION) }));
        },
        { reducedMotion: 'reduce' },
    );
    await calm.page.getByRole('img', { name: 'A square' }).locator('svg').waitFor();
    const rests = await place(calm);
    await calm.page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
    assert.equal(await place(calm), rests);
    await calm.done();
});

test('what is no animation shows what the app has for that', async () => {
    const told: unknown[] = [];
    let motion!: Node;
    const s = await open((mock) => {
        mock.files.set('/motion.json', { type: 'application/json', bytes: MOTION });
        motion = mock.make('Lottie', {
            src: '{"layers": 7}',
            tooltip: 'A square',
            on_error: (data: unknown) => told.push(data),
            error_content: mock.make('Text', { value: 'No picture' }),
        });
        mock.controls.push(motion);
    });
    await s.page.getByText('No picture').waitFor();
    await becomes(() => told, ['It is no animation']);
    s.mock.set(motion, { src: 'javascript:alert(1)' });
    await becomes(() => told.length, 2);
    s.mock.set(motion, { src: '/motion.json' });
    await s.page.getByRole('img', { name: 'A square' }).locator('svg').waitFor();
    await s.page.getByText('No picture').waitFor({ state: 'hidden' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('an animation is asked for anew where its headers are others', async () => {
    let motion!: Node;
    const s = await open((mock) => {
        motion = mock.make('Lottie', {
            src: '',
            tooltip: 'A square',
            error_content: mock.make('Text', { value: 'Not for you' }),
        });
        mock.controls.push(motion);
    });
    const keys: (string | undefined)[] = [];
    await s.page.route('**/motion.json', async (route) => {
        const key = route.request().headers()['x-key'];
        keys.push(key);
        await (key === 'seven' ? route.fulfill({ json: JSON.parse(MOTION) }) : route.fulfill({ status: 403 }));
    });
    s.mock.set(motion, { src: '/motion.json', headers: { 'X-Key': 'six' } });
    await becomes(() => keys, ['six']);
    await s.page.getByText('Not for you').waitFor();
    s.mock.set(motion, { headers: { 'X-Key': 'seven' } });
    await s.page.getByRole('img', { name: 'A square' }).locator('svg').waitFor();
    s.mock.set(motion, { headers: { 'X-Key': 'seven' }, fit: 'cover' });
    await s.page.locator('svg[preserveAspectRatio="xMidYMid slice"]').waitFor();
    assert.deepEqual(keys, ['six', 'seven']);
    await s.done();
});

test('where the device is is told when asked, and as it moves', async () => {
    const told: { latitude: number; timestamp: Ext }[] = [];
    let locator!: Node;
    let follower!: Node;
    const s = await open(
        (mock) => {
            locator = mock.make('Geolocator');
            follower = mock.make('Geolocator', {
                on_position_change: (data: { position: (typeof told)[0] }) => told.push(data.position),
            });
            serve(mock, locator);
        },
        { geolocation: { latitude: 52.5, longitude: 13.4, accuracy: 10 }, permissions: ['geolocation'] },
    );
    assert.equal(await call(s.mock, locator, 'get_permission_status'), 'whileInUse');
    assert.equal(await call(s.mock, locator, 'is_location_service_enabled'), true);
    const now = (await call(s.mock, locator, 'get_current_position', { configuration: null })) as (typeof told)[0];
    assert.equal(now.latitude, 52.5);
    assert.match(now.timestamp.text, /^\d{4}-.*\+00:00$/);
    s.mock.set(s.mock.page['_services'] as Node, { _services: [locator, follower] });
    await until(() => told.length);
    await s.page.context().setGeolocation({ latitude: 48, longitude: 2, accuracy: 10 });
    await until(() => told.at(-1)?.latitude === 48);
    const ends = { start_latitude: 52.52, start_longitude: 13.405, end_latitude: 48.8566, end_longitude: 2.3522 };
    assert.equal(Math.round(Number(await call(s.mock, locator, 'distance_between', ends)) / 1000), 877);
    assert.match(String(await call(s.mock, locator, 'open_app_settings')), /no page open the settings/);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('who does not let the page know where the device is is told so', async () => {
    const told: unknown[] = [];
    let locator!: Node;
    const s = await open((mock) => {
        locator = mock.make('Geolocator', {
            on_position_change: () => undefined,
            on_error: (data: unknown) => told.push(data),
        });
        serve(mock, locator);
    });
    await until(() => told.length);
    assert.match(String(told[0]), /does not let/);
    assert.match(String(await call(s.mock, locator, 'get_current_position')), /does not let/);
    await s.done();
});

test('texts are kept encrypted, and what was changed is not believed', async () => {
    const told: unknown[] = [];
    let vault!: Node;
    const s = await open((mock) => {
        vault = mock.make('SecureStorage', { on_change: (data: unknown) => told.push(data) });
        serve(mock, vault);
    });
    await becomes(() => told, [{ available: true }]);
    const ask = (name: string, args = {}) => call(s.mock, vault, name, args);
    assert.equal(await ask('get', { key: 'token' }), null);
    assert.equal(await ask('set', { key: 'token', value: 'geheim ✓' }), null);
    assert.equal(await ask('set', { key: 'other', value: 'o' }), null);
    assert.equal(await ask('get', { key: 'token' }), 'geheim ✓');
    assert.deepEqual(await ask('get_all'), { token: 'geheim ✓', other: 'o' });
    const kept = () => s.page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.ok(!(await kept()).includes('geheim'));
    const before = told.length;
    await s.page.reload();
    await until(() => told.length > before);
    assert.equal(await ask('get', { key: 'token' }), 'geheim ✓');
    // What is kept of one key is not taken for another's.
    await s.page.evaluate(() => {
        const name = Object.keys(localStorage).find((one) => one.endsWith(':token'))!;
        localStorage.setItem(name, localStorage.getItem(name.replace(/token$/, 'other'))!);
    });
    assert.match(String(await ask('get', { key: 'token' })), /cannot be read/);
    assert.equal(await ask('contains_key', { key: 'other' }), true);
    assert.equal(await ask('clear'), null);
    assert.equal(await ask('contains_key', { key: 'other' }), false);
    assert.deepEqual(s.errors, []);
    await s.done();
});
