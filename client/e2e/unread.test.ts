import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { closeBrowser, stage } from './browser.ts';

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
