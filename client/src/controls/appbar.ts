import '@material/web/iconbutton/icon-button.js';
import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import { listOf, type Control } from '../core/tree.ts';
import { glyph } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import { box, color, given, number, oneOf, px, text, textStyle, type Css } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { setDrawer } from './drawers.ts';
import { adopt } from '../dom/sheet.ts';
import css from './appbar.css?text';

adopt(css);

export function appBar(context: Context): Widget {
    const root = el('header', 't-appbar');
    const leading = el('div', 't-appbar-leading');
    const title = el('h1', 't-appbar-title');
    const actions = el('div', 't-appbar-actions');
    root.append(leading, title, actions);
    // What the bar offers by itself: a way back, or to the drawers.
    const back = button('Back', __ICON_ARROW_BACK__, () => popView(context));
    const close = button('Close', __ICON_CLOSE__, () => popView(context));
    const menu = button('Open navigation menu', __ICON_MENU__, () => openDrawer(context, 'drawer'));
    const endMenu = button('Open navigation menu', __ICON_MENU__, () => openDrawer(context, 'end_drawer'));
    let scrolled: Element | undefined;
    const onScroll = () => root.classList.toggle('t-scrolled-under', (scrolled?.scrollTop ?? 0) > 0);

    // A bar that lies over scrolled content may look other than one that does not.
    function watchScroll(): void {
        const isWanted = context.get('elevation_on_scroll') !== undefined;
        const body = isWanted
            ? root.closest('.t-view, .t-pagelet')?.querySelector('.t-view-body, .t-pagelet-body')
            : undefined;
        if (body === scrolled) return;
        scrolled?.removeEventListener('scroll', onScroll);
        scrolled = body ?? undefined;
        scrolled?.addEventListener('scroll', onScroll, { passive: true });
        onScroll();
    }

    return {
        root,
        update() {
            const own = context.children('leading');
            const isImplied = context.is('automatically_imply_leading', true) && own.length === 0;
            const hasDrawer = isImplied && drawerOf(context, 'drawer') !== undefined;
            context.place(leading, own);
            leading.replaceChildren(
                ...[...leading.children].filter((one) => ![back, close, menu].includes(one as HTMLElement)),
            );
            const isDialog = context.control.parent?.props['fullscreen_dialog'] === true;
            if (hasDrawer) leading.append(menu);
            else if (isImplied && depthOf(context) > 0) leading.append(isDialog ? close : back);
            leading.hidden = !leading.childElementCount;
            context.placeContent(title, 'title');
            const others = context.children('actions');
            context.place(actions, others);
            if (!others.length && drawerOf(context, 'end_drawer')) actions.append(endMenu);
            else endMenu.remove();
            root.classList.toggle('t-centered', context.is('center_title'));
            const elevation = number(context.get('elevation')) ?? 0;
            root.dataset['elevation'] = String(Math.min(elevation, 5));
            const isWithin = context.control.parent?.type === 'Pagelet';
            setAttribute(title, 'aria-level', isWithin ? '2' : undefined);
            if (context.is('exclude_header_semantics')) title.setAttribute('role', 'presentation');
            else title.removeAttribute('role');
            setStyle(title, textStyle(context.get('title_text_style')));
            setStyle(leading, { width: px(context.get('leading_width')) });
            setStyle(actions, { padding: box(context.get('actions_padding')) });
            context.rootStyle = look(context);
            requestAnimationFrame(watchScroll);
        },
        dispose: () => scrolled?.removeEventListener('scroll', onScroll),
    };
}

function look(context: Context): Css {
    const height = number(context.get('toolbar_height'));
    const isClear = context.is('force_material_transparency');
    return {
        ...textStyle(context.get('toolbar_text_style')),
        ...outline(context.get('shape')),
        'background-color': isClear ? 'transparent' : color(context.get('bgcolor')),
        color: color(context.get('color')) ?? textStyle(context.get('toolbar_text_style'))['color'],
        'box-shadow': context.get('shadow_color')
            ? elevationShadow(context.get('elevation'), context.get('shadow_color'))
            : undefined,
        'min-height': height === undefined ? undefined : `${height}px`,
        ...given({ opacity: number(context.get('toolbar_opacity'))?.toString() }),
        overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias', 'antiAliasWithSaveLayer']) && 'hidden',
        '--t-title-spacing': px(context.get('title_spacing')),
        '--t-scrolled-shadow': elevationShadow(context.get('elevation_on_scroll'), context.get('shadow_color')),
    };
}

function button(name: string, icon: number, act: () => void): HTMLElement {
    const made = el('md-icon-button' as 'div');
    made.ariaLabel = name;
    made.append(glyph(icon));
    made.addEventListener('click', act);
    return made;
}

function drawerOf(context: Context, which: 'drawer' | 'end_drawer'): Control | undefined {
    return listOf(context.control.parent?.props[which])[0];
}

function openDrawer(context: Context, which: 'drawer' | 'end_drawer'): void {
    const drawer = drawerOf(context, which);
    if (drawer) setDrawer(context, drawer, true);
}

export function canPop(context: Context): boolean {
    return depthOf(context) > 0;
}

function depthOf(context: Context): number {
    const view = context.control.parent;
    const views = listOf(view?.parent?.props['views']);
    return view ? views.indexOf(view) : 0;
}

// A view that is not to be left just so is asked first.
export function popView(context: Context): void {
    const view = context.control.parent;
    const page = view?.parent;
    const { outlet } = context.renderer;
    if (view && view.props['can_pop'] === false) outlet.emit(view, 'confirm_pop', null);
    else if (page) outlet.emit(page, 'view_pop', { route: text(view.props['route']) }, true);
}
