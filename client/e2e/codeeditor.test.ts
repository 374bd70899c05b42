// Code that is typed, coloured, folded and left again.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from '../test/support/calls.ts';
import type { Node } from '../test/support/mock.ts';
import { becomes, closeBrowser, counts, hasFocus, stage, until } from './browser.ts';

after(closeBrowser);

const PROGRAM = '#include <a.h>\n#include <b.h>\n\nint main(void)\n{\n    return 0;\n}\n';

test('what is typed is told, and what the server sets meanwhile stays in it', async () => {
    const told: unknown[] = [];
    let editor!: Node;
    const s = await stage((mock) => {
        editor = mock.make('CodeEditor', {
            value: 'one\ntwo',
            tooltip: 'Program',
            on_change: (data: unknown) => told.push(data),
        });
        mock.controls.push(editor);
    });
    const box = s.page.getByRole('textbox', { name: 'Program' });
    await box.click();
    await s.page.keyboard.press('Control+End');
    await s.page.keyboard.type('!');
    await becomes(() => told.at(-1), 'one\ntwo!');
    // The server writes at the beginning, the person goes on at the end.
    s.mock.set(editor, { value: 'ONE\ntwo!' });
    await s.page.getByText('ONE', { exact: true }).waitFor();
    await s.page.keyboard.type('?');
    await becomes(() => told.at(-1), 'ONE\ntwo!?');
    s.mock.set(editor, { read_only: true });
    await s.page.locator('[aria-readonly=true]').waitFor();
    await s.page.keyboard.type('x');
    assert.equal(told.at(-1), 'ONE\ntwo!?');
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('a language has its colours and folds, under a policy without exceptions', async () => {
    let editor!: Node;
    const s = await stage((mock) => {
        editor = mock.make('CodeEditor', { value: PROGRAM, language: 'cpp', height: 300 });
        mock.controls.push(editor);
    });
    const word = s.page.getByText('return', { exact: true });
    await word.waitFor();
    const shade = (at: typeof word) => at.evaluate((e) => getComputedStyle(e).color);
    await until(async () => (await shade(word)) !== (await shade(s.page.locator('.cm-content'))));
    await s.page.locator('.cm-lineNumbers').getByText('7', { exact: true }).waitFor();
    assert.equal(await call(s.mock, editor, 'fold_imports'), null);
    await s.page.getByText('<b.h>').waitFor({ state: 'detached' });
    assert.equal(await call(s.mock, editor, 'fold_at', { line_number: 4 }), null);
    await word.waitFor({ state: 'detached' });
    s.mock.set(editor, { gutter_style: { show_line_numbers: false } });
    await counts(s.page.locator('.cm-lineNumbers'), 0);
    assert.deepEqual(s.errors, []);
    await s.done();
});

test('Tab indents, and Escape and Tab leave', async () => {
    const told: unknown[] = [];
    let editor!: Node;
    const s = await stage((mock) => {
        const hear = (name: string) => () => told.push(name);
        editor = mock.make('CodeEditor', { value: 'a', on_focus: hear('focus'), on_blur: hear('blur') });
        mock.controls.push(editor, mock.make('Button', { content: 'After' }));
    });
    const box = s.page.getByRole('textbox', { name: 'Code' });
    assert.equal(await call(s.mock, editor, 'focus'), null);
    await hasFocus(box);
    await s.page.keyboard.press('Tab');
    await becomes(() => box.textContent(), '  a');
    await s.page.keyboard.press('Escape');
    await s.page.keyboard.press('Tab');
    await hasFocus(s.page.getByRole('button', { name: 'After' }));
    await becomes(() => told, ['focus', 'blur']);
    await s.done();
});

test('selections, issues and words to choose', async () => {
    const told: { selected_text: string }[] = [];
    let editor!: Node;
    const s = await stage((mock) => {
        editor = mock.make('CodeEditor', {
            value: 'first\nsecond',
            autocomplete: true,
            autocomplete_words: ['seventeen'],
            issues: [{ line: 1, message: 'It is wrong', type: 'error' }],
            on_selection_change: (data: { selected_text: string }) => told.push(data),
        });
        mock.controls.push(editor);
    });
    await counts(s.page.locator('.cm-lintRange-error'), 1);
    await s.page.locator('.cm-lint-marker-error').hover();
    await s.page.getByText('It is wrong').waitFor();
    const box = s.page.getByRole('textbox', { name: 'Code' });
    await box.focus();
    await s.page.keyboard.press('Control+a');
    await until(() => told.at(-1)?.selected_text === 'first\nsecond');
    s.mock.set(editor, { selection: { base_offset: 5, extent_offset: 5 } });
    // The answer comes when the selection is there.
    assert.equal(await call(s.mock, editor, 'focus'), null);
    await s.page.keyboard.type(' seven');
    await s.page.getByRole('option', { name: /^seven ?teen$/ }).waitFor();
    assert.deepEqual(s.errors, []);
    await s.done();
});
