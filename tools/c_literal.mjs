// Bytes as C string literals, which compilers read an order of magnitude faster than lists of numbers.

const LINE_BYTES = 1024;

const pieces = Array.from({ length: 256 }, (_, byte) => {
    const character = String.fromCharCode(byte);
    // Three octal digits always: a digit that follows cannot be swallowed. '?' would start trigraphs.
    const isPlain = byte >= 0x20 && byte < 0x7f && !'"\\?'.includes(character);
    return isPlain ? character : `\\${byte.toString(8).padStart(3, '0')}`;
});

export function literal(bytes) {
    const lines = [];
    for (let at = 0; at < bytes.length; at += LINE_BYTES) {
        let line = '';
        for (const byte of bytes.subarray(at, at + LINE_BYTES)) line += pieces[byte];
        lines.push(`    "${line}"`);
    }
    return lines.length > 0 ? lines.join('\n') : '    ""';
}
