// A text that two changed at the same time: what the person did to `base`, which made `mine` of it, done to `theirs`,
// which the server made of `base`. Pure.
//
// The server does the same, and both must come to the same: sdk/tree/text_merge.h says the rules.

const CELLS_CAP = 1 << 16;

export function merge(base: string, mine: string, theirs: string): string {
    if (theirs === base || theirs === mine) return mine;
    if (mine === base) return theirs;
    // By code points, so that none is cut in half.
    const from = [...base];
    const to = [...mine];
    const result = [...theirs];
    let [head, tail] = differ(from, to);
    const where = images(from, result);
    if (isTypedAnew(from, to, head, tail, where)) head = tail = 0;
    const kept = where.slice(head, from.length - tail).filter((image) => image >= 0);
    const start = kept[0] ?? place(where, head, result.length);
    const end = kept.length ? kept.at(-1)! + 1 : start;
    return [...result.slice(0, start), ...to.slice(head, to.length - tail), ...result.slice(end)].join('');
}

// Whether a part was replaced, and nothing of the text is left: what is equal around it was as likely typed anew.
function isTypedAnew(from: string[], to: string[], head: number, tail: number, where: number[]): boolean {
    const past = from.length - tail;
    const isReplaced = head < past && head < to.length - tail;
    return isReplaced && where.every((image) => image < 0);
}

// Where a caret at that place of one text (in UTF-16 units) is in the other.
export function follow(caret: number, base: string, theirs: string): number {
    const result = [...theirs];
    const at = place(images([...base], result), [...base.slice(0, caret)].length, result.length);
    return result.slice(0, at).join('').length;
}

// How many letters are equal at the start and at the end.
function differ(a: string[], b: string[]): [head: number, tail: number] {
    const most = Math.min(a.length, b.length);
    let head = 0;
    while (head < most && a[head] === b[head]) head++;
    let tail = 0;
    while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
    return [head, tail];
}

// Where each letter of one text is in the other; -1: nowhere.
function images(base: string[], theirs: string[]): number[] {
    const [head, tail] = differ(base, theirs);
    const rows = base.length - tail - head;
    const columns = theirs.length - tail - head;
    const found = base.map((_, i) => {
        if (i < head || rows === columns) return i;
        return i < base.length - tail ? -1 : i + theirs.length - base.length;
    });
    if (rows !== columns && (rows + 1) * (columns + 1) <= CELLS_CAP)
        align(
            base.slice(head, head + rows),
            theirs.slice(head, head + columns),
            (i, j) => (found[head + i] = head + j),
        );
    return found;
}

// The longest letters in common.
function align(a: string[], b: string[], onPair: (i: number, j: number) => void): void {
    const width = b.length + 1;
    const length = new Uint16Array((a.length + 1) * width);
    const isSame = (i: number, j: number) => folded(a[i]!) === folded(b[j]!);
    for (let i = a.length; i-- > 0; )
        for (let j = b.length; j-- > 0; ) {
            const at = i * width + j;
            length[at] = isSame(i, j) ? length[at + width + 1]! + 1 : Math.max(length[at + width]!, length[at + 1]!);
        }
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
        if (isSame(i, j)) onPair(i++, j++);
        else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++;
        else j++;
    }
}

function folded(letter: string): string {
    return /^[A-Z]$/.test(letter) ? letter.toLowerCase() : letter;
}

// Where what stands in front of the letter `at` goes.
function place(where: number[], at: number, end: number): number {
    if (at === where.length) return end;
    if (at > 0 && where[at - 1]! >= 0) return where[at - 1]! + 1;
    if (where[at]! >= 0) return where[at]!;
    while (at > 0) if (where[--at]! >= 0) return where[at]! + 1;
    return 0;
}
