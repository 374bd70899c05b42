// Its content hears presses, and so does what lies beneath it.

import type { Context, Widget } from '../dom/widget.ts';
import { placeContent, wrapperBox } from './wrapper.ts';

export function transparentPointer(context: Context): Widget {
    const root = wrapperBox();
    root.classList.add('t-see-through');
    root.addEventListener('click', (event) => {
        const beneath = document
            .elementsFromPoint(event.clientX, event.clientY)
            .find((element) => !root.contains(element) && !element.contains(root));
        if (beneath instanceof HTMLElement) beneath.click();
    });
    return { root, update: () => placeContent(context, root) };
}
