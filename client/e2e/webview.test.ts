// Other sites within a page.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, Ear } from '../test/support/calls.ts';
import type { Node } from '../test/support/mock.ts';
import { gatewayPolicy } from '../test/support/policy.ts';
import { becomes, closeBrowser, extraMock, stage, until } from './browser.ts';

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

test('a page of this server is read, scrolled and led while it runs no scripts', async () => {
    const ear = new Ear();
    const told: Told[] = [];
    let view!: Node;
    const s = await stage((mock) => {
        mock.policy = gatewayPolicy();
        mock.files.set('/help', {
            type: 'text/html',
            bytes: '<title>Help</title><a href="/more">More</a><div style="height: 3000px">Long</div>',
        });
        mock.files.set('/more', { type: 'text/html', bytes: '<title>More</title>No more' });
        view = mock.make('WebView', { url: '/help', height: 200, on_scroll: ear.on('scroll'), ...hears(told) });
        mock.controls.push(view);
    });
    const frame = s.page.frameLocator('iframe');
    await frame.getByText('Long').waitFor();
    const asked = () => call(s.mock, view, 'get_title');
    assert.match(String(await asked()), /that may run scripts is kept apart/);
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
    assert.deepEqual(await ear.next('scroll'), { x: 0, y: 500 });

    const title = (wanted: string) => becomes(asked, wanted);
    const way = async () => [
        await call(s.mock, view, 'can_go_back'),
        await call(s.mock, view, 'can_go_forward'),
        String(await call(s.mock, view, 'get_current_url')).replace(/.*\//, ''),
    ];
    const began = s.page.url();
    assert.equal(await call(s.mock, view, 'go_forward'), null);
    await frame.getByText('More').click();
    await title('More');
    await until(() => told.some(([name, data]) => name === 'url_change' && String(data).endsWith('/more')));
    assert.deepEqual(await way(), [true, false, 'more']);
    assert.equal(await call(s.mock, view, 'reload'), null);
    await title('More');
    assert.equal(await call(s.mock, view, 'go_back'), null);
    await title('Help');
    assert.deepEqual((await way()).slice(1), [true, 'help']);
    assert.equal(await call(s.mock, view, 'go_forward'), null);
    await title('More');
    assert.equal(s.page.url(), began);
    assert.deepEqual(s.errors, []);
    await s.done();
});
