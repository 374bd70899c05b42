// Puts the programs of examples/actors, and what they print, into the places that docs/actors.md keeps for
// them, so that what is read is what is compiled and run.
//   node tools/embed_programs.mjs          rewrites the page
//   node tools/embed_programs.mjs --check  fails when it differs, or a program has no place

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const page = `${top}docs/actors.md`;
const folder = `${top}examples/actors/`;

const before = readFileSync(page, 'utf8');
const placed = new Set();
const after = before.replace(/<!-- program: (\w+) -->[^]*?<!-- end -->/g, (_, name) => {
    placed.add(name);
    const source = readFileSync(`${folder}${name}.c`, 'utf8').trimEnd();
    const output = readFileSync(`${folder}${name}.expected`, 'utf8').trimEnd();
    return `<!-- program: ${name} -->\n\`\`\`c\n${source}\n\`\`\`\n\n\`\`\`text\n${output}\n\`\`\`\n<!-- end -->`;
});

const programs = readdirSync(folder).filter((file) => file.endsWith('.c')).map((file) => file.slice(0, -2));
const missing = programs.filter((name) => !placed.has(name));
if (missing.length > 0) {
    console.error(`docs/actors.md has no place for ${missing.join(', ')}`);
    process.exitCode = 1;
} else if (process.argv.includes('--check')) {
    if (after !== before) {
        console.error('docs/actors.md differs from examples/actors: run make generate');
        process.exitCode = 1;
    }
} else if (after !== before) {
    writeFileSync(page, after);
}
