import '@material/web/select/filled-select.js';
import '@material/web/select/outlined-select.js';
import '@material/web/select/select-option.js';
import type { Context, Widget } from '../dom/widget.ts';
import { given } from '../core/looks.ts';
import { IconPart, iconElement, showIcon } from '../dom/icons.ts';
import {
    box,
    color,
    icon,
    inState,
    key,
    number,
    oneOf,
    px,
    radius,
    text,
    textStyle,
    type Css,
} from '../core/values.ts';
import type { Control } from '../core/tree.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';

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
    return selection(context, 'Dropdown');
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
    let shownOptions = '';
    // Menus inside scrolling or clipping boxes would be cut off.
    root.menuPositioning = 'popover';

    root.addEventListener('change', () => {
        const option = context.children('options').find((item) => optionValue(item) === root.value);
        if (type === 'Dropdown') context.set({ text: option ? labelOf(option) : root.value });
        context.set({ value: root.value });
        if (option) context.renderer.outlet.emit(option, 'click', null);
        context.emit('text_change', option ? labelOf(option) : root.value);
        context.emit('select', root.value);
        context.emit('change', root.value);
    });
    root.addEventListener('click', () => context.emit('click'));
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));

    function showOptions(): void {
        const options = context.children('options');
        const state = JSON.stringify(
            options.map((item) => [optionValue(item), labelOf(item), item.props['disabled'] === true, iconOf(item)]),
        );
        if (state === shownOptions) return;
        shownOptions = state;
        for (const option of root.querySelectorAll('md-select-option')) option.remove();
        root.append(...options.map(optionElement));
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

    return {
        root,
        update() {
            showOptions();
            icons.place(
                context,
                icons.show(context.get('leading_icon') ?? context.get('prefix_icon') ?? context.get('icon')),
            );
            const arrow = root.selectedOptions?.length ? context.get('selected_trailing_icon') : undefined;
            arrows.place(context, arrows.show(arrow ?? context.get('trailing_icon') ?? context.get('select_icon')));
            root.label = context.text('label') || context.text('hint_text');
            setAttribute(root, 'aria-label', root.label || context.text('tooltip') || undefined);
            root.supportingText = context.text('helper_text') || context.text('helper');
            root.errorText = context.text('error_text') || context.text('error');
            root.error = root.errorText !== '';
            root.disabled = context.isDisabled;
            // The library finds the selected item only among rendered options.
            void root.updateComplete.then(showValue);
            context.rootStyle = look(context, `--md-${kind}-select-text-field`);
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

function look(context: Context, prefix: string): Css {
    const words = textStyle(context.get('text_style'));
    const line = color(context.get('border_color'));
    const focused = color(context.get('focused_border_color')) ?? color(context.get('focused_color'));
    const label = textStyle(context.get('label_style'));
    const corner = radius(context.get('border_radius'));
    const isBare = oneOf(context.get('border'), ['none']);
    const ink = color(context.get('color')) ?? words['color'];
    const level = number(inState(context.get('elevation')));
    return {
        [`${prefix}-input-text-color`]: ink,
        [`${prefix}-hover-input-text-color`]: ink,
        [`${prefix}-focus-input-text-color`]: ink,
        [`${prefix}-input-text-size`]: px(context.get('text_size')) ?? words['font-size'],
        [`${prefix}-input-text-weight`]: words['font-weight'],
        [`${prefix}-label-text-color`]: label['color'],
        [`${prefix}-label-text-size`]: label['font-size'],
        [`${prefix}-supporting-text-color`]: textStyle(context.get('helper_style'))['color'],
        [`${prefix}-error-supporting-text-color`]: textStyle(context.get('error_style'))['color'],
        [`${prefix}-outline-color`]: line,
        [`${prefix}-hover-outline-color`]: color(context.get('hover_color')) ?? line,
        [`${prefix}-focus-outline-color`]: focused,
        [`${prefix}-active-indicator-color`]: line,
        [`${prefix}-focus-active-indicator-color`]: focused,
        [`${prefix}-outline-width`]: px(context.get('border_width')),
        [`${prefix}-focus-outline-width`]: px(context.get('focused_border_width')),
        [`${prefix}-active-indicator-height`]: isBare ? '0' : undefined,
        [`${prefix}-focus-active-indicator-height`]: isBare ? '0' : undefined,
        [`${prefix}-container-shape`]: corner,
        [`${prefix}-container-color`]: color(context.get('fill_color')) ?? (isBare ? 'transparent' : undefined),
        '--md-menu-container-color': color(inState(context.get('bgcolor'))),
        '--md-menu-container-elevation': level === undefined ? undefined : String(Math.min(5, Math.round(level / 2))),
        '--t-menu-height': px(context.get('menu_height')) ?? px(context.get('max_menu_height')),
        '--t-menu-width': px(context.get('menu_width')),
        'text-align': oneOf(context.get('text_align'), ['left', 'right', 'center', 'start', 'end']),
        ...(context.get('margin') ? {} : given({ margin: box(context.get('expanded_insets')) })),
    };
}

function iconOf(option: Control): string {
    return String(option.props['leading_icon'] ?? '') + String(option.props['trailing_icon'] ?? '');
}

function optionElement(control: Control): HTMLElement {
    const option = document.createElement('md-select-option') as MdOption;
    option.value = optionValue(control);
    option.disabled = control.props['disabled'] === true;
    const headline = el('div');
    headline.slot = 'headline';
    headline.textContent = labelOf(control);
    option.append(headline);
    for (const [name, slot] of [['leading_icon', 'start'] as const, ['trailing_icon', 'end'] as const]) {
        const wanted = icon(control.props[name]);
        if (!wanted) continue;
        const svg = iconElement(slot);
        showIcon(svg, wanted);
        option.append(svg);
    }
    setStyle(headline, textStyle(control.props['text_style']));
    return option;
}

function optionValue(option: Control): string {
    return key(option.props['key']) ?? text(option.props['text']);
}

function labelOf(option: Control): string {
    return text(option.props['text']) || text(option.props['content']) || optionValue(option);
}
