import type { Context, Widget } from '../dom/widget.ts';
import { number, oneOf } from '../core/values.ts';
import { adopt } from '../dom/sheet.ts';
import { Pager } from './pager.ts';
import { choose, idOf, selectedIn, tabsAround } from './tabs.ts';
import css from './tabs.css?text';

// What the tabs show, swiped or chosen in the bar.
export function tabBarView(context: Context): Widget {
    adopt(css);
    const pager = new Pager(context, {
        isAcross: () => true,
        part: () => number(context.get('viewport_fraction')) ?? 1,
        onTurn(index) {
            const tabs = tabsAround(context.control);
            if (tabs) choose(context, tabs, index);
        },
        dress(page, index) {
            const tabs = tabsAround(context.control);
            page.setAttribute('role', 'tabpanel');
            page.tabIndex = 0;
            page.id = idOf(tabs, 'panel', index) ?? '';
            page.setAttribute('aria-labelledby', idOf(tabs, 'tab', index) ?? '');
        },
    });
    pager.root.classList.add('t-tabview', 't-pages-snap', 't-pages-padded');
    return {
        root: pager.root,
        update() {
            pager.place(context.children());
            context.rootStyle = { overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible' };
            pager.show(selectedIn(tabsAround(context.control)));
        },
        dispose: () => pager.dispose(),
    };
}
