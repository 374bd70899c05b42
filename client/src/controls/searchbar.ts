import type { Context, Widget } from '../dom/widget.ts';
import { elevationShadow, limits, outline } from '../core/looks.ts';
import type { Value } from '../core/tree.ts';
import { box, color, inState, lookup, number, textStyle, type Css } from '../core/values.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { Popup } from '../dom/popup.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { Typed } from '../dom/typed.ts';
import { round } from './calendar.ts';
import css from './searchbar.css?text';

const CAPITALS = { characters: 'characters', words: 'words', sentences: 'sentences', none: 'none' };
const KEYBOARDS = { email: 'email', number: 'decimal', phone: 'tel', url: 'url', datetime: 'numeric', none: 'none' };

// A field, and a view with suggestions that the app opens (and closes with what was chosen).
export function searchBar(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-search');
    const bar = el('div', 't-search-bar');
    const leading = el('span', 't-search-part');
    const trailing = el('span', 't-search-part');
    const input = field();
    const popup = new Popup(bar, 't-search-view', (reason) => {
        if (reason === 'outside') context.emit('tap_outside_view');
    });
    const head = el('div', 't-search-head');
    const viewLeading = el('span', 't-search-part');
    const viewTrailing = el('span', 't-search-part');
    const viewInput = field();
    const list = el('div', 't-search-list');
    const back = round('Back', __ICON_ARROW_BACK__);
    const clear = round('Clear', __ICON_CLOSE__);
    const onShown = () => (clear.hidden = viewInput.value === '');
    const texts = [new Typed(context, input, onShown), new Typed(context, viewInput, onShown)];
    let isNew = true;

    root.setAttribute('role', 'search');
    bar.append(leading, input, trailing);
    head.append(viewLeading, viewInput, viewTrailing);
    popup.panel.append(head, list);
    root.append(bar, popup.panel);

    function field(): HTMLInputElement {
        const made = el('input');
        made.type = 'text';
        made.enterKeyHint = 'search';
        made.autocomplete = 'off';
        made.addEventListener('keydown', (event) => {
            if (event.key === 'Enter' && !event.isComposing) context.emit('submit', made.value);
        });
        return made;
    }

    function say(value: string): void {
        input.value = value;
        texts[0]!.report();
    }

    function open(): null {
        if (context.isDisabled) return null;
        const width = `${bar.offsetWidth}px`;
        setStyle(popup.panel, viewStyle(context, width));
        popup.panel.classList.toggle('t-search-full', context.is('full_screen'));
        popup.open('over');
        viewInput.focus();
        return null;
    }

    function close(value: Value | undefined): null {
        if (typeof value === 'string' && value !== input.value) say(value);
        popup.close('done');
        return null;
    }

    back.addEventListener('click', () => popup.close('escape'));
    clear.addEventListener('click', () => {
        say('');
        viewInput.focus();
    });
    bar.addEventListener('click', (event) => {
        if (context.isDisabled || trailing.contains(event.target as Node) || leading.contains(event.target as Node))
            return;
        input.focus();
        context.emit('tap');
    });
    input.addEventListener('focus', () => context.emit('focus'));
    input.addEventListener('blur', () => context.emit('blur'));
    const onOutside = (event: PointerEvent) => {
        if (document.activeElement === input && !root.contains(event.target as Node)) context.emit('tap_outside_bar');
    };
    addEventListener('pointerdown', onOutside, true);

    function placeParts(): void {
        context.place(leading, context.children('bar_leading'));
        context.place(trailing, context.children('bar_trailing'));
        const first = context.children('view_leading');
        const last = context.children('view_trailing');
        context.place(viewLeading, first);
        context.place(viewTrailing, last);
        if (first.length) back.remove();
        else viewLeading.append(back);
        if (last.length) clear.remove();
        else viewTrailing.append(clear);
        context.place(list, context.children());
    }

    function describe(one: HTMLInputElement, hint: string, style: Css): void {
        one.placeholder = hint;
        one.disabled = context.isDisabled;
        setAttribute(one, 'aria-label', hint || context.text('tooltip') || 'Search');
        setAttribute(one, 'autocapitalize', lookup(CAPITALS, context.get('capitalization')));
        setAttribute(one, 'inputmode', lookup(KEYBOARDS, context.get('keyboard_type')));
        setStyle(one, style);
    }

    return {
        root,
        update() {
            placeParts();
            for (const one of texts) {
                one.limit(null, context.get('capitalization'));
                one.show();
            }
            onShown();
            const hint = context.text('bar_hint_text');
            describe(input, hint, textStyle(inState(context.get('bar_text_style'))));
            const viewHint = context.text('view_hint_text') || hint;
            describe(viewInput, viewHint, textStyle(context.get('view_header_text_style')));
            setStyle(bar, barStyle(context));
            setStyle(head, headStyle(context));
            setStyle(list, { padding: box(context.get('view_padding')) });
            if (isNew && context.is('autofocus')) focusSoon(input);
            isNew = false;
        },
        invoke(name, args) {
            if (name === 'focus') {
                input.focus();
                return null;
            }
            if (name === 'open_view') return open();
            if (name === 'close_view') return close(args['text']);
            return undefined;
        },
        dispose() {
            removeEventListener('pointerdown', onOutside, true);
            popup.close('done');
        },
    };
}

function barStyle(context: Context): Css {
    const states = context.isDisabled ? ['disabled'] : [];
    const pick = (name: string) => inState(context.get(`bar_${name}`), ...states);
    const scroll = box(context.get('bar_scroll_padding'));
    return {
        ...limits(context.get('bar_size_constraints')),
        ...outline(pick('shape'), pick('border_side')),
        'background-color': color(pick('bgcolor')),
        'box-shadow': elevationShadow(pick('elevation'), pick('shadow_color')),
        padding: box(pick('padding')),
        'scroll-margin': scroll,
        '--t-state': color(pick('overlay_color')),
        '--t-search-hint': textStyle(pick('hint_text_style'))['color'],
        opacity: context.isDisabled ? '0.38' : undefined,
    };
}

function headStyle(context: Context): Css {
    const height = number(context.get('view_header_height'));
    return {
        'min-height': height === undefined ? undefined : `${height}px`,
        padding: box(context.get('view_bar_padding')),
        '--t-search-line': color(context.get('divider_color')),
        '--t-search-hint': textStyle(context.get('view_hint_text_style'))['color'],
    };
}

function viewStyle(context: Context, width: string): Css {
    return {
        'min-width': width,
        width,
        ...Object.fromEntries(
            Object.entries(limits(context.get('view_size_constraints'))).filter(([, value]) => value),
        ),
        ...outline(context.get('view_shape'), context.get('view_side')),
        'background-color': color(context.get('view_bgcolor')),
        'box-shadow': elevationShadow(context.get('view_elevation')),
        height: context.get('shrink_wrap') === false ? '360px' : undefined,
        overflow: 'hidden',
    };
}
