// Puts parts of compiled, tested code into the pages of docs/howto: what lies between `// --- snippet NAME`
// and `// --- end` in tests/howto/test_PAGE.c goes where the page says `<!-- snippet: NAME -->`.
//   node tools/embed_snippets.mjs          rewrites the pages
//   node tools/embed_snippets.mjs --check  fails when one differs, or a snippet has no place

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const top = fileURLToPath(new URL('../', import.meta.url));
const isCheck = process.argv.includes('--check');

function complain(problem) {
    console.error(problem);
    process.exitCode = 1;
}

function snippetsOf(source) {
    const found = new Map();
    for (const [, name, text] of source.matchAll(/^\/\/ --- snippet (\w+)\n([^]*?)^\/\/ --- end$/gm))
        found.set(name, text.trimEnd());
    return found;
}

for (const file of readdirSync(`${top}docs/howto`).filter((name) => name.endsWith('.md'))) {
    const page = `${top}docs/howto/${file}`;
    const source = `${top}tests/howto/test_${file.replace('.md', '').replaceAll('-', '_')}.c`;
    if (!existsSync(source)) continue;
    const snippets = snippetsOf(readFileSync(source, 'utf8'));
    const placed = new Set();
    const before = readFileSync(page, 'utf8');
    const after = before.replace(/<!-- snippet: (\w+) -->[^]*?<!-- end -->/g, (whole, name) => {
        placed.add(name);
        if (!snippets.has(name)) {
            complain(`docs/howto/${file}: there is no snippet ${name}`);
            return whole;
        }
        return `<!-- snippet: ${name} -->\n\`\`\`c\n${snippets.get(name)}\n\`\`\`\n<!-- end -->`;
    });
    for (const name of snippets.keys()) if (!placed.has(name)) complain(`docs/howto/${file} has no place for ${name}`);
    if (after === before) continue;
    if (isCheck) complain(`docs/howto/${file} differs from its code: run make generate`);
    else writeFileSync(page, after);
}
