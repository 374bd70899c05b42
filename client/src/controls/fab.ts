import '@material/web/fab/fab.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { url } from '../core/links.ts';
import { color, shapeRadius, text } from '../core/values.ts';
import { el, listen, setAttribute } from '../dom/elements.ts';
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
    return {
        root,
        update() {
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
            };
        },
    };
}
