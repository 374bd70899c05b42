// One press, one handler: the innermost control that does something with it has it.

// What takes presses for itself, be it of the platform, of the widget library, or of our own.
const TAKERS =
    'a[href], button:not(.t-press, .t-button:disabled), input, select, textarea, summary, label, [contenteditable=true], [data-press], ' +
    '[role=button], [role=link], [role=checkbox], [role=radio], [role=switch], [role=slider], [role=tab], ' +
    '[role=option], [role^=menuitem], [role=textbox], [role=combobox], md-fab';
// The same, unless they are disabled. Their attribute says so a moment later than they do.
const ABLE_TAKERS =
    ':is(md-checkbox, md-switch, md-radio, md-slider, md-outlined-select, md-filled-select, ' +
    'md-outlined-text-field, md-filled-text-field, ' +
    'md-icon-button, md-filled-icon-button, md-filled-tonal-icon-button, md-outlined-icon-button)';

export function takesPresses(element: Element): boolean {
    return element.matches(TAKERS) || (element.matches(ABLE_TAKERS) && !(element as HTMLButtonElement).disabled);
}

// What within it can be pressed, if anything.
export function pressableIn(root: Element): Element | null {
    return [...root.querySelectorAll(`${TAKERS}, ${ABLE_TAKERS}`)].find(takesPresses) ?? null;
}

// True when something between where the person pressed and this element has the press.
export function isTaken(event: Event, root: Element): boolean {
    for (const step of event.composedPath()) {
        if (step === root) return false;
        if (step instanceof Element && takesPresses(step)) return true;
    }
    return false;
}

// Shared: it says of an event which gestures are spoken for.
const claims = new WeakMap<Event, Set<string>>();

// The first that asks has it: events come to the innermost element first.
export function claim(event: Event, gesture: string): boolean {
    let taken = claims.get(event);
    if (!taken) claims.set(event, (taken = new Set()));
    if (taken.has(gesture)) return false;
    taken.add(gesture);
    return true;
}
