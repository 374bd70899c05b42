// ExpansionPanelList and its panels.

import type { Context, Widget } from '../dom/widget.ts';
import { listOf, type Control } from '../core/tree.ts';
import { box, color, isOn, number } from '../core/values.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';
import { glyph } from '../dom/icons.ts';
import { isTaken } from '../dom/press.ts';
import { adopt } from '../dom/sheet.ts';
import { scrollStyle, Scrolling } from './scroll.ts';
import css from './expansionpanels.css?text';

export function panelList(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-panels t-fill');
    const scrolling = new Scrolling(context, root);
    return {
        root,
        update() {
            context.place(root, context.children());
            const elevation = number(context.get('elevation')) ?? 2;
            const gap = number(context.get('spacing'));
            context.rootStyle = {
                '--t-panel-line': color(context.get('divider_color')),
                '--t-panel-icon': color(context.get('expand_icon_color')),
                '--t-panel-gap': gap === undefined ? undefined : `${gap}px`,
                '--t-panel-head': box(context.get('expanded_header_padding')),
                '--t-panel-shadow': elevation > 0 ? `var(--t-shadow-${Math.min(Math.ceil(elevation), 3)})` : 'none',
                ...scrollStyle(context.get('scroll'), 'y'),
            };
            if (isOn(context.get('scroll'))) scrolling.update();
        },
        invoke: (name, args) => scrolling.invoke(name, args),
    };
}

export function panel(context: Context): Widget {
    const root = el('div', 't-panel');
    const head = el('div', 't-panel-head');
    const title = el('div', 't-panel-title');
    const toggle = el('button', 't-panel-toggle');
    const body = el('div', 't-panel-body');
    toggle.type = 'button';
    title.id = newName('panel');
    body.id = newName('panel-body');
    toggle.append(glyph(__ICON_EXPAND_MORE__));
    toggle.setAttribute('aria-controls', body.id);
    toggle.setAttribute('aria-labelledby', title.id);
    head.append(title, toggle);
    root.append(head, body);

    function flip(): void {
        const list = listAround(context.control);
        if (!list || context.isDisabled) return;
        const expanded = !context.is('expanded');
        context.set({ expanded });
        const index = listOf(list.props['controls']).indexOf(context.control);
        context.renderer.outlet.emit(list, 'change', { index, expanded });
    }
    toggle.addEventListener('click', flip);
    head.addEventListener('click', (event) => {
        if (context.is('can_tap_header') && !isTaken(event, head)) flip();
    });
    return {
        root,
        update() {
            const isOpen = context.is('expanded');
            context.place(title, context.children('header'));
            context.place(body, isOpen ? context.children('content') : []);
            body.hidden = !isOpen;
            root.classList.toggle('t-open', isOpen);
            head.classList.toggle('t-state', context.is('can_tap_header') && !context.isDisabled);
            toggle.disabled = context.isDisabled;
            setAttribute(toggle, 'aria-expanded', String(isOpen));
            setAttribute(toggle, 'aria-label', title.textContent?.trim() ? undefined : 'Details');
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                '--t-state': color(context.get('splash_color')) ?? color(context.get('highlight_color')),
            };
        },
    };
}

function listAround(control: Control): Control | null {
    let list = control.parent;
    while (list && list.type !== 'ExpansionPanelList') list = list.parent;
    return list;
}
