import '@material/web/select/filled-select.js';
import '@material/web/select/outlined-select.js';
import '@material/web/select/select-option.js';
import type { Context, Widget } from '../dom/widget.ts';
import { IconPart } from '../dom/icons.ts';
import { color, key, oneOf, text } from '../core/values.ts';
import type { Control } from '../core/tree.ts';
import { el, setAttribute } from '../dom/elements.ts';

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
    const isFilled = oneOf(context.get('border'), ['underline', 'none']) || context.is('filled');
    const kind = isFilled ? 'filled' : 'outlined';
    const root = el(`md-${kind}-select` as 'select', 't-select') as HTMLElement as MdSelect;
    const icons = new IconPart(root, 'leading-icon');
    let shownOptions = '';
    // Menus inside scrolling or clipping boxes would be cut off.
    root.menuPositioning = 'popover';

    root.addEventListener('change', () => {
        const option = context.children('options').find((item) => optionValue(item) === root.value);
        context.set({ text: option ? labelOf(option) : root.value });
        context.set({ value: root.value });
        context.emit('text_change', option ? labelOf(option) : root.value);
        context.emit('select', root.value);
        context.emit('change', root.value);
    });
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));

    function showOptions(): void {
        const options = context.children('options');
        const state = JSON.stringify(
            options.map((item) => [optionValue(item), labelOf(item), item.props['disabled'] === true]),
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
            icons.show(context.get('leading_icon'));
            root.label = context.text('label') || context.text('hint_text');
            setAttribute(root, 'aria-label', root.label || context.text('tooltip') || undefined);
            root.supportingText = context.text('helper_text');
            root.errorText = context.text('error_text');
            root.error = root.errorText !== '';
            root.disabled = context.isDisabled;
            // The library finds the selected item only among rendered options.
            void root.updateComplete.then(showValue);
            const prefix = `--md-${kind}-select-text-field`;
            context.rootStyle = {
                [`${prefix}-input-text-color`]: color(context.get('color')),
                [`${prefix}-outline-color`]: color(context.get('border_color')),
                [`${prefix}-container-color`]: color(context.get('fill_color')),
                '--md-menu-container-color': color(context.get('bgcolor')),
            };
        },
        invoke(name) {
            if (name !== 'focus') return undefined;
            root.focus();
            return null;
        },
    };
}

function optionElement(control: Control): HTMLElement {
    const option = document.createElement('md-select-option') as MdOption;
    option.value = optionValue(control);
    option.disabled = control.props['disabled'] === true;
    const headline = el('div');
    headline.slot = 'headline';
    headline.textContent = labelOf(control);
    option.append(headline);
    return option;
}

function optionValue(option: Control): string {
    return key(option.props['key']) ?? text(option.props['text']);
}

function labelOf(option: Control): string {
    return text(option.props['text']) || text(option.props['content']) || optionValue(option);
}
