// Where a line that is dragged lands among the others: over the last one whose middle its leading edge has passed.
// `spans` are the lines in their order, start and size in pixels; a list may run against the axis (reversed).
export function landing(spans: readonly { start: number; size: number }[], from: number, shift: number): number {
    const own = spans[from]!;
    const edge = shift > 0 ? own.start + own.size + shift : own.start + shift;
    let to = from;
    spans.forEach(({ start, size }, at) => {
        if (at === from) return;
        const middle = start + size / 2;
        const isPassed = shift > 0 ? start > own.start && edge > middle : start < own.start && edge < middle;
        if (isPassed && Math.abs(at - from) > Math.abs(to - from)) to = at;
    });
    return to;
}
