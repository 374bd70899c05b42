// Puts the settings of host/options.def into docs, where a page says `<!-- options: KIND -->`: `all` for every
// setting, `flet` for what Flet's variables are here.
//   node tools/embed_options.mjs          rewrites the pages
//   node tools/embed_options.mjs --check  fails when one differs

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const isCheck = process.argv.includes('--check');

// The rows of one macro, each a list of its arguments; a text is without its quotes.
function rowsOf(source, macro) {
    const rows = [];
    for (const { index } of source.matchAll(new RegExp(`^${macro}\\(`, 'gm'))) {
        const row = [''];
        let depth = 1;
        for (let at = index + macro.length + 1; depth > 0; at++) {
            const rest = source.slice(at);
            const text = rest.match(/^"((?:[^"\\]|\\.)*)"/);
            if (text) {
                row[row.length - 1] += depth === 1 ? text[1] : text[0];
                at += text[0].length - 1;
                continue;
            }
            const char = source[at];
            if (char === '(') depth++;
            if (char === ')') depth--;
            if (depth === 0) break;
            if (char === ',' && depth === 1) row.push('');
            else if (!/\s/.test(char)) row[row.length - 1] += char;
        }
        rows.push(row);
    }
    return rows;
}

const source = readFileSync(`${top}host/options.def`, 'utf8');
const options = rowsOf(source, 'OPTION').map(([, flag, argument, variable, alias, value, , help]) => ({
    flag: flag && `--${flag}${argument && ` ${argument}`}`,
    variable: variable && `TROUPE_${variable}`,
    alias,
    value,
    help,
}));
const lacks = rowsOf(source, 'UNSUPPORTED').map(([variable, alias, why]) => ({ variable: `TROUPE_${variable}`, alias, why }));

const code = (text) => (text ? `\`${text}\`` : '');
const cell = (text) => text.replaceAll('|', '\\|');
const list = (...texts) => texts.filter(Boolean).map(code).join(', ');

const tables = {
    all: () => [
        '| option | variable, and Flet\'s | default | |',
        '| --- | --- | --- | --- |',
        ...options.map((o) => `| ${code(o.flag)} | ${list(o.variable, o.alias)} | ${code(o.value)} | ${cell(o.help)} |`),
    ],
    flet: () => [
        '| Flet | here | default | |',
        '| --- | --- | --- | --- |',
        ...options
            .filter((o) => o.alias)
            .map((o) => `| ${code(o.alias)} | ${list(o.flag.split(' ')[0], o.variable)} | ${code(o.value)} | ${cell(o.help)} |`),
        ...lacks.map((l) => `| ${code(l.alias)} | no effect, which a warning says | | ${l.why} |`),
    ],
};

for (const page of ['docs/operations.md', 'docs/from-flet.md']) {
    const before = readFileSync(top + page, 'utf8');
    let places = 0;
    const after = before.replace(/<!-- options: (\w+) -->[^]*?<!-- end -->/g, (whole, kind) => {
        places++;
        return `<!-- options: ${kind} -->\n${tables[kind]().join('\n')}\n<!-- end -->`;
    });
    if (places === 0) {
        console.error(`${page} has no place for the settings`);
        process.exitCode = 1;
    }
    if (after === before) continue;
    if (isCheck) {
        console.error(`${page} differs from host/options.def: run make generate`);
        process.exitCode = 1;
    } else writeFileSync(top + page, after);
}
