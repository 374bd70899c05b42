// Films, sounds, recordings and the camera.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Ext } from '../src/core/packets.ts';
import { call } from '../test/support/calls.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { silence, silenceUrl } from '../test/support/sounds.ts';
import { becomes, closeBrowser, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

const DEVICES = { permissions: ['microphone', 'camera'] };
const ms = (value: unknown): number => Number((value as Ext).text) / 1000;
const data = (told: Told[], event: string): unknown[] => told.filter(([name]) => name === event).map(([, one]) => one);
type Told = [string, unknown];

// All that a control tells, in order.
function hears(told: Told[], names: string): { [name: string]: unknown } {
    return Object.fromEntries(names.split(' ').map((name) => [`on_${name}`, (one: unknown) => told.push([name, one])]));
}

// A page under the policy of the gateway.
function play(build: (mock: Mock) => void, options = {}): Promise<Stage> {
    return stage((mock) => {
        mock.policy = gatewayPolicy();
        build(mock);
    }, options);
}

function serve(mock: Mock, ...nodes: Node[]): void {
    (mock.page['_services'] as Node)['_services'] = nodes;
}

test('a playlist plays on, skips, and says what happens', async () => {
    const told: Told[] = [];
    let film!: Node;
    const s = await play((mock) => {
        mock.files.set('/a.wav', { type: 'audio/wav', bytes: silence(1) });
        film = mock.make('Video', {
            playlist: [{ resource: 'a.wav' }, { resource: silenceUrl(30) }],
            controls: { _type: 'adaptive' },
            title: 'Two films',
            volume: 40,
            muted: true,
            width: 320,
            ...hears(told, 'load complete track_change duration_change position_change error'),
        });
        mock.controls.push(film);
    });
    await s.page.getByLabel('Two films').waitFor();
    await until(() => data(told, 'load').length);
    assert.equal(ms(await call(s.mock, film, 'get_duration')), 1000);
    assert.equal(await call(s.mock, film, 'is_playing'), false);
    assert.equal(await call(s.mock, film, 'play'), null);
    await becomes(() => data(told, 'track_change'), [1]);
    assert.deepEqual(data(told, 'complete'), [true]);
    await becomes(() => call(s.mock, film, 'is_playing'), true);
    await until(async () => ms(await call(s.mock, film, 'get_duration')) === 30_000);
    assert.equal(await call(s.mock, film, 'seek', { position: { seconds: 12 } }), null);
    assert.ok(ms(await call(s.mock, film, 'get_current_position')) >= 12_000);
    assert.equal(await call(s.mock, film, 'pause'), null);
    assert.equal(await call(s.mock, film, 'is_playing'), false);
    await s.page.getByRole('button', { name: 'Previous video' }).click();
    await becomes(() => data(told, 'track_change'), [1, 0]);
    assert.match(String(await call(s.mock, film, 'jump_to', { media_index: 7 })), /no item 7/);
    assert.equal(await s.page.getByLabel('Two films').evaluate((e) => (e as HTMLVideoElement).volume), 0.4);
    assert.deepEqual(data(told, 'error'), []);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('what plays goes on while the list changes around it, and addresses that run scripts are none', async () => {
    const told: Told[] = [];
    let film!: Node;
    const s = await play((mock) => {
        film = mock.make('Video', {
            playlist: [{ resource: silenceUrl(20) }],
            muted: true,
            ...hears(told, 'error load'),
        });
        mock.controls.push(film);
    });
    await until(() => data(told, 'load').length);
    await call(s.mock, film, 'play');
    await call(s.mock, film, 'seek', { position: 9000 });
    s.mock.set(film, { playlist: [{ resource: silenceUrl(1) }, { resource: silenceUrl(20) }] });
    assert.ok(ms(await call(s.mock, film, 'get_current_position')) >= 9000);
    await call(s.mock, film, 'pause');
    s.mock.set(film, { playlist: [{ resource: 'javascript:alert(1)' }] });
    await until(() => data(told, 'error').length);
    assert.match(String(data(told, 'error')[0]), /none that a page may play/);
    await s.done();
});

test('subtitles are said over the film at their time', async () => {
    const words = 'WEBVTT\n\n00:00.000 --> 00:05.000\nFirst words\n\n00:10.000 --> 00:20.000\n<b>Later</b> words';
    let film!: Node;
    const s = await play((mock) => {
        mock.files.set('/other.vtt', { type: 'text/vtt', bytes: '1\n00:00:00,000 --> 00:00:30,000\nFrom a file' });
        film = mock.make('Video', {
            playlist: [{ resource: silenceUrl(30) }],
            subtitle_track: { src: words },
            width: 320,
            muted: true,
        });
        mock.controls.push(film);
    });
    await s.page.getByText('First words').waitFor();
    await call(s.mock, film, 'seek', { position: 12_000 });
    await s.page.getByText('Later words').waitFor();
    s.mock.set(film, { subtitle_track: { src: `${s.page.url()}other.vtt` } });
    await s.page.getByText('From a file').waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a film fills the screen when the app says so just after a press', async () => {
    const told: Told[] = [];
    let film!: Node;
    const s = await play((mock) => {
        film = mock.make('Video', {
            playlist: [{ resource: silenceUrl(3) }],
            ...hears(told, 'enter_fullscreen exit_fullscreen error'),
        });
        const press = () => mock.set(film, { fullscreen: true });
        mock.controls.push(film, mock.make('Button', { content: 'Large', on_click: press }));
    });
    await s.page.getByRole('button', { name: 'Large' }).click();
    await becomes(() => told, [['enter_fullscreen', null]]);
    s.mock.set(film, { fullscreen: false });
    await becomes(() => told.length, 2);
    assert.equal(told[1]![0], 'exit_fullscreen');
    await s.done();
});

test('a sound of the app is played, sought and let go', async () => {
    const told: Told[] = [];
    let sound!: Node;
    const s = await play((mock) => {
        sound = mock.make('Audio', {
            src: silence(4),
            balance: 0.5,
            release_mode: 'stop',
            ...hears(told, 'loaded state_change position_change seek_complete duration_change'),
        });
        serve(mock, sound);
        mock.controls.push(mock.make('Button', { content: 'Press' }));
    });
    await until(() => data(told, 'loaded').length);
    assert.equal(ms(await call(s.mock, sound, 'get_duration')), 4000);
    await s.page.getByRole('button', { name: 'Press' }).click();
    assert.equal(await call(s.mock, sound, 'play', { position: 2000 }), null);
    await until(() => data(told, 'state_change').length === 2);
    assert.deepEqual(data(told, 'state_change'), [{ state: 'playing' }, { state: 'completed' }]);
    assert.ok(data(told, 'seek_complete').length > 0);
    assert.ok(data(told, 'position_change').some((one) => (one as { position: number }).position === 3000));
    await call(s.mock, sound, 'resume');
    await call(s.mock, sound, 'pause');
    assert.equal(await call(s.mock, sound, 'release'), null);
    assert.equal(await call(s.mock, sound, 'get_duration'), null);
    await becomes(() => data(told, 'state_change').at(-1), { state: 'stopped' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a recording is a WAV file of the page, which an Audio plays; pieces of one go to the server', async () => {
    const told: Told[] = [];
    let recorder!: Node;
    let sound!: Node;
    const s = await play((mock) => {
        recorder = mock.make('AudioRecorder', { ...hears(told, 'state_change upload') });
        sound = mock.make('Audio', { src: '' });
        serve(mock, recorder, sound);
        mock.controls.push(mock.make('Text', { value: 'Recorder' }));
    }, DEVICES);
    assert.equal(await call(s.mock, recorder, 'has_permission'), true);
    assert.equal(await call(s.mock, recorder, 'is_supported_encoder', { encoder: 'opus' }), true);
    assert.equal(await call(s.mock, recorder, 'is_supported_encoder', { encoder: 'amrNb' }), false);
    const [ear] = (await call(s.mock, recorder, 'get_input_devices')) as { id: string; label: string }[];
    assert.ok(ear!.id && ear!.label);
    const configuration = { encoder: 'wav', sample_rate: 16_000, channels: 1 };
    assert.equal(await call(s.mock, recorder, 'start_recording', { configuration }), true);
    assert.equal(await call(s.mock, recorder, 'is_recording'), true);
    await call(s.mock, recorder, 'pause_recording');
    assert.equal(await call(s.mock, recorder, 'is_paused'), true);
    await call(s.mock, recorder, 'resume_recording');
    const address = String(await call(s.mock, recorder, 'stop_recording'));
    assert.match(address, /^blob:/);
    const states = ['recording', 'paused', 'recording', 'stopped'];
    assert.deepEqual(
        data(told, 'state_change'),
        states.map((state) => ({ state })),
    );
    s.mock.set(sound, { src: address });
    assert.ok(await call(s.mock, sound, 'get_duration'));
    const upload = { upload_url: '/upload/voice', file_name: 'voice.webm' };
    const opus = { encoder: 'opus' };
    assert.equal(await call(s.mock, recorder, 'start_recording', { configuration: opus, upload }), true);
    assert.equal(await call(s.mock, recorder, 'stop_recording'), null);
    assert.deepEqual(
        s.mock.uploads.map(({ path }) => path),
        ['/upload/voice'],
    );
    assert.equal((data(told, 'upload').at(-1) as { progress: number }).progress, 1);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('what the microphone hears goes to the server piece by piece', async () => {
    const told: Told[] = [];
    let recorder!: Node;
    const s = await play((mock) => {
        recorder = mock.make('AudioRecorder', { ...hears(told, 'stream') });
        serve(mock, recorder);
    }, DEVICES);
    const wav = { encoder: 'wav' };
    assert.match(String(await call(s.mock, recorder, 'start_recording', { configuration: wav })), /Only .* pcm16bits/);
    assert.equal(await call(s.mock, recorder, 'start_recording', { configuration: { encoder: 'pcm16bits' } }), true);
    await until(() => told.length >= 2);
    const [first, second] = data(told, 'stream') as { chunk: Uint8Array; sequence: number; bytes_streamed: number }[];
    assert.equal(first!.chunk.length, 32 * 1024);
    assert.deepEqual([first!.sequence, second!.sequence, second!.bytes_streamed], [1, 2, 64 * 1024]);
    assert.equal(await call(s.mock, recorder, 'stop_recording'), null);
    await s.done();
});

test('a camera is shown, told what it can, and takes pictures and films', async () => {
    const told: Told[] = [];
    let eye!: Node;
    const s = await play((mock) => {
        eye = mock.make('Camera', {
            width: 320,
            height: 240,
            content: mock.make('Text', { value: 'Smile' }),
            ...hears(told, 'state_change stream_image'),
        });
        mock.controls.push(eye);
    }, DEVICES);
    await s.page.getByText('Smile').waitFor();
    assert.match(String(await call(s.mock, eye, 'take_picture')), /not initialized/);
    const [description] = (await call(s.mock, eye, 'get_available_cameras')) as { lens_direction: string }[];
    assert.equal(description!.lens_direction, 'external');
    const wishes = { description, resolution_preset: 'medium', enable_audio: false };
    assert.equal(await call(s.mock, eye, 'initialize', wishes), null);
    const state = data(told, 'state_change').at(-1) as { is_initialized: boolean; preview_size: { width: number } };
    assert.ok(state.is_initialized && state.preview_size.width > 0);
    const picture = (await call(s.mock, eye, 'take_picture')) as Uint8Array;
    assert.deepEqual([...picture.subarray(0, 2)], [0xff, 0xd8]);
    await call(s.mock, eye, 'start_image_stream');
    await until(() => data(told, 'stream_image').length);
    await call(s.mock, eye, 'stop_image_stream');
    await call(s.mock, eye, 'start_video_recording');
    const film = await call(s.mock, eye, 'stop_video_recording');
    assert.ok(film instanceof Uint8Array && film.length > 0);
    assert.match(String(await call(s.mock, eye, 'lock_capture_orientation', { orientation: null })), /not supported/);
    await s.page.getByLabel('Camera').waitFor();
    s.mock.set(eye, { preview_enabled: false });
    await s.page.getByLabel('Camera').waitFor({ state: 'hidden' });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('on plain http there is neither camera nor microphone, which is said', async () => {
    let eye!: Node;
    let recorder!: Node;
    const s = await play((mock) => {
        eye = mock.make('Camera');
        recorder = mock.make('AudioRecorder');
        serve(mock, recorder);
        mock.controls.push(eye);
    });
    // Chromium trusts the loopback; elsewhere pages that came by http see this.
    await s.page.evaluate(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
    assert.match(String(await call(s.mock, eye, 'get_available_cameras')), /https only/);
    assert.match(String(await call(s.mock, recorder, 'has_permission')), /https only/);
    await s.done();
});
