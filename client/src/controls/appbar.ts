import '@material/web/iconbutton/icon-button.js';
import type { Context, Widget } from '../dom/widget.ts';
import { listOf } from '../core/tree.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import { color, number, px, text, textStyle } from '../core/values.ts';
import { el } from '../dom/elements.ts';

export function appBar(context: Context): Widget {
    const root = el('header', 't-appbar');
    const leading = el('div', 't-appbar-leading');
    const title = el('h1', 't-appbar-title');
    const actions = el('div', 't-appbar-actions');
    root.append(leading, title, actions);
    let back: HTMLElement | undefined;

    function showBack(isWanted: boolean): void {
        if (!isWanted) {
            back?.remove();
            back = undefined;
        } else if (!back) {
            back = el('md-icon-button' as 'div');
            back.ariaLabel = 'Back';
            const svg = iconElement();
            showIcon(svg, { set: 1, index: __ICON_ARROW_BACK__ });
            back.append(svg);
            back.addEventListener('click', () => popView(context));
            leading.append(back);
        }
    }

    return {
        root,
        update() {
            const own = context.children('leading');
            context.place(leading, own);
            const isImplied = context.is('automatically_imply_leading', true);
            showBack(own.length === 0 && isImplied && depthOf(context) > 0);
            leading.hidden = own.length === 0 && !back;
            context.placeContent(title, 'title');
            context.place(actions, context.children('actions'));
            root.classList.toggle('t-centered', context.is('center_title'));
            const elevation = number(context.get('elevation')) ?? 0;
            root.dataset['elevation'] = String(Math.min(elevation, 5));
            setStyle(title, textStyle(context.get('title_text_style')));
            const height = number(context.get('toolbar_height'));
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                color: color(context.get('color')),
                'min-height': height === undefined ? undefined : `${height}px`,
                '--t-title-spacing': px(context.get('title_spacing')),
            };
        },
    };
}

function depthOf(context: Context): number {
    const view = context.control.parent;
    const views = listOf(view?.parent?.props['views']);
    return view ? views.indexOf(view) : 0;
}

function popView(context: Context): void {
    const view = context.control.parent;
    const page = view?.parent;
    if (page) context.renderer.outlet.emit(page, 'view_pop', { route: text(view.props['route']) }, true);
}
