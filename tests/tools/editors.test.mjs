// What an editor shows of a property: a line of its own in the header, with its meaning, which clangd gives to who asks.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const include = join(dirname(fileURLToPath(import.meta.url)), '../../include');
const generated = (name) => readFileSync(join(include, `troupe/controls/generated/${name}.h`), 'utf8');

test('each property stands on a line of its own, and says what it is', () => {
    for (const name of ['controls', 'values', 'methods']) {
        const structs = [...generated(name).matchAll(/^(?:typedef )?struct (ui_\w+) \{\n([^}]*)\}/gm)];
        assert.ok(structs.length > 50, name);
        for (const [, struct, body] of structs)
            for (const line of body.trimEnd().split('\n')) {
                assert.match(line, /^ {4}[^;]+;( \/\/ .+)?$/, struct);
                if (!/[ *](?:control_|value_|call_|page|key|result);/.test(line)) assert.match(line, /; \/\/ /, struct);
            }
    }
    assert.match(generated('controls'), /^ {4}const char \*bgcolor; \/\/ colour: /m);
    assert.match(generated('controls'), /^ {4}enum ui_text_align text_align; \/\/ UI_TEXT_ALIGN_LEFT, _RIGHT/m);
});

const clangd = ['clangd', 'clangd-19', 'clangd-14'].find((name) => !spawnSync(name, ['--version']).error);

/** A program that speaks the Language Server Protocol, with a question at a time. */
function server(folder) {
    const child = spawn(clangd, ['--log=error', '--background-index=false'], {
        cwd: folder,
        stdio: ['pipe', 'pipe', 'ignore'],
    });
    const waiting = new Map();
    let rest = Buffer.alloc(0);
    child.stdout.on('data', (piece) => {
        rest = Buffer.concat([rest, piece]);
        for (let head; (head = rest.indexOf('\r\n\r\n')) >= 0; ) {
            const end = head + 4 + Number(/Content-Length: (\d+)/.exec(rest.subarray(0, head))[1]);
            if (rest.length < end) return;
            const message = JSON.parse(rest.subarray(head + 4, end));
            rest = rest.subarray(end);
            waiting.get(message.id)?.(message.result);
        }
    });
    const send = (message) => {
        const text = JSON.stringify({ jsonrpc: '2.0', ...message });
        child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    let id = 0;
    return {
        tell: (method, params) => send({ method, params }),
        ask: (method, params) =>
            new Promise((resolve) => {
                waiting.set(++id, resolve);
                send({ id, method, params });
            }),
        end: () => child.kill(),
    };
}

const SOURCE = `#include <troupe/troupe.h>
ui_control *build(void);
ui_control *build(void)
{
    return ui_container(.bgcolor = "red", .padding = ui_padding(8), .width = 40);
}
`;

function placeOf(text) {
    const before = SOURCE.slice(0, SOURCE.indexOf(text) + 1).split('\n');
    return { line: before.length - 1, character: before.at(-1).length };
}

test('clangd tells what a property is', { skip: clangd === undefined && 'no clangd' }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'troupe-clangd-'));
    const uri = `file://${join(folder, 'app.c')}`;
    writeFileSync(join(folder, 'compile_flags.txt'), `-std=c17\n-I${include}\n`);
    const { ask, tell, end } = server(folder);
    try {
        await ask('initialize', { processId: null, rootUri: null, capabilities: {} });
        tell('initialized', {});
        tell('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: SOURCE } });
        const hover = async (text) =>
            (await ask('textDocument/hover', { textDocument: { uri }, position: placeOf(text) })).contents.value;
        assert.match(await hover('.bgcolor'), /colour: its name or/);
        assert.match(await hover('.padding'), /ui_padding\(…\)/);
        assert.match(await hover('.width'), /double[^]*number/);
        const list = await ask('textDocument/completion', { textDocument: { uri }, position: placeOf('.width') });
        const labels = list.items.map(({ label }) => label.trim());
        for (const name of ['bgcolor', 'padding', 'tooltip']) assert.ok(labels.includes(name), name);
    } finally {
        end();
        rmSync(folder, { recursive: true });
    }
});
