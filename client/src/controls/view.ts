import { withCode } from '../dom/code.ts';
import type { Context, Widget } from '../dom/widget.ts';
import { box, color, crossAxis, gradient, isOn, mainAxis, number, text } from '../core/values.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import type { Layer } from './decoration.ts';
import { setStyle } from '../dom/style.ts';
import { el } from '../dom/elements.ts';
import { callDrawer, fabPlace } from './drawers.ts';
import { safe } from './flex.ts';
import { Scrolling, scrollStyle } from './scroll.ts';

export function view(context: Context): Widget {
    const root = el('section', 't-view');
    const top = el('div', 't-view-top');
    const body = el('main', 't-view-body t-col');
    const bottom = el('div', 't-view-bottom');
    const fab = el('div', 't-view-fab');
    body.tabIndex = -1;
    const drawers = el('div', 't-drawers');
    root.append(top, body, bottom, fab, drawers);
    const scrolling = new Scrolling(context, body);
    let front: Layer | undefined;

    // What lies over all of it is for few.
    function decorate(): void {
        if (!front && !isMap(context.get('foreground_decoration'))) return;
        void withCode(
            () => import('./decoration.ts'),
            ({ Layer }) => {
                front ??= new Layer('t-decor-front');
                const paint = context.get('foreground_decoration');
                front.show(isMap(paint) ? paint : null);
                root.append(front.root);
            },
        );
    }
    return {
        root,
        update() {
            context.place(top, context.children('appbar'));
            context.place(bottom, [...context.children('bottom_appbar'), ...context.children('navigation_bar')]);
            context.place(fab, context.children('floating_action_button'));
            context.place(drawers, [...context.children('drawer'), ...context.children('end_drawer')]);
            setStyle(fab, fabPlace(context.get('floating_action_button_location'), bottom.childElementCount > 0));
            context.place(body, context.children());
            body.classList.toggle('t-scrolls', isOn(context.get('scroll')));
            setStyle(body, {
                padding: box(context.get('padding')),
                gap: `${number(context.get('spacing')) ?? 10}px`,
                'align-items': crossAxis(context.get('horizontal_alignment')),
                'justify-content': safe(mainAxis(context.get('vertical_alignment')), true),
                ...scrollStyle(context.get('scroll'), 'y'),
                '--t-touch-target': undefined, // it is as high as the window, not as its content
            });
            const decoration = context.get('decoration');
            const paint: ValueMap = isMap(decoration) ? decoration : {};
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')) ?? color(paint['bgcolor']),
                'background-image': gradient(paint['gradient']),
            };
            scrolling.update();
            decorate();
        },
        invoke(name, args) {
            if (name === 'confirm_pop') return leave(context, args['should_pop'] === true);
            const answer = callDrawer(context, name);
            return answer === undefined ? scrolling.invoke(name, args) : answer;
        },
    };
}

// The app has thought about it: back, or not.
function leave(context: Context, isAgreed: boolean): null {
    const page = context.control.parent;
    if (isAgreed && page) context.renderer.outlet.emit(page, 'view_pop', { route: text(context.get('route')) }, true);
    return null;
}
