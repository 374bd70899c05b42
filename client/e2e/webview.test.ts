// Other sites within a page.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from '../test/support/calls.ts';
import type { Node } from '../test/support/mock.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { closeBrowser, extraMock, stage, until } from './browser.ts';

after(closeBrowser);

type Told = [string, unknown];
const EVENTS = ['page_started', 'page_ended', 'progress', 'url_change', 'web_resource_error'];
const hears = (told: Told[]) =>
    Object.fromEntries(EVENTS.map((name) => [`on_${name}`, (data: unknown) => told.push([name, data])]));
const PAGE =
    '<title>Other</title><h1>Another site</h1><p id=p>still</p><script>p.textContent = "moved"; try { top.location = "/gone" } catch {}</script>';

test('another site is shown where the server lets pages show it, and cannot lead the page away', async () => {
    const told: Told[] = [];
    const other = await extraMock((mock) => mock.pages.set('/other', PAGE));
    const address = `http://127.0.0.1:${other.port}/other`;
    let view!: Node;
    const s = await stage((mock) => {
        mock.policy = gatewayPolicy(` http://127.0.0.1:${other.port}`);
        view = mock.make('WebView', { url: address, height: 300, tooltip: 'Another', ...hears(told) });
        mock.controls.push(view);
    });
    const frame = s.page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Another site' }).waitFor();
    await frame.getByText('moved').waitFor();
    await until(() => told.some(([name]) => name === 'page_ended'));
    assert.deepEqual(told.slice(0, 2), [
        ['page_started', address],
        ['progress', 0],
    ]);
    assert.ok(!s.page.url().includes('gone'));
    assert.equal(await call(s.mock, view, 'get_current_url'), address);
    assert.match(String(await call(s.mock, view, 'get_title')), /apart from the other sites/);
    assert.match(String(await call(s.mock, view, 'run_javascript', { value: '1' })), /not supported/);
    assert.match(String(await call(s.mock, view, 'load_request', { url: address, method: 'post' })), /GET only/);
    assert.equal(await call(s.mock, view, 'set_javascript_mode', { mode: 'disabled' }), null);
    await frame.getByText('still').waitFor();
    assert.equal(
        await call(s.mock, view, 'load_html', { value: '<b>Of the app</b><script>document.write("no")</script>' }),
        null,
    );
    await frame.getByText('Of the app').waitFor();
    assert.equal(await frame.getByText('no', { exact: true }).count(), 0);
    await s.done();
});

test('a site that the server does not let pages show is said, and so is an address that is none', async () => {
    const told: Told[] = [];
    const other = await extraMock((mock) => mock.pages.set('/other', PAGE));
    let view!: Node;
    const s = await stage((mock) => {
        mock.policy = gatewayPolicy();
        view = mock.make('WebView', { url: `http://127.0.0.1:${other.port}/other`, height: 300, ...hears(told) });
        mock.controls.push(view);
    });
    await s.page.getByText(/--frame-origins/).waitFor();
    assert.ok(told.some(([name]) => name === 'web_resource_error'));
    s.mock.set(view, { url: 'javascript:alert(1)' });
    await s.page.getByText(/none that a page may show/).waitFor();
    assert.equal(
        await s.page
            .frames()[1]
            ?.evaluate(() => 1)
            .catch(() => 1),
        1,
    );
    await s.done();
});

test('a page of this server is read and scrolled while it runs no scripts', async () => {
    let view!: Node;
    const s = await stage((mock) => {
        mock.policy = gatewayPolicy();
        mock.files.set('/help', {
            type: 'text/html',
            bytes: '<title>Help</title><div style="height: 3000px">Long</div>',
        });
        view = mock.make('WebView', { url: '/help', height: 200 });
        mock.controls.push(view);
    });
    const frame = s.page.frameLocator('iframe');
    await frame.getByText('Long').waitFor();
    assert.equal(await call(s.mock, view, 'set_javascript_mode', { mode: 'disabled' }), null);
    assert.equal(
        await until(
            () => call(s.mock, view, 'get_title'),
            (title) => title === 'Help',
        ),
        'Help',
    );
    assert.equal(await call(s.mock, view, 'scroll_to', { x: 0, y: 500 }), null);
    assert.equal(await s.page.frames()[1]!.evaluate(() => scrollY), 500);
    await s.done();
});
