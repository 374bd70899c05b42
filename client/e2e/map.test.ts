// Maps, with tiles of the test's own server.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { becomes, by, closeBrowser, counts, hasFocus, stage, until } from './browser.ts';

after(closeBrowser);

type Told = [string, Record<string, never>];
type Camera = { center: { latitude: number; longitude: number }; zoom: number; rotation: number };
const TILE =
    '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><path d="M0 0H256V256H0Z" fill="#cde" stroke="#89a"/></svg>';
const at = (latitude: number, longitude: number) => ({ latitude, longitude });

function mapOf(mock: Mock, layers: Node[], more: object = {}): Node {
    mock.policy = gatewayPolicy();
    mock.files.set('/tiles/*', { type: 'image/svg+xml', bytes: TILE });
    const tiles = mock.make('TileLayer', { url_template: '/tiles/{z}/{x}/{y}.svg', additional_options: { z: 'no' } });
    const initial = { initial_center: at(52.52, 13.4), initial_zoom: 10 };
    return mock.make('Map', { layers: [tiles, ...layers], height: 300, width: 400, key: 'map', ...initial, ...more });
}

const camera = async (mock: Mock, map: Node) => (await call(mock, map, 'get_camera')) as Camera;

test('tiles are drawn, and the map goes where the app and the person say', async () => {
    const told: Told[] = [];
    let map!: Node;
    const asked: string[] = [];
    const hear = (name: string) => (data: unknown) => told.push([name, data as never]);
    const s = await stage(
        (mock) => {
            map = mapOf(mock, [], { on_init: hear('init'), on_tap: hear('tap'), on_position_change: hear('moved') });
            mock.controls.push(map);
        },
        { reducedMotion: 'reduce' },
        (url) => url.includes('/tiles/') && asked.push(new URL(url).pathname),
    );
    const box = s.page.getByRole('region', { name: 'Map' });
    await box.locator('img.leaflet-tile-loaded').first().waitFor();
    assert.ok(
        asked.every((path) => /^\/tiles\/10\/\d+\/\d+\.svg$/.test(path)),
        String(asked),
    );
    assert.equal(told[0]![0], 'init');
    assert.deepEqual((await camera(s.mock, map)).center, at(52.52, 13.4));
    assert.equal(await call(s.mock, map, 'zoom_in'), null);
    assert.equal((await camera(s.mock, map)).zoom, 11);
    assert.equal(
        await call(s.mock, map, 'move_to', { destination: at(48, 2), zoom: 8.5, offset: { x: 0, y: 0 } }),
        null,
    );
    const { center, zoom } = await camera(s.mock, map);
    assert.ok(Math.abs(center.latitude - 48) < 0.01 && zoom === 8.5);
    assert.match(String(await call(s.mock, map, 'rotate_from', { degree: 5 })), /not supported/);
    await s.page.locator(by('map')).click({ position: { x: 200, y: 150 } });
    await until(() => told.some(([name]) => name === 'tap'));
    const tap = told.find(([name]) => name === 'tap')![1] as unknown as { coordinates: Camera['center']; l: object };
    assert.ok(Math.abs(tap.coordinates.latitude - 48) < 0.01);
    assert.deepEqual(tap.l, { x: 200, y: 150 });
    // By keys alone.
    await box.focus();
    await hasFocus(box);
    await s.page.keyboard.press('ArrowRight');
    await until(async () => (await camera(s.mock, map)).center.longitude > 2.01);
    await s.page.keyboard.press('r');
    await until(async () => (await camera(s.mock, map)).zoom === 9.5);
    assert.ok(told.some(([name]) => name === 'moved'));
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('markers are controls of the app, at their place and with their own presses', async () => {
    const told: string[] = [];
    let marker!: Node;
    let map!: Node;
    const s = await stage((mock) => {
        const button = mock.make('TextButton', { content: 'Here', on_click: () => told.push('button') });
        marker = mock.make('Marker', { content: button, coordinates: at(52.52, 13.4), width: 100, height: 40 });
        map = mapOf(mock, [mock.make('MarkerLayer', { markers: [marker] })], { on_tap: () => told.push('map') });
        mock.controls.push(map);
    });
    const button = s.page.getByRole('button', { name: 'Here' });
    await button.click();
    await becomes(() => told, ['button']);
    const middle = async () => {
        const one = (await s.page.locator('.t-map-marker').boundingBox())!;
        const all = (await s.page.locator(by('map')).boundingBox())!;
        return [Math.round(one.x + one.width / 2 - all.x), Math.round(one.y + one.height / 2 - all.y)];
    };
    assert.deepEqual(await middle(), [200, 150]);
    s.mock.set(marker, { coordinates: at(52.6, 13.4) });
    await until(async () => (await middle())[1]! < 100);
    s.mock.set(map, { layers: [] });
    await counts(button, 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('circles, areas, lines and pictures are drawn, and change', async () => {
    let line!: Node;
    const s = await stage((mock) => {
        const circle = { coordinates: at(52.5, 13.4), radius: 2000, use_radius_in_meter: true, color: '#ff0000' };
        const corners = [at(52.6, 13.2), at(52.6, 13.3), at(52.55, 13.3)];
        const area = {
            coordinates: corners,
            label: '<b>Park</b>',
            border_stroke_width: 2,
            label_text_style: { size: 14 },
        };
        line = mock.make('PolylineMarker', {
            coordinates: [at(52.4, 13.2), at(52.5, 13.5), at(52.6, 13.5)],
            stroke_width: 4,
            stroke_pattern: { _type: 'dashed', segments: [10, 5] },
        });
        const shades = mock.make('PolylineMarker', {
            coordinates: [at(52.4, 13.3), at(52.4, 13.4), at(52.4, 13.5)],
            gradient_colors: ['#ff0000', '#0000ff'],
            border_stroke_width: 1,
        });
        const picture = `<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><path d="M0 0H20V10H0Z"/></svg>`;
        const bounds = { corner_1: at(52.45, 13.3), corner_2: at(52.42, 13.4) };
        const turned = {
            top_left_corner: at(52.5, 13.3),
            bottom_left_corner: at(52.45, 13.25),
            bottom_right_corner: at(52.4, 13.35),
        };
        mock.controls.push(
            mapOf(mock, [
                mock.make('CircleLayer', { circles: [mock.make('CircleMarker', circle)] }),
                mock.make('PolygonLayer', { polygons: [mock.make('PolygonMarker', area)] }),
                mock.make('PolylineLayer', { polylines: [line, shades] }),
                mock.make('OverlayImageLayer', {
                    overlay_images: [
                        mock.make('OverlayImage', { src: picture, bounds, opacity: 0.5 }),
                        mock.make('RotatedOverlayImage', { src: picture, ...turned }),
                    ],
                }),
            ]),
        );
    });
    const map = s.page.getByRole('region', { name: 'Map' });
    await map.locator('path[fill="#ff0000"]').waitFor();
    // A text of the app is a text.
    await map.getByText('<b>Park</b>').waitFor();
    const dashed = map.locator('path[stroke-dasharray="10 5"]');
    await dashed.waitFor();
    assert.equal(await dashed.getAttribute('stroke-width'), '4');
    await counts(map.locator('path[stroke^="color-mix"]'), 2);
    await counts(map.locator('.t-map-image[style*=matrix]'), 2);
    const [upright] = await map.locator('.t-map-image').all();
    assert.equal(await upright!.evaluate((e) => getComputedStyle(e).opacity), '0.5');
    s.mock.set(line, { stroke_width: 9 });
    await map.locator('path[stroke-dasharray="10 5"][stroke-width="9"]').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('attributions are read, pressed and opened', async () => {
    const told: string[] = [];
    const s = await stage((mock) => {
        const press = (name: string) => () => told.push(name);
        const sources = [mock.make('TextSourceAttribution', { text: 'Map people', on_click: press('source') })];
        mock.controls.push(
            mapOf(mock, [
                mock.make('SimpleAttribution', {
                    text: 'Tiles by us',
                    on_click: press('simple'),
                    alignment: { x: -1, y: -1 },
                }),
                mock.make('RichAttribution', { attributions: sources }),
            ]),
        );
    });
    await s.page.getByRole('button', { name: 'Tiles by us' }).click();
    const opener = s.page.getByRole('button', { name: 'Whose maps these are' });
    await opener.click();
    await s.page.getByRole('button', { name: '© Map people' }).click();
    await becomes(() => told, ['simple', 'source']);
    await s.page.keyboard.press('Escape');
    await s.page.getByText('Map people').waitFor({ state: 'hidden' });
    await s.done();
});

test('a tile that cannot be had gives way to another one, and is told', async () => {
    const told: unknown[] = [];
    const asked: string[] = [];
    const s = await stage(
        (mock) => {
            const map = mapOf(mock, []);
            const [tiles] = map['layers'] as Node[];
            Object.assign(tiles!, {
                url_template: '/none/{z}/{x}/{y}.png',
                fallback_url: '/gone/{z}/{x}/{y}.png',
                on_image_error: true,
            });
            map['layers'] = [mock.make('TileLayer', { ...tiles, on_image_error: (data: unknown) => told.push(data) })];
            mock.controls.push(map, mapOf(mock, [], { key: 'other' }));
            const [others] = (mock.controls[1]!['layers'] as Node[])!;
            others!['url_template'] = 'javascript:alert({x})';
        },
        {},
        (url) => asked.push(url),
    );
    await until(() => told.length);
    assert.match(String(told[0]), /\/gone\/10\/\d+\/\d+\.png cannot be shown/);
    assert.ok(!asked.some((url) => url.startsWith('javascript:')));
    await s.done();
});
