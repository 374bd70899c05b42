// Draws its content. A page in a browser may not take a picture of itself without asking, and a call says so.

import type { Context, Widget } from '../dom/widget.ts';
import { wrapper } from './wrapper.ts';

export function screenshot(context: Context): Widget {
    return {
        ...wrapper(context),
        invoke(name) {
            if (name !== 'capture') return undefined;
            throw new Error('Screenshot.capture is not supported by browsers: a page cannot take a picture of itself');
        },
    };
}
