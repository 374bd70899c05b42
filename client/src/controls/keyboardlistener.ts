// Hears keys while the focus is on it or in its content.

import type { Context, Widget } from '../dom/widget.ts';
import { keyLabel } from '../core/keys.ts';
import { focusSoon } from '../dom/elements.ts';
import { pressableIn } from '../dom/press.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

export function keyboardListener(context: Context): Widget {
    const root = wrapperBox();
    const tell = (name: string, event: KeyboardEvent) => {
        if (!context.isDisabled) context.emit(name, { key: keyLabel(event.key) });
    };
    root.addEventListener('keydown', (event) => tell(event.repeat ? 'key_repeat' : 'key_down', event));
    root.addEventListener('keyup', (event) => tell('key_up', event));
    let isNew = true;
    return {
        root,
        looksInside: true,
        update() {
            placeContent(context, root);
            // With a field in it the focus is there; else it needs a place of its own.
            root.tabIndex = pressableIn(root) || !context.is('include_semantics', true) ? -1 : 0;
            if (root.tabIndex === 0) root.setAttribute('role', 'group');
            else root.removeAttribute('role');
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
