// Medians, ranges and ratios of a few runs. Pure.

export function median(values) {
    if (values.length === 0) throw new Error("median of nothing");
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Ratio by ratio: what was measured in the same round is compared with each other.
export function pairwise(values, against) {
    if (values.length !== against.length) throw new Error("rounds do not match");
    return values.map((value, i) => (against[i] === 0 ? 0 : value / against[i]));
}

// As many digits as a figure of this size can mean.
export function round(value) {
    const size = Math.abs(value);
    const digits = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
    return Number(value.toFixed(digits));
}

export function summary(values) {
    const range = [Math.min(...values), Math.max(...values)];
    return { median: round(median(values)), range: range.map(round) };
}
