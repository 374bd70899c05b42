// A public header as a page: its comments as text, its declarations as code.

const DECLARED = [
    /^#define (\w+)/gm,
    /^typedef (?:const )?(?:struct|enum|union|void|int|bool)[^;{]*?[\s*](\w+);/gm,
    /^(?:typedef )?(?:struct|enum|union) (\w+)\s*\{/gm,
    /\(\*(\w+)\)\(/g,
    /^(?:static TR_\w+_ )?(?!typedef|#|\s|static|\/)[\w\s*]*?[\s*](\w+)\(/gm,
    /^extern [^;(]*?[\s*](\w+)(?:\[\d*\])?;/gm,
];

// The names that a piece of code declares for authors: those that end with "_" are the headers' own.
export function namesOf(code) {
    const names = DECLARED.slice(0, 3).concat(DECLARED.slice(4)).flatMap((pattern) =>
        [...code.matchAll(pattern)].map((match) => [match.index, match[1]]));
    const found = names.sort((a, b) => a[0] - b[0]).map(([, name]) => name);
    return [...new Set(found)].filter((name) => /^(tr|ui|TR|UI)_/.test(name) && !name.endsWith('_'));
}

// A header's pieces: { comment: [line …], code: text }, either may be empty.
export function piecesOf(text) {
    const lines = text.split('\n');
    const pieces = [];
    let piece = { comment: [], code: [] };
    let depth = 0;
    const end = () => {
        if (piece.comment.length || piece.code.length) pieces.push({ comment: piece.comment, code: piece.code.join('\n') });
        piece = { comment: [], code: [] };
    };
    let isMacro = false;
    for (const line of lines) {
        if (isMacro || depth > 0) {
            piece.code.push(line);
        } else if (line.trim() === '') {
            end();
            continue;
        } else if (line.startsWith('//')) {
            if (piece.code.length) end();
            piece.comment.push(line.replace(/^\/\/ ?/, ''));
            continue;
        } else if (/^#(?!define)/.test(line)) {
            continue;
        } else {
            piece.code.push(line);
        }
        isMacro = line.endsWith('\\');
        if (!isMacro && !/^\s*#define/.test(line) && !piece.code[0].startsWith('#define')) {
            const bare = line.replace(/\/\/.*/, '').replace(/"[^"]*"/g, '');
            depth += (bare.match(/\{/g) ?? []).length - (bare.match(/\}/g) ?? []).length;
        }
    }
    end();
    return pieces;
}

// The guard is no declaration.
const body = (text) => text.replace(/^#ifndef (\w+)\n#define \1\n/m, '').replace(/\n#endif\s*$/, '\n');

const isPrivate = ({ code }) => code !== '' && namesOf(code).length === 0 && /^#define \w+_\b/.test(code);

// Words of the comment as Markdown; what is declared somewhere is a link to it.
function prose(line, link) {
    return line.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\*/g, '\\*')
        .replace(/(?<![\w`.])((?:tr|ui|TR|UI)_\w+)/g, (name) => link(name) ?? `\`${name}\``);
}

// Indented lines of a comment are code.
export function markdown(comment, link) {
    const out = [];
    let isCode = false;
    for (const line of comment) {
        const nowCode = /^ {4}/.test(line) || (isCode && line.trim() === '');
        if (nowCode !== isCode) out.push(nowCode ? '\n```c' : '```\n');
        isCode = nowCode;
        out.push(isCode ? line.slice(4) : prose(line, link));
    }
    if (isCode) out.push('```');
    return out.join('\n').replace(/\n+```\n/g, '\n```\n').replace(/\n\n\n+/g, '\n\n').trim();
}

const SECTION = /^-{2,} (.*?)(?: -{2,})?$/;

// `link` gives a name's link, or nothing.
export function headerPage(name, text, link) {
    const out = [`# troupe/${name}\n`, `\`#include <troupe/${name}>\`\n`];
    for (const piece of piecesOf(body(text))) {
        if (isPrivate(piece)) continue;
        const section = piece.comment.length ? SECTION.exec(piece.comment[0]) : null;
        if (section?.[1] === 'behind them') break; // of a header with its code: nobody else's
        const comment = section ? piece.comment.slice(1) : piece.comment;
        if (section) out.push(`## ${section[1][0].toUpperCase()}${section[1].slice(1)}\n`);
        const names = namesOf(piece.code);
        if (names.length) {
            out.push(names.map((item) => `<a id="${item}"></a>`).join(''));
            out.push(`### ${names.slice(0, 4).join(', ')}${names.length > 4 ? ' …' : ''}\n`);
        }
        if (comment.length) out.push(markdown(comment, link) + '\n');
        if (piece.code) out.push('```c\n' + piece.code + '\n```\n');
    }
    return out.join('\n').replace(/\n\n\n+/g, '\n\n');
}
