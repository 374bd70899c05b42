import '@material/web/select/filled-select.js';
import '@material/web/select/outlined-select.js';
import '@material/web/select/select-option.js';
import type { Context, Widget } from '../dom/widget.ts';
import { isMap, type Control, type Value } from '../core/tree.ts';
import {
    box,
    color,
    durationMs,
    given,
    inState,
    isOn,
    oneOf,
    px,
    shapeRadius,
    text,
    textStyle,
    type Css,
} from '../core/values.ts';
import type { Editable } from '../dom/typed.ts';
import type { FieldExtras } from './fieldextras.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import { ShadowSheet, type Rule } from '../dom/shadowsheet.ts';
import { setStyle } from '../dom/style.ts';
import { combobox } from './combobox.ts';
import { fillHeadline, iconPart, labelOf, look, menuStyle, optionValue, spaces, stateOf } from './dropdownparts.ts';

type MdSelect = HTMLElement & {
    value: string;
    label: string;
    supportingText: string;
    error: boolean;
    errorText: string;
    disabled: boolean;
    menuPositioning: string;
    selectedOptions: unknown[];
    reset(): void;
    updateComplete: Promise<boolean>;
};
type MdOption = HTMLElement & { value: string; disabled: boolean };

export function dropdown(context: Context): Widget {
    return context.is('editable') ? combobox(context) : selection(context, 'Dropdown');
}

// Flutter's older one: other names for the same.
export function dropdownM2(context: Context): Widget {
    return selection(context, 'DropdownM2');
}

function selection(context: Context, type: 'Dropdown' | 'DropdownM2'): Widget {
    const isFilled = oneOf(context.get('border'), ['underline', 'none']) || context.is('filled');
    const kind = isFilled ? 'filled' : 'outlined';
    const root = el(`md-${kind}-select` as 'select', 't-select') as HTMLElement as MdSelect;
    const icons = new IconPart(root, 'leading-icon');
    const arrows = new IconPart(root, 'trailing-icon');
    let isNew = true;
    let isOpen = false;
    let shownOptions = '';
    const outer = new ShadowSheet(root);
    let inner: ShadowSheet | undefined;
    let menus: ShadowSheet | undefined;
    let extras: FieldExtras | undefined;
    let isAsked = false;
    // Menus inside scrolling or clipping boxes would be cut off.
    root.menuPositioning = 'popover';

    // The library knows one of a keyboard's two Enters.
    root.addEventListener(
        'keydown',
        (event) => event.code === 'NumpadEnter' && Object.defineProperty(event, 'code', { value: 'Enter' }),
        true,
    );
    root.addEventListener('change', () => {
        const option = context.children('options').find((item) => optionValue(item) === root.value);
        if (type === 'Dropdown') context.set({ text: option ? labelOf(option) : root.value });
        context.set({ value: root.value });
        if (option) context.renderer.outlet.emit(option, 'click', null);
        context.emit('text_change', option ? labelOf(option) : root.value);
        context.emit('select', root.value);
        context.emit('change', root.value);
    });
    for (const [event, state] of [['opening', true] as const, ['closing', false] as const])
        root.addEventListener(event, () => {
            isOpen = state;
            if (context.get('selected_trailing_icon') !== undefined) context.renderer.redraw([context.control]);
        });
    root.addEventListener('click', () => context.emit('click'));
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));

    function showOptions(): void {
        const options = context.children('options');
        const state = JSON.stringify(options.map(stateOf));
        if (state === shownOptions) return;
        shownOptions = state;
        for (const option of root.querySelectorAll('md-select-option')) option.remove();
        root.append(...options.map((option) => optionElement(context, option)));
    }

    // The value may come before its option, and the option may go: each time the options decide anew.
    function showValue(): void {
        const value = text(context.get('value'));
        const isThere = context.children('options').some((item) => optionValue(item) === value);
        if (!isThere) {
            root.value = '';
            root.reset();
        } else if (root.value !== value || root.selectedOptions.length !== 1) root.value = value;
    }

    // Parts that the library draws within its shadow roots.
    function showParts(): void {
        const field = root.shadowRoot?.querySelector<HTMLElement>('.field');
        const menu = root.shadowRoot?.querySelector<HTMLElement>('md-menu');
        if (!field || !menu) return;
        const isRtl = getComputedStyle(root).direction === 'rtl';
        // A hint goes when there is a value; no gap is left for it in the line around.
        const fade = durationMs(context.get('hint_fade_duration'));
        const gone: Css = fade ? { opacity: '0', transition: `opacity ${fade}ms` } : { display: 'none' };
        const hint: Rule[] = [
            ['.populated .label', gone],
            ['.populated .outline-notch', { margin: '0', padding: '0' }],
        ];
        const isHint = !context.text('label') && context.text('hint_text') !== '';
        outer.set([['.select .field', spaces(context, `--md-${kind}-field`, isRtl)]]);
        (inner ??= new ShadowSheet(field)).set(isHint ? hint : []);
        (menus ??= new ShadowSheet(menu)).set([['.menu', menuStyle(context)]]);
    }

    // What few ask for is what few text fields ask for.
    function extraStyle(prefix: string): Css {
        if (extras) return extras.update();
        if (type === 'Dropdown' || isAsked || !EXTRAS.some((name) => isOn(context.get(name)))) return {};
        isAsked = true;
        import('./fieldextras.ts').then(
            (code) => {
                extras = new code.FieldExtras(context, root as unknown as Editable, prefix);
                context.renderer.redraw([context.control]);
            },
            () => (isAsked = false),
        );
        return {};
    }

    return {
        root,
        dispose: () => extras?.dispose(),
        update() {
            showOptions();
            icons.place(
                context,
                icons.show(context.get('leading_icon') ?? context.get('prefix_icon') ?? context.get('icon')),
            );
            // While the menu is open the arrow may be another one.
            const arrow = isOpen ? context.get('selected_trailing_icon') : undefined;
            arrows.place(
                context,
                arrows.show(
                    arrow ?? context.get('trailing_icon') ?? context.get('select_icon') ?? context.get('suffix_icon'),
                ),
            );
            root.label = context.text('label') || context.text('hint_text');
            setAttribute(root, 'aria-label', root.label || context.text('tooltip') || undefined);
            root.supportingText = context.text('helper_text') || context.text('helper');
            root.errorText = context.text('error_text') || context.text('error');
            root.error = root.errorText !== '';
            root.disabled = context.isDisabled;
            // The library finds the selected item only among rendered options.
            void root.updateComplete.then(() => {
                showValue();
                showParts();
            });
            const prefix = `--md-${kind}-select-text-field`;
            context.rootStyle = { ...look(context, prefix), ...arrowLook(context, prefix), ...extraStyle(prefix) };
            if (isNew && context.is('autofocus')) focusSoon(root);
            isNew = false;
        },
        invoke(name) {
            if (name !== 'focus') return undefined;
            root.focus();
            return null;
        },
    };
}

const EXTRAS = (
    'focused_bgcolor focus_color helper_max_lines counter counter_style error_max_lines prefix ' +
    'prefix_icon_size_constraints prefix_style suffix suffix_icon_size_constraints size_constraints fit_parent_size suffix_style'
).split(' ');

// The arrow, and whether the field is as wide as there is room.
function arrowLook(context: Context, prefix: string): Css {
    const ink = color(context.get('select_icon_enabled_color'));
    const isNarrow = context.get('options_fill_horizontally') === false && context.get('width') === undefined;
    return given({
        [`${prefix}-trailing-icon-size`]: px(context.get('select_icon_size')),
        [`${prefix}-trailing-icon-color`]: ink,
        [`${prefix}-hover-trailing-icon-color`]: ink,
        [`${prefix}-focus-trailing-icon-color`]: ink,
        [`${prefix}-disabled-trailing-icon-color`]: color(context.get('select_icon_disabled_color')),
        ...(isNarrow && { 'align-self': 'flex-start', width: 'max-content' }),
    });
}

function optionElement(context: Context, control: Control): HTMLElement {
    const option = document.createElement('md-select-option') as MdOption;
    option.value = optionValue(control);
    option.disabled = control.props['disabled'] === true;
    const headline = el('div');
    headline.slot = 'headline';
    option.append(headline);
    fillHeadline(context, headline, control);
    for (const [name, slot] of [['leading_icon', 'start'] as const, ['trailing_icon', 'end'] as const]) {
        const part = iconPart(context, control.props[name], slot);
        if (part) option.append(part);
    }
    const style = control.props['style'];
    setStyle(headline, { ...textStyle(control.props['text_style']), ...wordsOf(style) });
    const height = px(context.get('item_height'));
    setStyle(option, {
        ...optionStyle(style),
        '--md-menu-item-one-line-container-height': height,
        'min-height': height,
    });
    return option;
}

function wordsOf(style: Value | undefined): Css {
    return isMap(style) ? textStyle(inState(style['text_style'])) : {};
}

// A ButtonStyle, by the variables of the library's items.
function optionStyle(style: Value | undefined): Css {
    if (!isMap(style)) return {};
    const pick = (name: string) => inState(style[name]);
    const ink = color(pick('color'));
    const glyphs = color(pick('icon_color')) ?? ink;
    const over = color(pick('overlay_color'));
    const css: Css = { '--md-menu-item-container-color': color(pick('bgcolor')) };
    for (const state of ['', 'hover-', 'focus-', 'pressed-', 'selected-'])
        css[`--md-menu-item-${state}label-text-color`] = ink;
    for (const end of ['leading', 'trailing']) css[`--md-menu-item-${end}-icon-color`] = glyphs;
    for (const state of ['hover', 'pressed']) css[`--md-menu-item-${state}-state-layer-color`] = over;
    return { ...css, 'border-radius': shapeRadius(pick('shape')), padding: box(pick('padding')) };
}
