// Puts tables of the code into docs, where a page says `<!-- table: NAME -->`: `options` for every setting of
// host/options.def, `flet` for what Flet's variables are here, `closes` for wire/close_codes.def, `refusals` for
// base/refusals.def, `metrics` for metrics/metrics.def.
//   node tools/embed_tables.mjs          rewrites the pages
//   node tools/embed_tables.mjs --check  fails when one differs

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rowsOf } from './def_rows.mjs';

const top = fileURLToPath(new URL('../', import.meta.url));
const isCheck = process.argv.includes('--check');

const source = readFileSync(`${top}host/options.def`, 'utf8');
const options = rowsOf(source, 'OPTION').map(([, flag, argument, variable, alias, value, , , help]) => ({
    flag: flag && `--${flag}${argument && ` ${argument}`}`,
    variable: variable && `TROUPE_${variable}`,
    alias,
    value,
    help,
}));

const closes = rowsOf(readFileSync(`${top}wire/close_codes.def`, 'utf8'), 'CLOSE');

const metrics = rowsOf(readFileSync(`${top}metrics/metrics.def`, 'utf8'), 'FAMILY');

const kinds = {
    COUNTER: 'counter',
    GAUGE: 'gauge',
    MAXIMUM: 'gauge',
    LATENCY: 'histogram',
    SIZES: 'histogram',
};
const code = (text) => (text ? `\`${text}\`` : '');
const cell = (text) => text.replaceAll('|', '\\|');
const list = (...texts) => texts.filter(Boolean).map(code).join(', ');

const tables = {
    options: () => [
        "| option | variable, and Flet's | default | |",
        '| --- | --- | --- | --- |',
        ...options.map(
            (o) => `| ${code(o.flag)} | ${list(o.variable, o.alias)} | ${code(o.value)} | ${cell(o.help)} |`,
        ),
    ],
    flet: () => [
        '| Flet | here | default | |',
        '| --- | --- | --- | --- |',
        ...options
            .filter((o) => o.alias)
            .map(
                (o) =>
                    `| ${code(o.alias)} | ${list(o.flag.split(' ')[0], o.variable)} | ${code(o.value)} | ${cell(o.help)} |`,
            ),
    ],
};

tables.closes = () => [
    '| code | said by | does trying again help | meaning |',
    '| --- | --- | --- | --- |',
    ...closes.map(([, number, who, again, meaning]) => `| ${number} | ${who} | ${again} | ${cell(meaning)} |`),
];

const refusals = rowsOf(readFileSync(`${top}base/refusals.def`, 'utf8'), 'REFUSAL');
tables.refusals = () => [
    '| reason | what is refused |',
    '| --- | --- |',
    ...refusals.map(([, name, what]) => `| \`${name}\` | ${cell(what)} |`),
];

tables.metrics = () => [
    '| metric | kind | |',
    '| --- | --- | --- |',
    ...metrics.map(([, kind, , name, help]) => `| \`${name}\` | ${kinds[kind]} | ${cell(help)} |`),
];

for (const page of ['docs/metrics.md', 'docs/operations.md', 'docs/from-flet.md']) {
    const before = readFileSync(top + page, 'utf8');
    let places = 0;
    const after = before.replace(/<!-- table: (\w+) -->[^]*?<!-- end -->/g, (_whole, kind) => {
        places++;
        return `<!-- table: ${kind} -->\n${tables[kind]().join('\n')}\n<!-- end -->`;
    });
    if (places === 0) {
        console.error(`${page} has no place for a table`);
        process.exitCode = 1;
    }
    if (after === before) continue;
    if (isCheck) {
        console.error(`${page} differs from the code: run make generate`);
        process.exitCode = 1;
    } else writeFileSync(top + page, after);
}
