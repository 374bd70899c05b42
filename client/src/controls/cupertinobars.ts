// The bar on top of a view, and the one at its bottom.

import css from '../styles/cupertinobars.css?text';
import { adopt } from '../dom/sheet.ts';
import type { Context, Widget } from '../dom/widget.ts';
import type { Control } from '../core/tree.ts';
import { border, box, color, number, oneOf, px, text } from '../core/values.ts';
import { el, setAttribute, setText } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { canPop, popView } from './appbar.ts';
import { q } from './cupertino.ts';

adopt(css);

export function cupertinoAppBar(context: Context): Widget {
    const root = q('header', 'q-appbar');
    const leading = el('div', 'q-appbar-leading');
    const title = el('h1', 'q-appbar-title');
    const trailing = el('div', 'q-appbar-trailing');
    const back = el('button', 'q-back');
    const backText = el('span');
    back.type = 'button';
    back.append(backText);
    back.addEventListener('click', () => popView(context));
    title.tabIndex = -1;
    root.append(leading, title, trailing);
    // It comes in with its view, as the one before it goes.
    root.classList.toggle('q-arrives', context.is('transition_between_routes', true) && canPop(context));
    let scrolled: Element | undefined;
    const onScroll = () => root.classList.toggle('q-bare', scrolled !== undefined && scrolled.scrollTop <= 0);

    // Its back may be seen only while something lies beneath it.
    function watchScroll(): void {
        const isWanted = context.is('automatic_background_visibility');
        const body = isWanted ? (root.closest('.t-view')?.querySelector('.t-view-body') ?? undefined) : undefined;
        if (body !== scrolled) {
            scrolled?.removeEventListener('scroll', onScroll);
            scrolled = body;
            scrolled?.addEventListener('scroll', onScroll, { passive: true });
        }
        onScroll();
    }

    return {
        root,
        update() {
            const own = context.children('leading');
            context.place(leading, own);
            const isBack = !own.length && context.is('automatically_imply_leading', true) && canPop(context);
            if (isBack) leading.prepend(back);
            else back.remove();
            setText(backText, context.text('previous_page_title') || 'Back');
            const isTitled = context.placeContent(title, 'title');
            const implied = !isTitled && context.is('automatically_imply_title') ? pageTitle(context) : '';
            if (implied) setText(title, implied);
            title.hidden = !isTitled && !implied;
            // An adaptive Material bar has `actions`.
            context.place(trailing, [...context.children('trailing'), ...context.children('actions')]);
            root.classList.toggle('q-large', context.is('large'));
            const brightness = oneOf(context.get('brightness'), ['light', 'dark']);
            root.classList.toggle('q-dark', brightness === 'dark');
            root.classList.toggle('q-light', brightness === 'light');
            context.rootStyle = {
                '--q-bar': color(context.get('bgcolor')),
                padding: box(context.get('padding')),
                'backdrop-filter': context.is('enable_background_filter_blur', true) ? 'blur(12px)' : undefined,
                ...border(context.get('border')),
            };
            requestAnimationFrame(watchScroll);
        },
        dispose: () => scrolled?.removeEventListener('scroll', onScroll),
    };
}

function pageTitle(context: Context): string {
    return text(context.control.parent?.parent?.props['title']);
}

type Place = { button: HTMLButtonElement; icon: IconPart; host: HTMLElement; label: HTMLElement };

export function cupertinoNavigationBar(context: Context): Widget {
    const root = q('nav', 'q-navbar t-fill');
    const places: Place[] = [];
    const add = () => {
        const button = el('button');
        const host = el('span', 'q-navbar-icon');
        const label = el('span');
        const index = places.length;
        button.type = 'button';
        button.append(host, label);
        button.addEventListener('click', () => {
            context.set({ selected_index: index });
            context.emit('change', index);
        });
        places.push({ button, icon: new IconPart(host), host, label });
        root.append(button);
    };
    return {
        root,
        update() {
            const destinations = context.children('destinations').filter(({ props }) => props['visible'] !== false);
            const chosen = number(context.get('selected_index')) ?? 0;
            while (places.length < destinations.length) add();
            for (const { button } of places.splice(destinations.length)) button.remove();
            for (const [i, place] of places.entries()) showPlace(context, place, destinations[i]!, i === chosen);
            root.ariaLabel = context.text('tooltip') || 'Places';
            context.rootStyle = {
                '--q-bar': color(context.get('bgcolor')),
                '--q-on': color(context.get('active_color')),
                '--q-off':
                    context.text('inactive_color') === 'inactiveGray'
                        ? undefined
                        : color(context.get('inactive_color')),
                '--q-icon': px(context.get('icon_size')),
                ...border(context.get('border')),
            };
        },
    };
}

function showPlace(context: Context, place: Place, { props }: Control, isChosen: boolean): void {
    const { button, icon, host, label } = place;
    const wanted = (isChosen ? props['selected_icon'] : undefined) ?? props['icon'];
    context.place(host, icon.show(wanted));
    setText(label, text(props['label']));
    label.hidden = !label.textContent;
    button.disabled = context.isDisabled || props['disabled'] === true;
    setAttribute(button, 'aria-current', isChosen ? 'page' : undefined);
    setAttribute(button, 'aria-label', label.textContent ? undefined : text(props['tooltip']) || 'Place');
}
