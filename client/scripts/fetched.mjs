// Makes each `import()` of the sources, and of the packages' code that they name, a call of fetchModule (src/dom/code.ts),
// which asks again in a way that every browser takes. In two steps, as only esbuild knows the files' names: before it the
// sources get the call around the import, after it the call gets the file's name instead of the import.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const IMPORT = /\bimport\(\s*('[^']*')\s*,?\s*\)/g;
const NAMED = /\(\)=>import\(("\.\/[^"]*\.js")\)/g;

export function withFetches(text, src) {
    if (text.search(IMPORT) < 0) return text;
    const from = JSON.stringify(join(src, 'dom', 'code.ts'));
    return `import { fetchModule as fetch_module } from ${from};\n${text.replace(IMPORT, 'fetch_module(() => import($1))')}`;
}

// `first` are the files that the first load brings. Each of the others says on its first line which of them it needs.
export function nameFetches(folder, outputs, first) {
    const files = Object.keys(outputs).filter((name) => name.endsWith('.js'));
    for (const name of files) {
        const parts = [...importsOf(outputs, name)].filter((part) => !first.has(part));
        const line = first.has(name) || !parts.length ? '' : `//${parts.map(baseOf).join(' ')}\n`;
        const file = join(folder, baseOf(name));
        const text = readFileSync(file, 'utf8').replace(NAMED, '$1');
        if (/\bimport\(["'`]/.test(text)) throw new Error(`${file}: an import() that asks once only`);
        writeFileSync(file, line + text);
    }
}

// What is imported with it, and with that.
export function importsOf(outputs, name, found = new Set()) {
    for (const { path, kind } of outputs[name].imports) {
        if (kind !== 'import-statement' || found.has(path)) continue;
        found.add(path);
        importsOf(outputs, path, found);
    }
    return found;
}

const baseOf = (name) => name.split('/').pop();
