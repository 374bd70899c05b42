// Text of a canvas: runs of several styles, broken into lines, aligned and turned.

import type { Control, ValueMap } from '../core/tree.ts';
import { isMap, listOf } from '../core/tree.ts';
import { fontFamily, number, oneOf, point, text, weight } from '../core/values.ts';
import type { Inks } from './canvasinks.ts';

type Run = { words: string; style: ValueMap };
type Piece = Run & { width: number };
type Line = { pieces: Piece[]; width: number; height: number };

const SIZE = 14;
const LINE = 20 / 14;

export function drawText(ctx: CanvasRenderingContext2D, shape: Control, inks: Inks, family: string): void {
    const { props } = shape;
    const lines = layOut(ctx, shape, family);
    const width = Math.max(...lines.map((line) => line.width), 0);
    const height = lines.reduce((sum, line) => sum + line.height, 0);
    const align = point(props['alignment']) ?? { x: -1, y: -1 };
    const isRight = ctx.direction === 'rtl';
    const side = oneOf(props['text_align'], ['center', 'right', 'end', 'left', 'start']) ?? 'start';
    ctx.save();
    ctx.translate(number(props['x']) ?? 0, number(props['y']) ?? 0);
    ctx.rotate(number(props['rotate']) ?? 0);
    ctx.translate((-width / 2) * (align.x + 1), (-height / 2) * (align.y + 1));
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    let top = 0;
    for (const line of lines) {
        const isEnd = side === 'right' || side === (isRight ? 'start' : 'end');
        const free = width - line.width;
        let left = side === 'center' ? free / 2 : isEnd ? free : 0;
        for (const piece of line.pieces) {
            drawPiece(ctx, piece, left, top, line.height, inks, family);
            left += piece.width;
        }
        top += line.height;
    }
    ctx.restore();
}

// What stands in it, for those who cannot see it.
export function wordsOf(shape: Control): string {
    return runsOf(shape, {})
        .map(({ words }) => words)
        .join('');
}

function runsOf({ props }: Control, around: ValueMap): Run[] {
    const style = { ...around, ...(isMap(props['style']) ? props['style'] : {}) };
    const words = text(props['value'] ?? props['text']);
    return [...(words ? [{ words, style }] : []), ...listOf(props['spans']).flatMap((span) => runsOf(span, style))];
}

function sizeOf(style: ValueMap): number {
    return number(style['size']) ?? SIZE;
}

function setFont(ctx: CanvasRenderingContext2D, style: ValueMap, family: string): void {
    const own = fontFamily(style['font_family']);
    const slant = style['italic'] === true ? 'italic ' : '';
    ctx.font = `${slant}${weight(style['weight']) ?? '400'} ${sizeOf(style)}px ${own ? `${own}, ` : ''}${family}`;
    ctx.letterSpacing = `${number(style['letter_spacing']) ?? 0}px`;
    ctx.wordSpacing = `${number(style['word_spacing']) ?? 0}px`;
}

function layOut(ctx: CanvasRenderingContext2D, shape: Control, family: string): Line[] {
    const { props } = shape;
    const most = number(props['max_width']) ?? Infinity;
    const lines: Piece[][] = [[]];
    let used = 0;
    const measure = (run: Run) => {
        setFont(ctx, run.style, family);
        return ctx.measureText(run.words).width;
    };
    for (const run of runsOf(shape, {}))
        for (const words of run.words.split(/(\n)|(?<= )/).filter(Boolean)) {
            const piece = { ...run, words, width: measure({ ...run, words }) };
            const bare = measure({ ...run, words: words.trimEnd() });
            if (words === '\n' || (used > 0 && used + bare > most)) {
                lines.push([]);
                used = 0;
            }
            if (words === '\n') continue;
            lines.at(-1)!.push(piece);
            used += piece.width;
        }
    const limit = number(props['max_lines']) ?? Infinity;
    const shown = lines.slice(0, limit);
    if (lines.length > limit) shorten(shown.at(-1)!, text(props['ellipsis']), most, measure);
    return shown.map(measured);
}

function shorten(pieces: Piece[], end: string, most: number, measure: (run: Run) => number): void {
    const last = pieces.at(-1);
    if (!last || !end) return;
    const before = pieces.slice(0, -1).reduce((sum, { width }) => sum + width, 0);
    let words = last.words.trimEnd();
    while (words && before + measure({ ...last, words: words + end }) > most) words = words.slice(0, -1);
    last.words = words + end;
    last.width = measure(last);
}

function measured(pieces: Piece[]): Line {
    const heights = pieces.map(({ style }) => sizeOf(style) * (number(style['height']) ?? LINE));
    const width = pieces.reduce((sum, piece) => sum + piece.width, 0);
    return { pieces, width, height: Math.max(...heights, pieces.length ? 0 : SIZE * LINE) };
}

function drawPiece(
    ctx: CanvasRenderingContext2D,
    { words, style, width }: Piece,
    left: number,
    top: number,
    height: number,
    inks: Inks,
    family: string,
): void {
    setFont(ctx, style, family);
    const size = sizeOf(style);
    const base = top + height / 2 + size * 0.35;
    if (style['bgcolor']) {
        ctx.fillStyle = inks.of(style['bgcolor']);
        ctx.fillRect(left, top, width, height);
    }
    ctx.fillStyle = inks.of(style['color'] ?? 'onsurface');
    ctx.fillText(words, left, base);
    const bits = number(style['decoration']) ?? 0;
    const thick = Math.max((number(style['decoration_thickness']) ?? 1) * (size / 14), 1);
    if (style['decoration_color']) ctx.fillStyle = inks.of(style['decoration_color']);
    if (bits & 1) ctx.fillRect(left, base + size * 0.12, width, thick);
    if (bits & 2) ctx.fillRect(left, base - size * 0.85, width, thick);
    if (bits & 4) ctx.fillRect(left, base - size * 0.28, width, thick);
}
