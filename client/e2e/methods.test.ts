// Calls of the server to the browser, answered by a real one.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import type { Mock, Node } from '../test/support/mock.ts';
import { by, closeBrowser, stage } from './browser.ts';

after(closeBrowser);

let calls = 0;

// One call, and what the browser answered.
async function call(mock: Mock, node: Node, name: string, args?: object): Promise<unknown> {
    const call_id = `call-${++calls}`;
    mock.send(Action.Invoke, { control_id: node._i, call_id, name, ...(args && { args }) });
    const { body } = await mock.waitFor(
        (packet) => packet.action === Action.Invoke && packet.body['call_id'] === call_id,
    );
    assert.equal(body['control_id'], node._i);
    return body['error'] === null ? body['result'] : `error: ${String(body['error'])}`;
}

test('focus goes to the control, and a method it does not have is refused in words', async () => {
    let field!: Node;
    let label!: Node;
    const s = await stage((mock) => {
        field = mock.make('TextField', { label: 'Name', key: 'name' });
        label = mock.make('Text', { value: 'Hello', key: 'label' });
        mock.controls.push(label, field);
    });
    await s.page.locator(by('name')).waitFor();
    assert.equal(await call(s.mock, field, 'focus'), null);
    await s.page.keyboard.type('Ada');
    assert.equal(await s.page.getByLabel('Name').inputValue(), 'Ada');
    assert.equal(await call(s.mock, label, 'focus'), 'error: Text.focus is not supported by this client');
    assert.match(String(await call(s.mock, { _c: 'Text', _i: 999 }, 'focus')), /inexistent control: 999/);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a call right behind a control waits for the code that draws it', async () => {
    const s = await stage((mock) => {
        mock.controls.push(mock.make('Text', { value: 'Hello' }));
    });
    const field = s.mock.make('TextField', { label: 'Name', key: 'name' });
    // Code of three files that this page has not loaded, one asked for after the other.
    const card = s.mock.make('Card', {
        content: s.mock.make('ResponsiveRow', { controls: [s.mock.make('Stack', { controls: [field] })] }),
    });
    s.mock.edit(s.mock.view, 'controls', [1, 0, card]);
    assert.equal(await call(s.mock, field, 'focus'), null);
    assert.ok(await s.page.evaluate((at) => document.activeElement!.matches(at), by('name')));
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a field that wants the focus as it appears gives way to a call', async () => {
    const s = await stage((mock) => {
        mock.controls.push(mock.make('TextField', { label: 'Other', key: 'other' }));
    });
    const first = s.mock.make('TextField', { label: 'First', key: 'first', autofocus: true });
    const second = s.mock.make('TextField', { label: 'Second', key: 'second' });
    s.mock.edit(s.mock.view, 'controls', [1, 0, first], [1, 1, second]);
    assert.equal(await call(s.mock, second, 'focus'), null);
    await s.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.ok(await s.page.evaluate((at) => document.activeElement!.matches(at), by('second')));
    // Without one it has it.
    const third = s.mock.make('TextField', { label: 'Third', key: 'third', autofocus: true });
    s.mock.edit(s.mock.view, 'controls', [1, 0, third]);
    await s.page.waitForFunction((at) => document.activeElement!.matches(at), by('third'));
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a list scrolls to its end and back', async () => {
    let list!: Node;
    const s = await stage((mock) => {
        const rows = Array.from({ length: 100 }, (_, at) => mock.make('Text', { value: `row ${at}` }));
        list = mock.make('ListView', { controls: rows, height: 200, key: 'list' });
        mock.controls.push(list);
    });
    await s.page.getByText('row 3', { exact: true }).waitFor();
    assert.equal(
        await call(s.mock, list, 'scroll_to', {
            offset: -1,
            delta: null,
            scroll_key: null,
            duration: 0,
            curve: 'ease',
        }),
        null,
    );
    await s.page.waitForFunction(() => {
        const last = [...document.querySelectorAll('*')].find(
            (at) => !at.children.length && at.textContent === 'row 99',
        )!;
        return last.getBoundingClientRect().top < innerHeight && last.checkVisibility();
    });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('services: clipboard, storage, device', async () => {
    const made: { [type: string]: Node } = {};
    const s = await stage(
        (mock) => {
            for (const type of ['Clipboard', 'SharedPreferences', 'SemanticsService', 'Connectivity', 'StoragePaths'])
                made[type] = mock.make(type);
            (mock.page['_services'] as Node)['_services'] = Object.values(made);
        },
        { permissions: ['clipboard-read', 'clipboard-write'] },
    );
    const { Clipboard, SharedPreferences, SemanticsService, Connectivity, StoragePaths } = made;
    assert.equal(await call(s.mock, Clipboard!, 'set', { data: 'from the server' }), null);
    assert.equal(await call(s.mock, Clipboard!, 'get'), 'from the server');
    assert.equal(await call(s.mock, SharedPreferences!, 'set', { key: 'theme', value: ['a', 'b'] }), true);
    assert.equal(await call(s.mock, SharedPreferences!, 'contains_key', { key: 'theme' }), true);
    assert.deepEqual(await call(s.mock, SharedPreferences!, 'get', { key: 'theme' }), ['a', 'b']);
    assert.deepEqual(await call(s.mock, SharedPreferences!, 'get_keys', { key_prefix: 'th' }), ['theme']);
    assert.equal(await call(s.mock, SharedPreferences!, 'remove', { key: 'theme' }), true);
    assert.equal(await call(s.mock, SharedPreferences!, 'get', { key: 'theme' }), null);
    const features = await call(s.mock, SemanticsService!, 'get_accessibility_features');
    assert.equal((features as { [name: string]: unknown })['supports_announcements'], true);
    assert.ok(Array.isArray(await call(s.mock, Connectivity!, 'get_connectivity')));
    const info = await call(s.mock, { _c: 'Page', _i: 1 }, 'get_device_info');
    assert.equal((info as { [name: string]: unknown })['browser_name'], 'chrome');
    assert.equal(await call(s.mock, StoragePaths!, 'get_temporary_directory'), null);
    assert.equal(
        await call(s.mock, StoragePaths!, 'get_moon'),
        'error: StoragePaths.get_moon is not supported by this client',
    );
    assert.deepEqual(s.errors, []);
    await s.done();
});
