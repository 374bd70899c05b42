// What views and pagelets have in common: drawers that come in from the side, and where the floating button lies.

import type { Context } from '../dom/widget.ts';
import { listOf, type Control, type Value } from '../core/tree.ts';
import { point, text, type Css } from '../core/values.ts';

const CALLS: { [name: string]: [string, boolean] } = {
    show_drawer: ['drawer', true],
    close_drawer: ['drawer', false],
    show_end_drawer: ['end_drawer', true],
    close_end_drawer: ['end_drawer', false],
};

// Undefined for what is no call to a drawer.
export function callDrawer(context: Context, name: string): Value | undefined {
    if (!Object.hasOwn(CALLS, name)) return undefined;
    const [which, isOpen] = CALLS[name]!;
    const drawer = listOf(context.get(which))[0];
    if (drawer) setDrawer(context, drawer, isOpen);
    return null;
}

export function setDrawer(context: Context, drawer: Control, isOpen: boolean): void {
    drawer.props['_open'] = isOpen;
    context.renderer.redraw([drawer]);
}

const FABS: { [name: string]: string } = { start: 'start', center: 'center', end: 'end' };
const HALF_PX = 28;

export function fabPlace(location: Value | undefined, hasBar: boolean): Css {
    const free = typeof location === 'object' ? point(location) : undefined;
    if (free)
        return { 'justify-self': 'start', 'align-self': 'start', margin: '0', translate: `${free.x}px ${free.y}px` };
    const at = text(location).toLowerCase().replace('mini', '');
    const side = Object.keys(FABS).find((name) => at.startsWith(name)) ?? 'end';
    const css: Css = { 'justify-self': side, 'align-self': at.endsWith('top') ? 'start' : 'end' };
    if (at.endsWith('top')) return { ...css, 'margin-top': `-${HALF_PX}px` };
    if (!hasBar) return css;
    if (at.endsWith('docked')) return { ...css, 'margin-bottom': `-${HALF_PX}px` };
    if (at.endsWith('contained')) return { ...css, 'grid-area': '3 / 1', 'align-self': 'center', 'margin-block': '0' };
    return css;
}
