// The letters that Unicode has for formulas, by the ways of writing that MathML names.

// How far the capitals of Latin, those of Greek and the digits are into its block; no such letters: undefined.
const WAYS: { readonly [way: string]: readonly [latin: number, greek?: number, digits?: number] } = {
    bold: [0, 0x2a8, 0x3ce],
    italic: [0x34, 0x2e2],
    'bold-italic': [0x68, 0x31c],
    script: [0x9c],
    fraktur: [0x104],
    'double-struck': [0x138, undefined, 0x3d8],
};
const BLOCK = 0x1d400;
// Those that were there before the block was, whose places in it are empty.
const OLDER: { readonly [way: string]: { readonly [letter: string]: string } } = {
    italic: { h: 'ℎ' },
    script: { B: 'ℬ', E: 'ℰ', F: 'ℱ', H: 'ℋ', I: 'ℐ', L: 'ℒ', M: 'ℳ', R: 'ℛ', e: 'ℯ', g: 'ℊ', o: 'ℴ' },
    fraktur: { C: 'ℭ', H: 'ℌ', I: 'ℑ', R: 'ℜ', Z: 'ℨ' },
    'double-struck': { C: 'ℂ', H: 'ℍ', N: 'ℕ', P: 'ℙ', Q: 'ℚ', R: 'ℝ', Z: 'ℤ' },
};

export const isWay = (way: string): boolean => Object.hasOwn(WAYS, way);

// What has no letter of that way stays as it is.
export function written(text: string, way: string): string {
    if (!isWay(way)) return text;
    const [latin, greek, digits] = WAYS[way]!;
    const older = Object.entries(OLDER[way] ?? {});
    return [...text]
        .map((letter) => {
            const [, known] = older.find(([plain]) => plain === letter) ?? [];
            if (known) return known;
            const place = placeOf(letter, 'A', 'Z', latin) ?? placeOf(letter, 'a', 'z', latin + 26);
            const other = placeOf(letter, 'Α', 'Ω', greek) ?? placeOf(letter, 'α', 'ω', greek && greek + 26);
            const found = place ?? other ?? placeOf(letter, '0', '9', digits);
            return found === undefined ? letter : String.fromCodePoint(BLOCK + found);
        })
        .join('');
}

function placeOf(letter: string, first: string, last: string, from: number | undefined): number | undefined {
    if (from === undefined || letter < first || letter > last || letter.length > 1) return undefined;
    return from + letter.charCodeAt(0) - first.charCodeAt(0);
}
