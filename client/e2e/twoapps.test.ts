// Two apps in one document: what belongs to one is not the other's.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { Action } from '../src/core/packets.ts';
import type { Mock } from '../test/support/mock.ts';
import { by, closeBrowser, counts, extraMock, isWhole, stage, type Stage } from './browser.ts';

after(closeBrowser);

const SOCKET = (port: number) => `ws://127.0.0.1:${port}/ws`;

// The first app has the page, the second one a part of it. Each has a server of its own.
async function pair(build: (mock: Mock, at: number) => void): Promise<Stage & { second: Mock }> {
    const second = await extraMock((mock) => {
        mock.session = 'session-2';
        build(mock, 1);
    });
    const s = await stage((mock) => build(mock, 0));
    const html = readFileSync('../build/client/index.html', 'utf8').replace(
        '<noscript>',
        // Both in sight.
        `<style>.t-app { height: 50%; position: relative }</style>` +
            `<div class="t-app" data-troupe data-embedded data-name="second" data-endpoint="${SOCKET(second.port)}"
            id="second"></div><noscript>`,
    );
    s.mock.pages.set('/two', html);
    await s.page.goto(new URL('two', s.page.url()).href);
    await s.page.locator('[data-control=View]').nth(1).waitFor({ state: 'attached' });
    await isWhole(s.page);
    return {
        ...s,
        second,
    };
}

test('sessions, titles, themes and routes of two apps are their own', async () => {
    const s = await pair((mock, at) => {
        mock.page['title'] = ['First', 'Second'][at];
        mock.page['theme_mode'] = ['light', 'dark'][at];
        mock.page['theme'] = { color_scheme: { primary: ['#112233', '#445566'][at] } };
        mock.controls.push(mock.make('Text', { value: `app ${at}`, key: `text-${at}` }));
    });
    await s.page.locator(by('text-0')).waitFor();
    await s.page.locator(by('text-1')).waitFor();
    assert.equal(await s.page.title(), 'First');
    const primary = (key: string) =>
        s.page
            .locator(by(key))
            .evaluate((e) => [
                getComputedStyle(e).getPropertyValue('--md-sys-color-primary').trim(),
                getComputedStyle(e).colorScheme,
            ]);
    assert.deepEqual(await primary('text-0'), ['#112233', 'light']);
    assert.deepEqual(await primary('text-1'), ['#445566', 'dark']);
    assert.equal(await s.page.evaluate(() => document.documentElement.dataset['theme']), 'light');
    // A route of the second one leaves the browser's address alone, and the first app unaware.
    const address = s.page.url();
    s.second.send(Action.Invoke, { control_id: 1, call_id: 'r', name: 'push_route', args: { route: '/deep' } });
    const told = await s.second.waitFor((p) => p.action === Action.Event && p.body['name'] === 'route_change');
    assert.deepEqual(told.body['data'], { route: '/deep' });
    assert.equal(s.page.url(), address);
    assert.ok(!s.mock.heard.some((p) => p.body['name'] === 'route_change'));
    // Each finds its own session again.
    await s.page.reload();
    await s.page.locator(by('text-1')).waitFor();
    const ids = [s.mock, s.second].map(
        (mock) => mock.heard.filter(({ action }) => action === Action.Register).at(-1)!.body['session_id'],
    );
    assert.deepEqual(ids, ['session-1', 'session-2']);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('snack bars, tooltips and status lines of two apps do not wait for one another', async () => {
    const s = await pair((mock, at) => {
        mock.controls.push(
            mock.make('Text', {
                value: `app ${at}`,
                key: `text-${at}`,
                tooltip: { message: `tip ${at}`, wait_duration: 0 },
            }),
        );
        (mock.page['_dialogs'] as { controls: unknown[] }).controls = [
            mock.make('SnackBar', { content: `news ${at}`, open: true, duration: 60_000 }),
        ];
    });
    await s.page.getByText('news 0').waitFor();
    await s.page.getByText('news 1').waitFor();
    await s.page.locator('#second .t-tooltip').waitFor({ state: 'attached' });
    await counts(s.page.locator('.t-tooltip'), 2);
    await s.page.locator(by('text-1')).hover();
    await s.page.locator('#second .t-tooltip').getByText('tip 1').waitFor();
    await counts(s.page.locator('.t-tooltip:visible'), 1);
    s.second.dropAll(4001);
    await s.page.locator('#second .t-notice').getByText('open in another window').waitFor();
    await counts(s.page.locator('.t-notice[open]'), 1);
    await s.done();
});

test('typing in one app is nothing that the other one reports', async () => {
    const s = await pair((mock, at) => {
        mock.controls.push(
            mock.make('TextField', { label: `Field ${at}`, key: `field-${at}`, on_change: () => undefined }),
        );
    });
    await s.page.getByLabel('Field 1').fill('mine');
    await s.second.waitFor((p) => p.action === Action.Event && p.body['data'] === 'mine');
    assert.ok(!s.mock.heard.some((p) => p.action === Action.Update && 'value' in (p.body['props'] as object)));
    assert.equal(await s.page.getByLabel('Field 0').inputValue(), '');
    await s.done();
});
