// How many columns (or rows) of at most `most` pixels share an extent, as Flutter counts them: as few as can be, each
// of the same size.
export function runsOf(extent: number, most: number, spacing: number): number {
    return Math.max(1, Math.ceil(extent / (most + spacing)));
}
