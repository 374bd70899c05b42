// Code that does not come at first comes later, also where a browser remembers that a module was not to be had.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, test } from 'node:test';
import type { Page, Request } from 'playwright-core';
import { Action } from '../src/core/packets.ts';
import { by, closeBrowser, counts, stage, until, type Stage } from './browser.ts';

after(closeBrowser);

const assetNamed = (name: string) =>
    `/assets/${readdirSync('../build/client/assets').find((file) => file.startsWith(`${name}-`) && file.endsWith('.js'))!}`;

// As Firefox does, and Chromium did up to 150: a module that could not be fetched is not asked for again in this document.
async function remembering(page: Page, isAway: (request: Request) => boolean): Promise<void> {
    const failed = new Set<string>();
    await page.route(/assets\/[^/]*\.js/, (route, request) => {
        const isModule = request.resourceType() === 'script';
        const away = isAway(request) || (isModule && failed.has(request.url()));
        if (away && isModule) failed.add(request.url());
        return away ? route.abort() : route.continue();
    });
}

// Its network is away for as long as `isAway`, and what was asked for meanwhile.
async function awayAtFirst(build: (s: Stage) => unknown[]): Promise<{ s: Stage; asked: string[]; back(): void }> {
    let isAway = true;
    const asked: string[] = [];
    const s = await stage(() => undefined);
    await remembering(s.page, (request) => {
        if (isAway) asked.push(request.url());
        return isAway;
    });
    const made = build(s);
    s.mock.edit(s.mock.view, 'controls', ...made.map((one, i) => [1, i, one]));
    return { s, asked, back: () => void (isAway = false) };
}

const own = (s: Stage) => s.errors.filter((error) => !error.startsWith('Failed to load resource'));

test('a control whose code has parts of its own comes when the network is back', async () => {
    const { s, asked, back } = await awayAtFirst(({ mock }) => [mock.make('Slider', { value: 0.5, key: 'late' })]);
    await until(() => asked.length);
    back();
    await s.page.locator(`md-slider${by('late')}`).waitFor();
    assert.deepEqual(own(s), []);
    await s.done();
});

test('so it is when the control comes and only its parts do not', async () => {
    let isAway = true;
    const asked: string[] = [];
    const s = await stage(() => undefined);
    await remembering(s.page, (request) => {
        const isPart = isAway && /\/chunk-/.test(request.url());
        if (isPart) asked.push(request.url());
        return isPart;
    });
    s.mock.edit(s.mock.view, 'controls', [1, 0, s.mock.make('Slider', { value: 0.5, key: 'late' })]);
    await until(() => asked.length);
    isAway = false;
    await s.page.locator(`md-slider${by('late')}`).waitFor();
    assert.deepEqual(own(s), []);
    await s.done();
});

test('a file that came and is no module yet is asked for by another name, and runs once', async () => {
    const s = await stage(() => undefined);
    const slider = assetNamed('slider');
    const modules: string[] = [];
    await remembering(s.page, (request) => {
        const { pathname, search } = new URL(request.url());
        if (pathname !== slider || request.resourceType() !== 'script') return false;
        modules.push(search);
        return search === '';
    });
    s.mock.edit(s.mock.view, 'controls', [1, 0, s.mock.make('Slider', { value: 0.5, key: 'late' })]);
    await s.page.locator(`md-slider${by('late')}`).waitFor();
    s.mock.edit(s.mock.view, 'controls', [1, 0, s.mock.make('Slider', { value: 0.5, key: 'next' })]);
    await s.page.locator(`md-slider${by('next')}`).waitFor();
    assert.equal(modules.filter((search) => search !== '').length, 1);
    assert.deepEqual(own(s), []);
    await s.done();
});

test('code that fails as it runs is not run again, and its control says so', async () => {
    const s = await stage((mock) => {
        const type = 'text/javascript';
        mock.files.set(assetNamed('slider'), {
            type,
            bytes: 'document.body.dataset.runs = Number(document.body.dataset.runs ?? 0) + 1; throw new Error("broken");',
        });
        mock.controls.push(mock.make('Slider', { value: 0.5 }), mock.make('Slider', { value: 0.2 }));
    });
    await counts(s.page.getByText('Slider could not be drawn'), 2);
    assert.equal(await s.page.evaluate(() => document.body.dataset['runs']), '1');
    await s.done();
});

test('ripples and the file picker come when the network is back', async () => {
    const { s, asked, back } = await awayAtFirst(({ mock }) => {
        const picker = mock.make('FilePicker', { key: 'picker' });
        const services = mock.page['_services'] as { _i: number; _services: unknown[] };
        mock.edit(services as never, '_services', [1, 0, picker]);
        return [
            mock.make('Container', {
                ink: true,
                width: 90,
                height: 40,
                key: 'ink',
                on_click: () =>
                    mock.send(Action.Invoke, {
                        control_id: picker._i,
                        call_id: 'pick',
                        name: 'pick_files',
                        args: {},
                    }),
            }),
        ];
    });
    await until(() => asked.some((url) => /ripple/.test(url)));
    await s.page.locator(by('ink')).click();
    await until(() => asked.some((url) => /filepicker/.test(url)));
    const chooser = s.page.waitForEvent('filechooser');
    back();
    await s.page.waitForFunction(() => customElements.get('md-ripple'));
    await (await chooser).setFiles([{ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') }]);
    const { body } = await s.mock.waitFor((p) => p.action === Action.Invoke && p.body['call_id'] === 'pick');
    assert.equal(body['error'], null);
    assert.deepEqual(own(s), []);
    await s.done();
});
