// Where the focus goes when what had it is taken away: to what took its place, or lies beside it, and not to the
// top of the page.

import { awaitsFocus } from './elements.ts';

const STOPS =
    'a[href], button:not(:disabled), [tabindex="0"], :is(md-icon-button, md-filled-icon-button, md-filled-tonal-icon-button, ' +
    'md-outlined-icon-button, md-checkbox, md-switch, md-radio, md-fab):not([disabled])';

type Step = { parent: Element; next: Element | null; before: Element | null };

// The way from the focused element outwards, as it was before the drawing.
export class Trail {
    private readonly steps: Step[] = [];
    private readonly like: string;

    constructor(
        private readonly focused: HTMLElement,
        root: Element,
    ) {
        // Where a view goes with it, the one below knows what had the focus there (viewstack.ts).
        for (
            let at: Element = focused;
            at !== root && at.parentElement && !at.matches('.t-view');
            at = at.parentElement
        )
            this.steps.push({
                parent: at.parentElement,
                next: at.nextElementSibling,
                before: at.previousElementSibling,
            });
        this.like = nameOf(focused);
    }

    // After it. Nothing is done where the focus is already somewhere, or on its way to a control that asked for it.
    follow(): void {
        if (this.focused.isConnected || document.activeElement !== document.body) return;
        if (awaitsFocus(document.body)) return;
        const step = this.steps.find(({ parent }) => parent.isConnected && parent.checkVisibility());
        if (!step) return;
        const place = this.stopIn(step.next) ?? this.stopIn(step.before) ?? placeOf(step.parent);
        place?.focus({ preventScroll: true });
    }

    // A control of the same kind, if there is one; else the first that can be pressed. Fields are left alone: they
    // would bring up a keyboard that nobody asked for.
    private stopIn(beside: Element | null): HTMLElement | undefined {
        if (!beside?.isConnected || !beside.checkVisibility()) return undefined;
        const stops = [beside, ...beside.querySelectorAll(STOPS)].filter(
            (stop): stop is HTMLElement => stop instanceof HTMLElement && stop.matches(STOPS) && stop.checkVisibility(),
        );
        return stops.find((stop) => nameOf(stop) === this.like) ?? stops[0];
    }
}

function nameOf(element: Element): string {
    return `${element.localName} ${element.getAttribute('aria-label') ?? element.textContent}`;
}

// The nearest thing around that may have the focus: a list, a dialog, the view.
function placeOf(parent: Element): HTMLElement | null {
    return parent.closest<HTMLElement>('[tabindex], dialog');
}
