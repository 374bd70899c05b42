// The renderer by itself, in a real document: what it draws how often, and what it keeps.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import esbuild from 'esbuild';
import type { Page } from 'playwright-core';
import { closeBrowser, stage, type Stage } from './browser.ts';
import type { Bench as BenchType, Raw } from './pages/render.ts';

after(closeBrowser);

declare const Bench: typeof BenchType;

let bundle: string | undefined;

async function benchPage(): Promise<{ s: Stage; page: Page }> {
    bundle ??= (
        await esbuild.build({
            entryPoints: ['e2e/pages/render.ts'],
            bundle: true,
            write: false,
            format: 'iife',
            target: 'es2022',
            define: { __PALETTE__: '""', __ICONS__: '""' },
            external: ['virtual:*'],
            loader: { '.css': 'text' },
        })
    ).outputFiles[0]!.text;
    const s = await stage((mock) =>
        mock.pages.set('/bench', '<link rel="icon" href="data:,"><body><main id="root"></main>'),
    );
    await s.page.goto(new URL('bench', s.page.url()).href);
    await s.page.addScriptTag({ content: bundle });
    return { s, page: s.page };
}

const box = (_i: number, controls: Raw[] = [], more = {}): Raw => ({ _c: 'Box', _i, controls, ...more });

test('a value set while something moves: the moved keeps element, focus, text and caret', async () => {
    const { s, page } = await benchPage();
    const found = await page.evaluate(
        ({ tree }) => {
            const root = document.getElementById('root')!;
            const bench = new Bench(root);
            bench.begin(root, tree);
            const input = root.querySelector('input')!;
            input.focus();
            input.value = 'hello';
            input.setSelectionRange(2, 2);
            // The order in which they are redrawn: the box it leaves, the field, which sets a value as it is
            // drawn, and then the box it comes to.
            bench.patch(
                1,
                [0, { controls: [1, { 0: [2, { controls: [3, { 0: [4] }] }], 1: [5, { controls: [6] }] }] }] as never,
                [0, 2, 'spacing', 3],
                [0, 4, 'value', 'h'],
                [3, 3, 0, 6, 0],
            );
            const now = root.querySelector('input')!;
            return {
                isSame: now === input,
                parent: now.parentElement!.dataset['id'],
                hasFocus: document.activeElement === input,
                value: now.value,
                caret: now.selectionStart,
                disposed: bench.disposed,
                limbo: root.querySelector('.t-limbo')?.childElementCount,
            };
        },
        { tree: [box(10, [{ _c: 'Field', _i: 12, value: '' }]), box(11)] },
    );
    assert.deepEqual(found, {
        isSame: true,
        parent: '11',
        hasFocus: true,
        value: 'hello',
        caret: 2,
        disposed: [],
        limbo: 0,
    });
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a change of many controls draws each of them once', async () => {
    const { s, page } = await benchPage();
    const found = await page.evaluate(() => {
        const root = document.getElementById('root')!;
        const bench = new Bench(root);
        // A chain of boxes, each in the one before, and a wide one.
        const box = (_i: number, controls: Raw[] = []): Raw => ({ _c: 'Box', _i, controls, disabled: false });
        let chain = box(209);
        for (let id = 208; id >= 10; id--) chain = box(id, [chain]);
        bench.begin(root, [
            chain,
            box(
                500,
                Array.from({ length: 300 }, (_, i) => box(501 + i)),
            ),
        ]);
        const all = [...root.querySelectorAll<HTMLElement>('[data-id]')].map(
            (e) => bench.store.find(Number(e.dataset['id']))!,
        );
        for (const control of all) control.props['disabled'] = true;
        bench.renderer.redraw(all);
        const once = [bench.drawn.size, bench.most()];
        bench.forget();
        // Nothing new for those below: only the changed one is drawn.
        bench.patch(10, [0], [0, 0, 'spacing', 2]);
        const one = [bench.drawn.size, bench.most()];
        return { once, one };
    });
    assert.deepEqual(found, { once: [502, 1], one: [1, 1] });
    await s.done();
});

test('what is disabled takes what lies in it along, once; also what moves into it', async () => {
    const { s, page } = await benchPage();
    const found = await page.evaluate(
        ({ tree }) => {
            const root = document.getElementById('root')!;
            const bench = new Bench(root);
            bench.begin(root, tree);
            const state = () =>
                ['10', '11', '12', '20', '30']
                    .map((id) => root.querySelector<HTMLElement>(`[data-id="${id}"]`)!.dataset['disabled'])
                    .join();
            bench.patch(10, [0], [0, 0, 'disabled', true]);
            const first = [state(), bench.most()];
            bench.forget();
            // From a free box into the disabled one.
            bench.patch(
                1,
                [0, { controls: [1, { 0: [2, { controls: [3] }], 1: [4, { controls: [5] }] }] }] as never,
                [3, 5, 0, 3, 0],
            );
            return { first, moved: [state(), bench.most()] };
        },
        { tree: [box(10, [box(11, [box(12)])]), box(20, [box(30)])] },
    );
    assert.deepEqual(found, {
        first: ['true,true,true,false,false', 1],
        moved: ['true,true,true,false,true', 1],
    });
    await s.done();
});

test('a control that asks for a drawing in each drawing is stopped and said once', async () => {
    const { s, page } = await benchPage();
    const found = await page.evaluate(() => {
        const root = document.getElementById('root')!;
        const bench = new Bench(root);
        bench.begin(root, [{ _c: 'Endless', _i: 10 }]);
        bench.patch(10, [0], [0, 0, 'runs', true]);
        return bench.most();
    });
    assert.ok(found > 1 && found < 50, String(found));
    assert.equal(s.errors.filter((line) => line.includes('Endless')).length, 1);
    await s.done();
});

test('what is let go is disposed once, inside out or not, also while code is on its way', async () => {
    const { s, page } = await benchPage();
    const found = await page.evaluate(
        async ({ tree }) => {
            const root = document.getElementById('root')!;
            const bench = new Bench(root);
            bench.begin(root, tree);
            bench.patch(1, [0, { controls: [1] }] as never, [2, 1, 0]);
            const removed = [...bench.disposed].sort().join();
            bench.arrive();
            await new Promise((done) => setTimeout(done, 20));
            return {
                removed,
                later: root.querySelector('[data-id="31"]') !== null,
                left: root.querySelectorAll('[data-id]').length,
            };
        },
        { tree: [box(10, [box(11, [box(12)])]), { _c: 'Later', _i: 30, controls: [box(31)] } as Raw] },
    );
    assert.deepEqual(found, { removed: '10,11,12', later: true, left: 3 });
    await s.done();
});
