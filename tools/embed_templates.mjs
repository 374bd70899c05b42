// What `troupe new` makes folders of, as a C source that defines tr_templates (desk/templates.h):
//
//     node tools/embed_templates.mjs build/generated/templates.c
//
// templates/app as it is; templates/cpp, the same in C++, with the other files of templates/app; and each example that
// the README has a row of, with its folder and its test, among the other files of templates/app. An app that somebody puts
// into examples/ is none.

import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { literal } from './c_literal.mjs';

const app = 'templates/app';
const common = readdirSync(app).filter((name) => !name.endsWith('.c'));
const own = readdirSync(app).filter((name) => name.endsWith('.c'));

// Here they have no dot, so that they mean nothing to Troupe's own folder.
const dotted = new Set(['clangd', 'dockerignore', 'gitignore']);

const from = (folder, names) =>
    names.map((name) => ({ path: dotted.has(name) ? `.${name}` : name, from: join(folder, name) }));
const fromApp = (names) => from(app, names);

function inCpp() {
    const files = readdirSync('templates/cpp');
    const rest = common.filter((name) => !files.includes(name));
    return { name: 'cpp', files: [...from('templates/cpp', files), ...fromApp(rest)] };
}

function example(name) {
    const files = [{ path: `${name}.c`, from: `examples/${name}.c` }];
    const folder = `examples/${name}`;
    if (existsSync(folder) && statSync(folder).isDirectory())
        for (const file of readdirSync(folder)) files.push({ path: `${name}/${file}`, from: `${folder}/${file}` });
    files.push({ path: `test_${name}.c`, from: `tests/examples/test_${name}.c` });
    return { name, files: [...files, ...fromApp(common)], about: `Troupe's example ${name}: ${shows(name)}.` };
}

// As the README has it, without what it links to.
function shows(name) {
    const row = readFileSync('README.md', 'utf8').match(
        new RegExp(`^\\| \`examples/${name}(?:\\.c)?\` \\| (.*) \\|$`, 'm'),
    );
    return row?.[1].replace('; the same app in Flet beside it', '');
}

// What a file is there is not what it is here: the README says what the example is, a test lies beside its app.
function textOf(from, about) {
    const text = readFileSync(from, 'utf8');
    return text.replace('@ABOUT@', () => about).replace('#include "../../examples/', '#include "');
}

const templates = [
    { name: 'app', files: fromApp([...own, ...common]) },
    inCpp(),
    ...readdirSync('examples')
        .filter((name) => name.endsWith('.c'))
        .map((name) => basename(name, '.c'))
        .filter((name) => shows(name))
        .map(example),
];

const lines = ['#include "desk/templates.h"', ''];
for (const { name, files, about = 'A web app, made with Troupe.' } of templates) {
    lines.push(`static const tr_template_file files_of_${name}[] = {`);
    for (const { path, from } of files) lines.push(`    {"${path}",`, `${literal(Buffer.from(textOf(from, about)))}},`);
    lines.push('    {0}};', '');
}
lines.push('const tr_template tr_templates[] = {');
for (const { name } of templates) lines.push(`    {"${name}", files_of_${name}},`);
lines.push('    {0}};', '');

const [, , out] = process.argv;
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, lines.join('\n'));
