// What the places of navigation bars, rails and drawers have in common.

import type { Context } from '../dom/widget.ts';
import { listOf, type Control } from '../core/tree.ts';
import { number } from '../core/values.ts';
import { IconPart } from '../dom/icons.ts';

// Which one of its bar's places it is, and whether that one is chosen.
export function standing(
    context: Context,
    bar: Control | null,
    list = 'destinations',
): { index: number; isChosen: boolean } {
    const all = listOf(bar?.props[list]).filter((one) => one.type === context.control.type);
    const index = all.indexOf(context.control);
    return { index, isChosen: index >= 0 && index === selectedOf(bar) };
}

export function selectedOf(bar: Control | null): number {
    const value = number(bar?.props['selected_index']);
    // A rail may have none that is chosen, the others begin with the first.
    return value ?? (bar?.type === 'NavigationRail' ? -1 : 0);
}

export function chooseIn(context: Context, bar: Control | null, index: number): void {
    if (!bar || index < 0) return;
    const { outlet } = context.renderer;
    if (index !== selectedOf(bar)) outlet.set(bar, { selected_index: index });
    outlet.emit(bar, 'change', index);
}

// An icon that is another one while its place is chosen.
export class PlaceIcon {
    private readonly part: IconPart;

    constructor(
        private readonly context: Context,
        host: Element,
    ) {
        this.part = new IconPart(host);
    }

    update(isChosen: boolean): void {
        const { context, part } = this;
        const chosen = isChosen ? context.get('selected_icon') : undefined;
        part.place(context, part.show(chosen ?? context.get('icon')));
    }
}
