// Puts the programs of examples/, and what they print, into the places that pages keep for them, so that
// what is read is what is compiled and run.
//   node tools/embed_programs.mjs          rewrites the pages
//   node tools/embed_programs.mjs --check  fails when one differs, or a program has no place

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const howtos = readdirSync(`${top}docs/howto`).filter((file) => file.endsWith('.md'));
// A folder's programs, and the pages that have places for them.
const shelves = [
    ['examples/actors/', ['docs/actors.md']],
    ['examples/tutorial/', ['docs/tutorial.md']],
    ['examples/from_flet/', ['docs/from-flet.md']],
    ['examples/coming_from/', ['liveview', 'streamlit', 'c'].map((from) => `docs/from-${from}.md`)],
    ['examples/howto/', howtos.map((file) => `docs/howto/${file}`)],
];

function fill(page, folder, placed) {
    const before = readFileSync(top + page, 'utf8');
    const after = before.replace(/<!-- program: (\w+) -->[^]*?<!-- end -->/g, (_, name) => {
        placed.add(name);
        const extension = existsSync(`${top}${folder}${name}.c`) ? 'c' : 'cpp';
        const source = readFileSync(`${top}${folder}${name}.${extension}`, 'utf8').trimEnd();
        const printed = `${top}${folder}${name}.expected`;
        const output = existsSync(printed) ? `\n\n\`\`\`text\n${readFileSync(printed, 'utf8').trimEnd()}\n\`\`\`` : '';
        return `<!-- program: ${name} -->\n\`\`\`${extension}\n${source}\n\`\`\`${output}\n<!-- end -->`;
    });
    if (after === before) return;
    if (process.argv.includes('--check')) complain(`${page} differs from ${folder}: run make generate`);
    else writeFileSync(top + page, after);
}

function complain(words) {
    console.error(words);
    process.exitCode = 1;
}

for (const [folder, pages] of shelves) {
    const placed = new Set();
    for (const page of pages) fill(page, folder, placed);
    const programs = readdirSync(top + folder)
        .filter((file) => /\.(c|cpp)$/.test(file))
        .map((file) => file.replace(/\.\w+$/, ''));
    const missing = programs.filter((name) => !placed.has(name));
    if (missing.length > 0) complain(`no page has a place for ${missing.join(', ')} of ${folder}`);
}
