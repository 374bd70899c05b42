// A picture in short: the mean colour of each block of pixels, in steps. What moved, went, or has another colour is another
// block; what the edge of a letter does is not.

export const BLOCK_PX = 8;
const STEP = 8;
// Between means of the same: two Chromiums, fonts of two Debians.
export const TOLERANCE = 20;

export function reduce({ width, height, samples, data }, size = BLOCK_PX) {
    const columns = Math.ceil(width / size);
    const rows = Math.ceil(height / size);
    const sums = new Float64Array(columns * rows * 3);
    for (let y = 0, at = 0; y < height; y++) {
        const row = Math.floor(y / size) * columns;
        for (let x = 0; x < width; x++, at += samples) {
            const block = (row + Math.floor(x / size)) * 3;
            sums[block] += data[at];
            sums[block + 1] += data[at + 1];
            sums[block + 2] += data[at + 2];
        }
    }
    const pixels = (at, whole) => Math.min(size, whole - at * size);
    const means = new Uint8Array(sums.length);
    for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) {
            const count = pixels(x, width) * pixels(y, height);
            for (let i = 0; i < 3; i++) {
                const at = (y * columns + x) * 3 + i;
                means[at] = Math.min(255, Math.round(sums[at] / count / STEP) * STEP);
            }
        }
    return { width: columns, height: rows, data: means };
}

/** The blocks that differ: where, and by how much. Of another size, all do. */
export function differences(one, other, tolerance = TOLERANCE) {
    if (one.width !== other.width || one.height !== other.height) return [{ x: 0, y: 0, by: 255 }];
    const found = [];
    for (let at = 0; at < one.data.length; at += 3) {
        const by = Math.max(...[0, 1, 2].map((i) => Math.abs(one.data[at + i] - other.data[at + i])));
        if (by > tolerance) found.push({ x: (at / 3) % one.width, y: Math.floor(at / 3 / one.width), by });
    }
    return found;
}
