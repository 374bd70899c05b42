// Another app within this one. It has a connection and a page of its own, which this page does not draw: it
// says where the app is, and opens it beside itself.

import type { Context, Widget } from '../dom/widget.ts';
import { url } from '../core/links.ts';
import css from '../styles/wrappers.css?text';
import { adopt } from '../dom/sheet.ts';
import { el, setText } from '../dom/elements.ts';

export function fletApp(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-box t-elsewhere');
    const words = el('span');
    const link = el('a', 't-span');
    root.append(words, link);
    return {
        root,
        update() {
            const target = url(context.get('url'));
            setText(words, target ? 'Another app:' : 'Another app, whose address is missing or not allowed.');
            link.hidden = !target;
            if (!target) return;
            link.href = target.href;
            link.target = '_blank';
            link.rel = 'noopener';
            setText(link, target.href);
        },
    };
}
