// The rows of one macro in a .def file, each a list of its arguments; a text is without its quotes.

export function rowsOf(source, macro) {
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
