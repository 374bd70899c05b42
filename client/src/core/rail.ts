// The scroll bar of a list that is too long for the browser: places in rows <-> pixels.
// Pure: no DOM.

// Browsers cut elements off somewhere above 16 million pixels.
export const MAX_PX = 8_000_000;

export class Rail {
    // `height`: a row's, about; `viewport`: what of the list is in sight, in pixels.
    constructor(
        readonly count: number,
        readonly height: number,
        readonly viewport: number,
    ) {}

    get length(): number {
        return Math.min(this.count * this.height, MAX_PX);
    }

    // The row that is on top when the list is scrolled to its end.
    get lastRow(): number {
        return Math.max(0, this.count - this.viewport / this.height);
    }

    private get reach(): number {
        return Math.max(0, this.length - this.viewport);
    }

    toRow(px: number): number {
        if (this.reach === 0) return 0;
        return (Math.min(Math.max(px, 0), this.reach) / this.reach) * this.lastRow;
    }

    toPx(row: number): number {
        if (this.lastRow === 0) return 0;
        return (Math.min(Math.max(row, 0), this.lastRow) / this.lastRow) * this.reach;
    }
}

export type Span = { first: number; count: number };

export function spanOf(first: number, end: number, rows: number): Span {
    const from = Math.min(Math.max(Math.floor(first), 0), rows);
    return { first: from, count: Math.max(0, Math.min(Math.ceil(end), rows) - from) };
}

export function covers(outer: Span, inner: Span): boolean {
    return inner.count === 0 || (outer.first <= inner.first && inner.first + inner.count <= outer.first + outer.count);
}

// The server builds at most so many at once.
export const SPAN_CAP = 400;

// The rows to ask for when `visible` rows from `position` on are in sight, and `loaded` are there: two screens more on
// each side. Undefined: there is enough, a screen on each side.
export function wish(position: number, visible: number, loaded: Span, rows: number): Span | undefined {
    const near = spanOf(position - visible, position + visible * 2, rows);
    if (covers(loaded, near)) return undefined;
    const wanted = spanOf(position - visible * 2, position + visible * 3, rows);
    if (wanted.count <= SPAN_CAP) return wanted;
    return spanOf(position, position + SPAN_CAP - 1, rows);
}
