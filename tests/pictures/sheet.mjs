// The pictures of one page at one width in one file: light and dark side by side.

import { BLOCK_PX } from './blocks.mjs';
import { VARIANTS } from './places.mjs';

const GAP = 2;
const blocks = (px) => Math.ceil(px / BLOCK_PX);

const ofWidth = (width) => VARIANTS.filter((one) => one.width === width);

/** Where the variant lies in its sheet, in blocks. */
export function placeOf({ width, height, colorScheme }) {
    const at = ofWidth(width).findIndex((one) => one.colorScheme === colorScheme);
    return { x: at * blocks(width), y: 0, width: blocks(width), height: blocks(height) };
}

export const sizeOf = ({ width, height }) => ({ width: blocks(width) * ofWidth(width).length, height: blocks(height) });

export function crop(sheet, { x, y, width, height }) {
    const data = new Uint8Array(width * height * 3);
    for (let row = 0; row < height; row++) {
        const from = ((y + row) * sheet.width + x) * 3;
        data.set(sheet.data.subarray(from, from + width * 3), row * width * 3);
    }
    return { width, height, data };
}

export function paste(sheet, picture, { x, y }) {
    for (let row = 0; row < picture.height; row++)
        sheet.data.set(
            picture.data.subarray(row * picture.width * 3, (row + 1) * picture.width * 3),
            ((y + row) * sheet.width + x) * 3,
        );
}

/** What was found, what was wanted, and where they differ, for people: each block four pixels wide. */
export function beside(found, wanted, different) {
    const marks = { ...wanted, data: wanted.data.map((value) => 128 + value / 4) };
    for (const { x, y } of different) marks.data.set([255, 0, 0], (y * marks.width + x) * 3);
    const all = [found, wanted, marks];
    const width = all.reduce((sum, one) => sum + one.width + GAP, -GAP);
    const height = Math.max(...all.map((one) => one.height));
    const sheet = { width, height, data: new Uint8Array(width * height * 3) };
    let x = 0;
    for (const one of all) {
        paste(sheet, one, { x, y: 0 });
        x += one.width + GAP;
    }
    return enlarged(sheet, 4);
}

function enlarged({ width, height, data }, times) {
    const out = {
        width: width * times,
        height: height * times,
        data: new Uint8Array(width * height * times * times * 3),
    };
    for (let y = 0; y < out.height; y++)
        for (let x = 0; x < out.width; x++) {
            const from = (Math.floor(y / times) * width + Math.floor(x / times)) * 3;
            out.data.set(data.subarray(from, from + 3), (y * out.width + x) * 3);
        }
    return out;
}
