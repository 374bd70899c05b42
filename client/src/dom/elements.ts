// Small DOM vocabulary of the controls.

import { claim, isTaken } from './press.ts';
import type { Context } from './widget.ts';

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, className = ''): HTMLElementTagNameMap[K] {
    const element = document.createElement(tag);
    if (className) element.className = className;
    return element;
}

export function setText(element: Element, value: string): void {
    if (element.textContent !== value) element.textContent = value;
}

export function setAttribute(element: Element, name: string, value: string | undefined): void {
    if (value === undefined) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const LONG_PRESS_MS = 500;

// Events that every clickable control may have; each is reported only if the server listens.
export function listen(context: Context, target: HTMLElement): void {
    let timer = 0;
    let wasLong = false;
    const cancel = () => clearTimeout(timer);
    target.addEventListener('pointerdown', (event) => {
        wasLong = false;
        if (!context.handles('long_press') || context.isDisabled || isTaken(event, target)) return;
        if (!claim(event, 'long_press')) return;
        timer = window.setTimeout(() => {
            wasLong = true;
            context.emit('long_press');
        }, LONG_PRESS_MS);
    });
    for (const type of ['pointerup', 'pointerleave', 'pointercancel']) target.addEventListener(type, cancel);
    // The end of a long press is no press.
    target.addEventListener('click', (event) => wasLong && event.stopImmediatePropagation(), true);
    target.addEventListener('pointerenter', () => context.emit('hover', true));
    target.addEventListener('pointerleave', () => context.emit('hover', false));
    target.addEventListener('focus', () => context.emit('focus'));
    target.addEventListener('blur', () => context.emit('blur'));
}

// Presses of an element that holds other controls: those that one of them takes are not its own.
export function onPress(context: Context, target: HTMLElement, act: () => void): void {
    target.addEventListener('click', (event) => {
        if (!context.isDisabled && !isTaken(event, target)) act();
    });
}

// Shared: a name must be the only one of its kind in the whole document.
let lastName = 0;

export function newName(prefix: string): string {
    return `${prefix}-${++lastName}`;
}

// Shared: the document has one focus.
const awaiting = new Set<HTMLElement>();

// For a control that asks for the focus as it appears: it gets it with the next frame, unless another one was given it
// meanwhile. The focus that stands for a new view (on its heading, or on an element around the control) gives way.
export function focusSoon(element: HTMLElement): void {
    const before = document.activeElement;
    awaiting.add(element);
    requestAnimationFrame(() => {
        awaiting.delete(element);
        const now = document.activeElement;
        if (now === before || !now || now.contains(element) || now.matches('[tabindex="-1"]')) element.focus();
    });
}

// Whether a control below is about to have the focus, so that it needs no other place.
export function awaitsFocus(root: Element): boolean {
    return [...awaiting].some((element) => root.contains(element));
}
