import '@material/web/fab/fab.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { url } from '../core/links.ts';
import { color, number, oneOf, shapeRadius, text } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, focusSoon, listen, setAttribute } from '../dom/elements.ts';
import { nameOfIcon } from './iconnames.ts';

type MdFab = HTMLElement & { label: string; size: string; variant: string };

export function fab(context: Context): Widget {
    const root = el('md-fab' as 'div', 't-fab') as HTMLElement as MdFab;
    root.variant = 'primary';
    const icons = new IconPart(root, 'icon');
    listen(context, root);
    root.addEventListener('click', () => {
        if (context.isDisabled) return;
        context.emit('click');
        const link = url(context.get('url'));
        if (link) window.open(link.href, link.target, 'noopener');
    });
    // The library knows the levels 0 to 5 of Material, Flutter any number of pixels up to 24.
    const level = (name: string) => {
        const height = number(context.get(name));
        return height === undefined ? undefined : String(Math.min(5, Math.round(height / 2)));
    };
    let isNew = true;
    return {
        root,
        update() {
            if (isNew && context.is('autofocus')) focusSoon(root);
            isNew = false;
            const content = context.get('content');
            const ink = color(context.get('foreground_color'));
            root.label = typeof content === 'object' ? '' : text(content);
            root.size = context.is('mini') ? 'small' : 'medium';
            icons.place(context, [...icons.show(context.get('icon'), { color: ink }), ...context.children('content')]);
            setAttribute(root, 'aria-label', root.label || context.text('tooltip') || nameOfIcon(context.get('icon')));
            setAttribute(root, 'aria-disabled', context.isDisabled ? 'true' : undefined);
            context.rootStyle = {
                '--md-fab-container-color': color(context.get('bgcolor')),
                '--md-fab-label-text-color': ink,
                '--md-fab-container-shape': shapeRadius(context.get('shape')),
                '--md-fab-container-elevation': level(context.isDisabled ? 'disabled_elevation' : 'elevation'),
                '--md-fab-hover-container-elevation': level('hover_elevation'),
                '--md-fab-focus-container-elevation': level('focus_elevation'),
                '--md-fab-pressed-container-elevation': level('highlight_elevation'),
                '--md-fab-hover-state-layer-color': color(context.get('hover_color')),
                '--md-fab-focus-state-layer-color': color(context.get('focus_color')),
                '--md-fab-pressed-state-layer-color': color(context.get('splash_color')),
                cursor: cursor(context.get('mouse_cursor')),
                overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias']) && 'hidden',
            };
        },
    };
}
