// JSON to msgpack, as far as the catalog's defaults need it; whole numbers become integers.

const utf8 = (text) => [...Buffer.from(text, 'utf8')];

function head(count, small, limit, wide) {
    if (count < limit) return [small | count];
    return [wide, count >> 8, count & 255];
}

function number(value) {
    if (Number.isInteger(value)) {
        if (value >= 0 && value < 128) return [value];
        if (value < 0 && value >= -32) return [256 + value];
        const bytes = Buffer.alloc(5);
        bytes[0] = 0xd2;
        bytes.writeInt32BE(value, 1);
        return [...bytes];
    }
    const bytes = Buffer.alloc(9);
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
    return [...bytes];
}

export function encode(value) {
    if (value === null || value === undefined) return [0xc0];
    if (typeof value === 'boolean') return [value ? 0xc3 : 0xc2];
    if (typeof value === 'number') return number(value);
    if (typeof value === 'string') {
        const bytes = utf8(value);
        return [...(bytes.length < 32 ? [0xa0 | bytes.length] : [0xd9, bytes.length]), ...bytes];
    }
    if (Array.isArray(value)) return [...head(value.length, 0x90, 16, 0xdc), ...value.flatMap(encode)];
    if ('$float' in value) return number(value.$float === 'inf' ? Infinity : NaN);
    const entries = Object.entries(value);
    return [...head(entries.length, 0x80, 16, 0xde), ...entries.flatMap(([key, item]) => [...encode(key), ...encode(item)])];
}
