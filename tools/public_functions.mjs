// What the public headers declare: functions with their parameters, and the names that a library has to have.

import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { headerAsC } from './header_as_c.mjs';

const include = fileURLToPath(new URL('../include/', import.meta.url));

/** All headers, as programs name them: "troupe/troupe.h". */
export const headers = (folder = include) =>
    readdirSync(`${folder}/troupe`, { recursive: true })
        .filter((name) => name.endsWith('.h'))
        .map((name) => `troupe/${name}`)
        .sort();

function withoutNoise(text) {
    let code = headerAsC(text)
        .replace(/\/\*[^]*?\*\//g, '')
        .replace(/\/\/.*$/gm, '')
        .replace(/^[ \t]*#(?:.*\\\n)*.*$/gm, '');
    // Attributes and bodies, from the inside out.
    for (let before; before !== code; ) {
        before = code;
        code = code.replace(/__attribute__\s*\(\([^()]*(?:\([^()]*\)[^()]*)*\)\)/g, '').replace(/\{[^{}]*\}/g, ';');
    }
    return code.replace(/\s+/g, ' ');
}

const statements = (text) =>
    withoutNoise(text)
        .split(';')
        .map((piece) => piece.trim());

function split(parameters) {
    const parts = [''];
    let depth = 0;
    for (const c of parameters) {
        depth += c === '(' ? 1 : c === ')' ? -1 : 0;
        if (c === ',' && depth === 0) parts.push('');
        else parts[parts.length - 1] += c;
    }
    return parts.map((part) => part.trim()).filter((part) => part !== '' && part !== 'void');
}

function parameter(text) {
    if (text === '...') return { type: '...', name: '' };
    if (text.includes('(*')) return { type: 'function', name: '' };
    const array = /^(.*?)(\w+)\s*\[[^\]]*\]$/.exec(text);
    if (array) return { type: `${array[1].trim()} *`.replace(/\s*\*$/, ' *'), name: array[2] };
    const match = /^(.*?[\s*])(\w+)$/.exec(text);
    return { type: match[1].trim().replace(/\s*\*/g, ' *').replace(/\* \*/g, '**'), name: match[2] };
}

const prototype = /^(?:extern )?((?!typedef|static|return|extern)[\w ]+?[ *]+)((?:tr|ui)_\w+)\((.*)\)$/;

/** The functions of a header that programs call by name; those of macros end with an underscore. */
export function functionsOf(text) {
    const found = [];
    for (const piece of statements(text)) {
        const match = prototype.exec(piece);
        if (match !== null && !match[2].endsWith('_'))
            found.push({ returns: match[1].trim(), name: match[2], parameters: split(match[3]).map(parameter) });
    }
    return found;
}

const data = /^extern [\w *]+?\b((?:tr|ui)_\w+)(?:\[\w*\])?$/;
// Of each object that includes troupe/linker_sets.h, not the library's.
const ELSEWHERE = new Set(['tr_linker_sets_here_']);

function preprocessed(headers, include) {
    const source = headers.map((name) => `#include <${name}>\n`).join('');
    const flags = ['-std=c17', '-E', '-P', `-I${include}`, '-xc', '-'];
    return execFileSync(process.env.CC ?? 'gcc', flags, { input: source, encoding: 'utf8', maxBuffer: 1 << 26 });
}

/** The functions and objects that these headers, and those that they include, declare: what a library exports. */
export function symbolsOf(headers, folder = include) {
    const names = statements(preprocessed(headers, folder)).map(
        (piece) => prototype.exec(piece)?.[2] ?? data.exec(piece)?.[1],
    );
    return [...new Set(names)].filter((name) => name !== undefined && !ELSEWHERE.has(name)).sort();
}

/** The structs, unions and enumerations that they define: "struct tr_app". */
export function typesOf(headers, folder = include) {
    const found = preprocessed(headers, folder).matchAll(
        /\b(struct|union|enum)\s+((?:tr|ui)_\w+)\s*(?:__attribute__\S+\s*)?\{/g,
    );
    return [...new Set([...found].map(([, kind, name]) => `${kind} ${name}`))].sort();
}
