// A control that is pressed as a whole: a button to screen readers and keys. Where it holds other controls that
// are pressed it cannot be one around them; a button of its own then lies beside them.

import { Control, isMap, type Value } from '../core/tree.ts';
import { el, setAttribute } from './elements.ts';

const PRESSED = ['on_click', 'on_tap', 'on_change', 'on_select_change', 'on_long_press'];
const KINDS =
    /Button|Field|^(Checkbox|Switch|Radio|Slider|RangeSlider|Dropdown|DropdownM2|Chip|SearchBar|AutoComplete|Tabs|MenuBar|Cupertino(Checkbox|Switch|Radio|Slider))$/;

export class PressArea {
    private button: HTMLButtonElement | undefined;
    private isNamed = false;

    constructor(
        private readonly root: HTMLElement,
        private readonly press: () => void,
    ) {
        root.addEventListener('keydown', (event) => {
            if (event.target !== root || !['Enter', ' '].includes(event.key) || root.tabIndex !== 0) return;
            event.preventDefault();
            if (!event.repeat) press();
        });
    }

    // Held: what lies in it. The name is used where the content cannot give one.
    update(isButton: boolean, isDisabled: boolean, held: readonly Control[], name: string): void {
        const { root } = this;
        const isBeside = isButton && held.some(isPressable);
        const isWhole = isButton && !isBeside;
        setAttribute(root, 'role', isWhole ? 'button' : undefined);
        setAttribute(root, 'tabindex', isWhole && !isDisabled ? '0' : undefined);
        setAttribute(root, 'aria-disabled', isButton && isDisabled ? 'true' : undefined);
        // With nothing in it nothing else says what it is.
        const isNameless = isWhole && !held.length && !root.textContent?.trim();
        if (isNameless) root.ariaLabel = name || 'Open';
        else if (this.isNamed) root.ariaLabel = null;
        this.isNamed = isNameless;
        setAttribute(root, 'data-press', isBeside && !isDisabled ? '' : undefined);
        if (!isBeside) {
            this.button?.remove();
            this.button = undefined;
            return;
        }
        const button = (this.button ??= this.add());
        if (button.parentElement !== root) root.prepend(button);
        button.disabled = isDisabled;
        button.ariaLabel = name || wordsOf(held) || 'Open';
    }

    private add(): HTMLButtonElement {
        const button = el('button', 't-press');
        button.type = 'button';
        button.addEventListener('click', (event) => {
            event.stopPropagation();
            this.press();
        });
        return button;
    }
}

// The first text that stands in it.
function wordsOf(values: readonly Value[]): string {
    for (const value of values) {
        if (value instanceof Control) {
            if (value.type === 'Text' && typeof value.props['value'] === 'string') return value.props['value'];
            const found = wordsOf(Object.values(value.props).filter(isHolding));
            if (found) return found;
        } else if (Array.isArray(value)) {
            const found = wordsOf(value);
            if (found) return found;
        }
    }
    return '';
}

const isHolding = (value: Value): boolean => value instanceof Control || Array.isArray(value);

function isPressable(value: Value): boolean {
    if (Array.isArray(value)) return value.some(isPressable);
    if (!(value instanceof Control)) return false;
    const { props, type } = value;
    if (props['visible'] === false) return false;
    if (KINDS.test(type) || PRESSED.some((name) => props[name] === true) || typeof props['url'] === 'string')
        return true;
    return Object.values(props).some((inner) => !isMap(inner) && isPressable(inner));
}
