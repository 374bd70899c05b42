// Tooltips: one element for all of them, shown under the pointer after a moment, and at once where the
// keyboard's focus is. Escape, a click and leaving hide it. Fetched with the first control that has one.

import { isMap, type Value, type ValueMap } from '../core/tree.ts';
import { box, color, durationMs, number, oneOf, px, textStyle } from '../core/values.ts';
import { setStyle, tips, tipText } from './style.ts';

const WAIT_MS = 800;
const TOUCH_SHOW_MS = 1500;
const GAP_PX = 8;
const EDGE_PX = 8;

const tip = document.createElement('div');
tip.id = 'tooltip';
tip.className = 't-tooltip';
tip.role = 'tooltip';
tip.hidden = true;
// Above dialogs, too, where the browser has the means.
if ('popover' in tip) tip.popover = 'manual';
document.body.append(tip);

let owner: HTMLElement | undefined;
let timer = 0;

function find(target: EventTarget | null): HTMLElement | undefined {
    for (let e = target instanceof Element ? target : null; e; e = e.parentElement)
        if (e instanceof HTMLElement && tips.has(e)) return e;
    return undefined;
}

function optionsOf(element: HTMLElement): ValueMap {
    const value: Value | undefined = tips.get(element);
    return isMap(value) ? value : {};
}

function show(element: HTMLElement): void {
    clearTimeout(timer);
    if (!element.isConnected || !tips.has(element)) return;
    const options = optionsOf(element);
    owner = element;
    tip.textContent = tipText(tips.get(element));
    const decoration = isMap(options['decoration']) ? options['decoration'] : {};
    setStyle(tip, {
        ...textStyle(options['text_style']),
        padding: box(options['padding']),
        'background-color': color(options['bgcolor']) ?? color(decoration['bgcolor']),
        'text-align': oneOf(options['text_align'], ['left', 'right', 'center', 'justify', 'start', 'end']),
    });
    tip.hidden = false;
    tip.showPopover?.();
    place(element, options);
}

function place(element: HTMLElement, options: ValueMap): void {
    const at = element.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    // The offset counts from the middle of the control, as Flutter's does.
    const offset = number(options['vertical_offset']);
    const gap = offset === undefined ? GAP_PX : offset - at.height / 2;
    const [below, above] = [at.bottom + gap, at.top - gap - height];
    const isBelow = options['prefer_below'] === false
        ? above < EDGE_PX
        : below + height <= innerHeight - EDGE_PX || above < EDGE_PX;
    const left = Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - EDGE_PX);
    tip.style.setProperty('left', px(Math.max(left, EDGE_PX))!);
    tip.style.setProperty('top', px(isBelow ? below : above)!);
}

function hide(): void {
    clearTimeout(timer);
    owner = undefined;
    if (tip.hidden) return;
    tip.hidePopover?.();
    tip.hidden = true;
}

function showAfter(element: HTMLElement, ms: number): void {
    clearTimeout(timer);
    timer = window.setTimeout(() => show(element), ms);
}

document.addEventListener('pointerover', ({ target, pointerType }) => {
    const found = find(target);
    if (found === owner) return;
    hide();
    if (!found || pointerType === 'touch') return;
    showAfter(found, durationMs(optionsOf(found)['wait_duration'] ?? null) ?? WAIT_MS);
});

// A long press, where there is no pointer that could rest on something.
document.addEventListener('contextmenu', ({ target }) => {
    const found = matchMedia('(hover: none)').matches ? find(target) : undefined;
    if (!found) return;
    show(found);
    timer = window.setTimeout(hide, durationMs(optionsOf(found)['show_duration'] ?? null) ?? TOUCH_SHOW_MS);
});

document.addEventListener('focusin', (event) => {
    const found = find(event.target);
    // Controls of the widget library hold the focus inside.
    const [focused] = event.composedPath();
    if (found && focused instanceof Element && focused.matches(':focus-visible')) show(found);
});

document.addEventListener('focusout', hide);
document.addEventListener('pointerdown', hide, true);
document.addEventListener('scroll', hide, true);
document.documentElement.addEventListener('pointerleave', hide);
document.addEventListener(
    'keydown',
    ({ key }) => {
        if (key === 'Escape') hide();
    },
    true,
);

// The tooltip of a control that goes must not stay behind; that of one that changes is written anew.
export function refresh(element: HTMLElement): void {
    if (element === owner && tips.has(element)) tip.textContent = tipText(tips.get(element));
    else if (element === owner) hide();
}

new MutationObserver(() => owner && !owner.isConnected && hide()).observe(document.body, {
    childList: true, subtree: true,
});
