import type { Context, Widget } from '../dom/widget.ts';
import { color } from '../core/values.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { callDrawer, fabPlace } from './drawers.ts';
import css from './pagelet.css?text';
import { setStyle } from '../dom/style.ts';

// A page within a page: bars, drawers and a floating button of its own.
export function pagelet(context: Context): Widget {
    adopt(css);
    const root = el('section', 't-pagelet t-fill');
    const top = el('div', 't-view-top');
    const body = el('div', 't-pagelet-body');
    const bottom = el('div', 't-view-bottom');
    const fab = el('div', 't-view-fab');
    const drawers = el('div', 't-drawers');
    root.append(top, body, bottom, fab, drawers);
    return {
        root,
        update() {
            context.place(top, context.children('appbar'));
            context.place(body, context.children('content'));
            context.place(bottom, [
                ...context.children('bottom_sheet'),
                ...context.children('bottom_appbar'),
                ...context.children('navigation_bar'),
            ]);
            context.place(fab, context.children('floating_action_button'));
            context.place(drawers, [...context.children('drawer'), ...context.children('end_drawer')]);
            setStyle(fab, fabPlace(context.get('floating_action_button_location'), bottom.childElementCount > 0));
            root.setAttribute('aria-label', context.text('tooltip') || 'Page');
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
        },
        invoke: (name) => callDrawer(context, name),
    };
}
