// One stop for the keyboard among several elements: arrow keys, Home and End go from one to the next.

export function moveAmong(
    elements: HTMLElement[],
    event: KeyboardEvent,
    axis: 'x' | 'y' | 'both',
): HTMLElement | undefined {
    const at = elements.findIndex((one) => one === event.target || one.contains(event.target as Node));
    const step = stepOf(event, axis);
    if (at < 0 || step === undefined || event.altKey || event.ctrlKey || event.metaKey) return undefined;
    const { length } = elements;
    const to =
        step === 'first'
            ? elements[0]
            : step === 'last'
              ? elements[length - 1]
              : elements[(at + step + length) % length];
    event.preventDefault();
    to?.focus();
    // The focus alone does not bring what lies half beyond an edge.
    to?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    return to;
}

function stepOf({ key, target }: KeyboardEvent, axis: 'x' | 'y' | 'both'): number | 'first' | 'last' | undefined {
    if (key === 'Home') return 'first';
    if (key === 'End') return 'last';
    if (axis !== 'y' && (key === 'ArrowRight' || key === 'ArrowLeft')) {
        const isRtl = getComputedStyle(target as Element).direction === 'rtl';
        return (key === 'ArrowRight') === isRtl ? -1 : 1;
    }
    if (axis !== 'x' && key === 'ArrowDown') return 1;
    if (axis !== 'x' && key === 'ArrowUp') return -1;
    return undefined;
}
