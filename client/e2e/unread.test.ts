import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Action } from '../src/core/packets.ts';
import { closeBrowser, counts, stage } from './browser.ts';

after(closeBrowser);

test('a property that nothing reads is said once for its kind', async () => {
    const s = await stage(() => undefined);
    const said: string[] = [];
    let heard: () => void = () => undefined;
    s.page.on('console', (message) => {
        if (message.type() === 'warning') said.push(message.text());
        heard();
    });
    const saying = async (count: number) => {
        while (said.length < count) await new Promise<void>((done) => (heard = done));
    };
    const texts = ['one', 'two'].map((key) =>
        s.mock.make('Text', { value: key, key, style: { size: 9 }, semantics_fold: 3, empty: null }),
    );
    s.mock.edit(s.mock.view, 'controls', ...texts.map((node) => [1, 0, node]));
    await saying(1);
    s.mock.set(texts[1]!, { semantics_fold: 4, twist: true });
    await saying(2);
    assert.deepEqual(said, [
        'troupe: Text.semantics_fold is not read by this client',
        'troupe: Text.twist is not read by this client',
    ]);
    await s.done();
});

test('a control that is not drawn says so on the page, and once for its kind to the server', async () => {
    const s = await stage((mock) => {
        mock.controls.push(mock.make('Hologram'), mock.make('Hologram'), mock.make('Text', { value: 'there' }));
    });
    const isNews = ({ action, body }: { action: number; body: { [name: string]: unknown } }) =>
        action === Action.Update && Object.hasOwn(body['props'] as object, '_undrawn');
    const { body } = await s.mock.waitFor(isNews);
    // Which of the two is first is not said: their code comes on demand.
    const ids = s.mock.controls.slice(0, 2).map(({ _i }) => _i);
    assert.ok(ids.includes(body['id'] as number));
    assert.deepEqual(body['props'], { _undrawn: true });
    await s.page.getByText('there').waitFor();
    await counts(s.page.locator('.t-placeholder'), 2);
    assert.equal(s.mock.heard.filter(isNews).length, 1);
    assert.deepEqual(s.errors, []);
    await s.done();
});
