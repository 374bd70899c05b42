// PNG (https://www.w3.org/TR/png-3/), as far as it is needed: 8 bits of red, green and blue (and alpha, when read), not interlaced.

import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const RGB = 2;
const RGBA = 6;

function* chunksOf(bytes) {
    for (let at = SIGNATURE.length; at < bytes.length; ) {
        const length = bytes.readUInt32BE(at);
        yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, at + 8 + length) };
        at += length + 12;
    }
}

/** Width, height, samples of a pixel, and all samples, row by row. */
export function decode(bytes) {
    const chunks = [...chunksOf(bytes)];
    const head = chunks.find(({ type }) => type === 'IHDR').data;
    const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
    const [depth, color, , , interlaced] = head.subarray(8);
    if (depth !== 8 || interlaced || ![RGB, RGBA].includes(color)) throw new Error('a PNG of another kind');
    const samples = color === RGB ? 3 : 4;
    const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
    return { width, height, samples, data: unfilter(inflateSync(packed), width * samples, height, samples) };
}

function unfilter(lines, length, height, samples) {
    const out = new Uint8Array(length * height);
    for (let y = 0; y < height; y++) {
        const from = y * (length + 1);
        const line = out.subarray(y * length, (y + 1) * length);
        const above = y > 0 ? out.subarray((y - 1) * length, y * length) : new Uint8Array(length);
        UNFILTER[lines[from]](lines.subarray(from + 1, from + 1 + length), line, above, samples);
    }
    return out;
}

const UNFILTER = [
    (from, to) => to.set(from),
    (from, to, _above, n) => {
        for (let i = 0; i < to.length; i++) to[i] = from[i] + (i < n ? 0 : to[i - n]);
    },
    (from, to, above) => {
        for (let i = 0; i < to.length; i++) to[i] = from[i] + above[i];
    },
    (from, to, above, n) => {
        for (let i = 0; i < to.length; i++) to[i] = from[i] + (((i < n ? 0 : to[i - n]) + above[i]) >> 1);
    },
    (from, to, above, n) => {
        for (let i = 0; i < to.length; i++)
            to[i] = from[i] + (i < n ? above[i] : paeth(to[i - n], above[i], above[i - n]));
    },
];

function paeth(left, above, corner) {
    const guess = left + above - corner;
    const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
    if (a <= b && a <= c) return left;
    return b <= c ? above : corner;
}

/** A picture of three samples a pixel. */
export function encode({ width, height, data }) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, RGB, 0, 0, 0], 8);
    const lines = Buffer.alloc((width * 3 + 1) * height);
    for (let y = 0; y < height; y++) {
        lines[y * (width * 3 + 1)] = 0;
        lines.set(data.subarray(y * width * 3, (y + 1) * width * 3), y * (width * 3 + 1) + 1);
    }
    const packed = deflateSync(lines, { level: 9, memLevel: 9 });
    return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type, data) {
    const out = Buffer.alloc(data.length + 12);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4, 'latin1');
    out.set(data, 8);
    out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
    return out;
}

const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb88320 ^ (rest >>> 1) : rest >>> 1;
    return rest;
});

function crc32(bytes) {
    let rest = 0xffffffff;
    for (const byte of bytes) rest = REMAINDERS[(rest ^ byte) & 255] ^ (rest >>> 8);
    return ~rest >>> 0;
}
