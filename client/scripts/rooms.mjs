// Checks the rooms of the client: which folder may import which, that no files import each other in a
// circle, and that no module keeps state, which two apps on one page would share.
//     node scripts/rooms.mjs [folder of sources]

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

// '' are the files that join the rooms: app.ts and main.ts.
const MAY_IMPORT = {
    core: ['core'],
    dom: ['core', 'dom'],
    services: ['core', 'dom', 'services'],
    controls: ['core', 'dom', 'controls'],
    // What `troupe dev` shows over a page: a script of its own.
    desk: ['core', 'desk'],
    // What runs apart from the page, in a worker: each a script of its own.
    players: ['core', 'players'],
    '': ['core', 'dom', 'services', 'controls', ''],
};
const SHARED = /\/\/ Shared: \w/;

const root = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'src');
const files = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.ts'));
const imports = new Map();
const faults = [];

for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    imports.set(file, importsOf(source, file));
    checkArrows(file);
    if (!file.endsWith('.d.ts')) checkState(source, file);
}
checkCircles();
for (const fault of faults) console.error(`rooms: ${fault}`);
process.exit(faults.length ? 1 : 0);

// Static, type-only and dynamic imports alike.
function importsOf(source, file) {
    const found = [];
    const note = (name) => {
        if (name && ts.isStringLiteralLike(name) && name.text.startsWith('.') && name.text.endsWith('.ts'))
            found.push(normalize(join(dirname(file), name.text)));
    };
    const visit = (node) => {
        if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) note(node.moduleSpecifier);
        if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) note(node.arguments[0]);
        ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
}

function roomOf(file) {
    return dirname(file) === '.' ? '' : file.split('/')[0];
}

function checkArrows(file) {
    const allowed = MAY_IMPORT[roomOf(file)];
    if (!allowed) return faults.push(`${file} lies in no room`);
    for (const target of imports.get(file))
        if (!allowed.includes(roomOf(target)))
            faults.push(`${file} imports ${target}: ${roomOf(file)} may import ${allowed.join(', ')} only`);
}

function checkCircles() {
    const done = new Set();
    const visit = (file, path) => {
        if (path.includes(file)) {
            faults.push(`a circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
            return;
        }
        if (done.has(file)) return;
        for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
        done.add(file);
    };
    for (const file of files) visit(file, []);
}

// Only constants may live in a module: no `let`, no collection that can grow, no element, no instance.
function checkState(source, file) {
    for (const statement of source.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) continue;
        const comments = source.text.slice(statement.getFullStart(), statement.getStart());
        if (SHARED.test(comments)) continue;
        const isConst = statement.declarationList.flags & ts.NodeFlags.Const;
        for (const one of statement.declarationList.declarations)
            if (!isConst || isState(one.initializer, one.type, source))
                faults.push(
                    `${file}: ${one.name.getText(source)} is state of the module; make it the app's, or ` +
                        'say above it "// Shared: why"',
                );
    }
}

function isState(value, type, source) {
    if (!value) return false;
    if (ts.isAsExpression(value)) return isState(value.expression, type, source);
    if (ts.isCallExpression(value)) return /^(document|window|matchMedia)\b/.test(value.expression.getText(source));
    if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0;
    if (ts.isObjectLiteralExpression(value)) return value.properties.length === 0;
    if (!ts.isNewExpression(value)) return false;
    const name = value.expression.getText(source);
    // A table that is written out, and patterns, are constants.
    if (name === 'RegExp') return false;
    if (name === 'Set' || name === 'Map')
        return !value.arguments?.length || !/^Readonly/.test(type?.getText(source) ?? 'Readonly');
    return true;
}
