// Which suggestions fit what was typed, by their places in the list: those that hold it, in any case of letters.

export type Suggestion = { key: string; value: string };

export function matching(all: readonly Suggestion[], typed: string): number[] {
    const wanted = typed.toLowerCase();
    if (wanted === '') return [];
    return all.flatMap(({ key }, at) => (key.toLowerCase().includes(wanted) ? [at] : []));
}

// The places of the labels that hold what was typed, in any case of letters; all of them when nothing was.
export function holding(labels: readonly string[], typed: string): number[] {
    const wanted = typed.trim().toLowerCase();
    return labels.flatMap((label, at) => (label.toLowerCase().includes(wanted) ? [at] : []));
}
