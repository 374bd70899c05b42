// Tabs, which joins a TabBar and a TabBarView; the chosen tab is its property.

import type { Context, Widget } from '../dom/widget.ts';
import { Control, listOf, type Value } from '../core/tree.ts';
import { durationMs, number } from '../core/values.ts';
import { el } from '../dom/elements.ts';

export function tabs(context: Context): Widget {
    const root = el('div', 't-box t-tabs t-fill');
    return {
        root,
        update() {
            context.place(root, context.children('content'));
            const time = durationMs(context.get('animation_duration'));
            context.rootStyle = { '--t-tab-time': time === undefined ? undefined : `${time}ms` };
            context.renderer.redraw(partsOf(context.control));
        },
        invoke(name, args) {
            if (name !== 'move_to') return undefined;
            const index = number(args['index']) ?? 0;
            if (index !== selectedIn(context.control)) choose(context, context.control, index);
            return null;
        },
    };
}

export function tabsAround(control: Control): Control | undefined {
    let one = control.parent;
    while (one && one.type !== 'Tabs') one = one.parent;
    return one ?? undefined;
}

export function selectedIn(tabs: Control | undefined): number {
    const index = number(tabs?.props['selected_index']) ?? 0;
    const count = number(tabs?.props['length']);
    return index < 0 && count ? count + index : index;
}

// What a person, or a call, has chosen.
export function choose(context: Context, tabs: Control, index: number): void {
    const { outlet } = context.renderer;
    outlet.set(tabs, { selected_index: index });
    outlet.emit(tabs, 'change', index);
}

export function idOf(tabs: Control | undefined, part: 'tab' | 'panel', index: number): string | undefined {
    return tabs && `tabs-${tabs.id}-${part}-${index}`;
}

// The bars and views of these tabs, not those of tabs within.
function partsOf(tabs: Control): Control[] {
    const found: Control[] = [];
    const visit = (value: Value | undefined): void => {
        if (Array.isArray(value)) return value.forEach(visit);
        if (!(value instanceof Control) || value.type === 'Tabs') return;
        if (value.type === 'TabBar' || value.type === 'TabBarView') found.push(value);
        if (value.type === 'TabBar') found.push(...listOf(value.props['tabs']));
        Object.values(value.props).forEach(visit);
    };
    visit(tabs.props['content']);
    return found;
}
