import type { Context, Widget } from '../dom/widget.ts';
import { box, color, crossAxis, gradient, isOn, mainAxis, number, text } from '../core/values.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { setStyle } from '../dom/style.ts';
import { el } from '../dom/elements.ts';
import { safe } from './flex.ts';
import { Scrolling, scrollStyle } from './scroll.ts';

const FABS: { [name: string]: [string, string] } = {
    start: ['start', 'end'],
    center: ['center', 'end'],
    end: ['end', 'end'],
};

export function view(context: Context): Widget {
    const root = el('section', 't-view');
    const top = el('div', 't-view-top');
    const body = el('main', 't-view-body t-col');
    const bottom = el('div', 't-view-bottom');
    const fab = el('div', 't-view-fab');
    body.tabIndex = -1;
    root.append(top, body, bottom, fab);
    const scrolling = new Scrolling(context, body);
    return {
        root,
        update() {
            context.place(top, context.children('appbar'));
            context.place(bottom, [...context.children('bottom_appbar'), ...context.children('navigation_bar')]);
            context.place(fab, context.children('floating_action_button'));
            const at = text(context.get('floating_action_button_location')).toLowerCase();
            const name = Object.keys(FABS).find((side) => at.replace('mini', '').startsWith(side));
            const [inline, block] = FABS[name ?? 'end']!;
            setStyle(fab, {
                'justify-self': inline,
                'align-self': at.endsWith('top') ? 'start' : block,
            });
            context.place(body, context.children());
            body.classList.toggle('t-scrolls', isOn(context.get('scroll')));
            setStyle(body, {
                padding: box(context.get('padding')),
                gap: `${number(context.get('spacing')) ?? 10}px`,
                'align-items': crossAxis(context.get('horizontal_alignment')),
                'justify-content': safe(mainAxis(context.get('vertical_alignment')), true),
                ...scrollStyle(context.get('scroll'), 'y'),
            });
            const decoration = context.get('decoration');
            const paint: ValueMap = isMap(decoration) ? decoration : {};
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')) ?? color(paint['bgcolor']),
                'background-image': gradient(paint['gradient']),
            };
            scrolling.update();
        },
        invoke: (name, args) => scrolling.invoke(name, args),
    };
}
