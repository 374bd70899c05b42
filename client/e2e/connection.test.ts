// The line to the server: lost, refused, taken over, garbled.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, stage } from './browser.ts';
import { counter, isEvent } from './counter.ts';

after(closeBrowser);

test('typing survives a reconnect and is sent afterwards', async () => {
    const s = await stage(counter);
    const input = s.page.getByLabel('Name');
    await input.click();
    await s.page.keyboard.type('one');
    await s.mock.waitFor((p) => isEvent('change')(p) && p.body['data'] === 'one');
    const field = s.mock.controls[2]!;
    const since = s.mock.heard.length;
    field['value'] = '';
    s.mock.dropAll(1012);
    await s.page.keyboard.type(' two');
    const again = await s.mock.waitFor(({ action }) => action === Action.Register, since);
    await s.mock.waitFor(
        ({ action, body }) => action === Action.Update && (body['props'] as { value: string }).value === 'one two',
        since,
    );
    assert.equal(await input.inputValue(), 'one two');
    assert.equal(again.body['session_id'], 'session-1');
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    await s.done();
});

test('a lost server is announced quietly and found again', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    const { port } = s.mock;
    await s.mock.close();
    await s.page
        .locator('.t-status')
        .getByText(/Reconnecting|does not answer/)
        .waitFor();
    assert.equal(await s.page.locator('.t-status').getAttribute('role'), 'status');
    await s.page.getByRole('button', { name: 'Add' }).click();
    const back = new (s.mock.constructor as typeof Mock)('../build/client');
    back.port = port;
    const { total } = counter(back);
    await back.listen();
    await s.page.evaluate(() => dispatchEvent(new Event('online')));
    await back.waitFor(isEvent('click'));
    await s.page.locator(by('total')).getByText('1').waitFor();
    assert.equal(await s.page.locator('.t-status').isVisible(), false);
    assert.ok(total);
    await back.close();
    await s.page.context().close();
});

test('a busy server is said to be busy, and can be asked again', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    s.mock.dropAll(1013);
    const line = s.page.locator('.t-status');
    await line.getByText('The server is busy').waitFor();
    await line.getByRole('button', { name: 'Try now' }).click();
    await line.waitFor({ state: 'hidden' });
    await s.done();
});

test('a server that was busy and is gone is no longer said to be busy', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    const line = s.page.locator('.t-status');
    s.mock.dropAll(1013);
    await line.getByText('The server is busy').waitFor();
    await s.mock.close();
    await line.getByRole('button', { name: 'Try now' }).click();
    await line.getByText('Reconnecting…').waitFor();
    await s.page.context().close();
});

test('another window takes over: a message, no reconnect, and a way back', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    const since = s.mock.heard.length;
    s.mock.dropAll(4001);
    const button = s.page.getByRole('button', { name: 'Use it here' });
    await button.waitFor();
    await s.page.evaluate(() => dispatchEvent(new Event('online')));
    assert.equal(s.mock.heard.slice(since).filter(({ action }) => action === Action.Register).length, 0);
    await button.click();
    await s.mock.waitFor(({ action }) => action === Action.Register, since);
    await button.waitFor({ state: 'hidden' });
    await s.done();
});

test('a protocol error is shown with a way to reload', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    s.mock.dropAll(1008);
    await s.page.getByRole('alertdialog').getByText('refused').waitFor();
    await s.page.getByRole('button', { name: 'Reload' }).click();
    await s.page.locator(by('total')).waitFor();
    await s.done();
});

test('a crash is explained and can be reloaded', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    s.mock.send(Action.Crash, { message: 'division by zero\n  at app.c:12' });
    const card = s.page.getByRole('alertdialog');
    await card.getByText('Something went wrong').waitFor();
    await card.getByText('Details').click();
    assert.match((await card.locator('pre').textContent())!, /app\.c:12/);
    await s.page.keyboard.press('Escape');
    assert.equal(await card.isVisible(), true);
    await s.page.getByRole('button', { name: 'Reload' }).click();
    await s.page.locator(by('total')).waitFor();
    await card.waitFor({ state: 'hidden' });
    await s.done();
});

test('garbled data: one complaint, a new registration, the page stays', async () => {
    const s = await stage(counter);
    await s.page.getByLabel('Name').fill('kept');
    await s.mock.waitFor((p) => isEvent('change')(p) && p.body['data'] === 'kept');
    for (const bytes of [
        [0, 0xc1],
        [0, 0x92, 9, 0x80],
        [0, 0x92, 2, 0x81, 0xa2, 0x69, 0x64, 1],
    ]) {
        const since = s.mock.heard.length;
        s.mock.sendRaw(Uint8Array.from(bytes));
        await s.mock.waitFor(({ action }) => action === Action.Register, since);
    }
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    assert.equal(await s.page.getByLabel('Name').inputValue(), 'kept');
    assert.equal(s.errors.length, 1);
    await s.done();
});

test('what is refused for good is said once, with the reason, and not tried again', async () => {
    const s = await stage(counter);
    await s.page.locator(by('total')).waitFor();
    const since = s.mock.heard.length;
    s.mock.dropAll(4413, 'the page is larger than a browser can be sent');
    const card = s.page.getByRole('alertdialog');
    await card.getByText('The page is larger than a browser can be sent.').waitFor();
    await s.page.evaluate(() => {
        dispatchEvent(new Event('online'));
        document.dispatchEvent(new Event('visibilitychange'));
        dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    });
    await s.page.waitForTimeout(500);
    assert.equal(s.mock.heard.slice(since).filter(({ action }) => action === Action.Register).length, 0);
    assert.ok(await card.isVisible());
    await card.getByRole('button', { name: 'Reload' }).click();
    await s.page.locator(by('total')).waitFor();
    await s.done();
});

test('a browser that forbids storage has a page all the same', async () => {
    const s = await stage((mock) => {
        counter(mock);
        mock.page['_services'] = {
            _c: 'ServiceRegistry',
            _i: 7,
            _services: [mock.make('SharedPreferences', { key: 'sp' })],
        };
    });
    await s.page.addInitScript(() => {
        for (const name of ['sessionStorage', 'localStorage'])
            Object.defineProperty(window, name, {
                get() {
                    throw new DOMException('Access is denied for this document.', 'SecurityError');
                },
            });
    });
    await s.page.reload();
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    // A reconnect finds the session, which lives as long as the page does.
    const since = s.mock.heard.length;
    s.mock.dropAll(1012);
    const again = await s.mock.waitFor(({ action }) => action === Action.Register, since);
    assert.equal(again.body['session_id'], 'session-1');
    const [preferences] = (s.mock.page['_services'] as Node)['_services'] as Node[];
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('2').waitFor();
    s.mock.send(Action.Invoke, { control_id: preferences!._i, call_id: 'p', name: 'get', args: { key: 'a' } });
    const { body } = await s.mock.waitFor((p) => p.action === Action.Invoke && p.body['call_id'] === 'p');
    assert.match(String(body['error']), /denied/);
    await s.done();
});

test('a paste that is too long is said, kept on the screen, and breaks nothing', async () => {
    const s = await stage(counter);
    const since = s.mock.heard.length;
    await s.page.getByLabel('Name').fill('x'.repeat(300_000));
    await s.page
        .getByText('This text is too long: 293 KiB of at most 255. It is not sent.')
        .filter({ visible: true })
        .first()
        .waitFor();
    await s.page.getByRole('button', { name: 'Add' }).click();
    await s.page.locator(by('total')).getByText('1').waitFor();
    assert.equal(s.mock.heard.slice(since).filter(({ action }) => action === Action.Register).length, 0);
    assert.equal((await s.page.getByLabel('Name').inputValue()).length, 300_000);
    await s.done();
});
