// Which suggestions fit what was typed, by their places in the list: those that hold it, in any case of letters.

export type Suggestion = { key: string; value: string };

export function matching(all: readonly Suggestion[], typed: string): number[] {
    const wanted = typed.toLowerCase();
    if (wanted === '') return [];
    return all.flatMap(({ key }, at) => (key.toLowerCase().includes(wanted) ? [at] : []));
}
