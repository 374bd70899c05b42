// Fields that the browser fills in together.

import type { Context, Widget } from '../dom/widget.ts';
import { el } from '../dom/elements.ts';
import css from '../styles/wrappers.css?text';
import { adopt } from '../dom/sheet.ts';
import { placeContent } from './wrapper.ts';

export function autofillGroup(context: Context): Widget {
    adopt(css);
    const root = el('form', 't-box t-wrap');
    root.autocomplete = 'on';
    root.noValidate = true;
    // What is sent goes through the app's handlers.
    root.addEventListener('submit', (event) => event.preventDefault());
    return {
        root,
        update: () => placeContent(context, root),
        // With `cancel` the browser is not to keep what was typed.
        dispose() {
            if (context.text('dispose_action') === 'cancel') root.autocomplete = 'off';
        },
    };
}
