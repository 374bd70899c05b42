// What screen readers hear of a part of the page: Semantics, MergeSemantics, ExcludeSemantics.

import type { Context, Widget } from '../dom/widget.ts';
import { number } from '../core/values.ts';
import { setAttribute } from '../dom/elements.ts';
import { isTaken, pressableIn } from '../dom/press.ts';
import { placeContent, wrapper, wrapperBox } from './wrapper.ts';

const PRESSED = ['button', 'link', 'checkbox', 'switch'];
const SCROLLS: { [key: string]: string } = {
    ArrowLeft: 'scroll_right',
    ArrowRight: 'scroll_left',
    ArrowUp: 'scroll_down',
    ArrowDown: 'scroll_up',
};

export function semantics(context: Context): Widget {
    const root = wrapperBox();
    const emit = (event: string) => () => context.emit(event);
    for (const type of ['copy', 'cut', 'paste']) root.addEventListener(type, emit(type));
    root.addEventListener('focusin', (event) => {
        if (!root.contains(event.relatedTarget as Node | null)) context.emit('did_gain_accessibility_focus');
    });
    root.addEventListener('focusout', (event) => {
        if (!root.contains(event.relatedTarget as Node | null)) context.emit('did_lose_accessibility_focus');
    });
    root.addEventListener('input', (event) => {
        const field = event.composedPath()[0];
        if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
            context.emit('set_text', field.value);
    });
    // The name that the protocol has for it, and the one that Flet's client sends.
    const tap = () => {
        if (context.isDisabled) return;
        context.emit('tap');
        context.emit('click');
    };
    root.addEventListener('click', (event) => !isTaken(event, root) && tap());
    root.addEventListener('dblclick', (event) => !isTaken(event, root) && context.emit('double_tap'));
    root.addEventListener('keydown', (event) => onKey(context, root, event, tap));
    let isNew = true;
    return {
        root,
        looksInside: true,
        update() {
            placeContent(context, root);
            describe(context, root);
            if (isNew && context.is('focus')) requestAnimationFrame(() => root.focus());
            isNew = false;
        },
    };
}

function onKey(context: Context, root: HTMLElement, event: KeyboardEvent, tap: () => void): void {
    const { key } = event;
    if (key === 'Escape' && context.handles('dismiss')) {
        event.stopPropagation();
        return context.emit('dismiss');
    }
    if (key === 'ArrowRight' || key === 'ArrowLeft')
        context.emit(`move_cursor_${key === 'ArrowRight' ? 'forward' : 'backward'}_by_character`, event.shiftKey);
    if (event.target !== root) return;
    const isUp = key === 'ArrowUp' || key === 'ArrowRight';
    if (context.is('slider') && (isUp || key === 'ArrowDown' || key === 'ArrowLeft')) {
        event.preventDefault();
        return context.emit(isUp ? 'increase' : 'decrease');
    }
    const scroll = SCROLLS[key];
    if (scroll && context.handles(scroll)) {
        event.preventDefault();
        return context.emit(scroll);
    }
    if (![' ', 'Enter'].includes(key) || !PRESSED.includes(root.getAttribute('role') ?? '')) return;
    event.preventDefault();
    tap();
}

// A role whose content has controls of its own would hide them: it is a group then.
function roleOf(context: Context, root: HTMLElement): string | undefined {
    const isGroup = pressableIn(root) !== null;
    if (context.is('textfield')) return isGroup ? 'group' : 'textbox';
    if (isGroup && ['button', 'link', 'checked', 'toggled', 'slider', 'image'].some((name) => isGiven(context, name)))
        return 'group';
    if (isGiven(context, 'checked') || context.is('mixed')) return 'checkbox';
    if (isGiven(context, 'toggled')) return 'switch';
    if (context.is('slider')) return 'slider';
    if (context.is('link')) return 'link';
    if (context.is('button')) return 'button';
    if (context.is('image')) return 'img';
    if (context.is('header') || headingLevel(context)) return 'heading';
    return context.text('label') || context.is('container') ? 'group' : undefined;
}

function isGiven(context: Context, name: string): boolean {
    const value = context.get(name);
    return value !== undefined && value !== null && (name === 'checked' || name === 'toggled' || value === true);
}

function headingLevel(context: Context): number {
    return Math.min(number(context.get('heading_level')) ?? 0, 6);
}

function describe(context: Context, root: HTMLElement): void {
    const role = roleOf(context, root);
    const flag = (name: string) => (typeof context.get(name) === 'boolean' ? String(context.is(name)) : undefined);
    const set = (name: string, value: string | undefined) => setAttribute(root, name, value);
    const isPressed = PRESSED.includes(role ?? '');
    const isFocusable = context.get('focusable') ?? (isPressed || role === 'slider');
    const checked = context.is('mixed') ? 'mixed' : (flag('checked') ?? flag('toggled'));
    set('role', role);
    set('aria-label', context.text('label') || undefined);
    set('tabindex', isFocusable === true && !context.isDisabled ? '0' : undefined);
    set('aria-description', hints(context) || undefined);
    set('aria-hidden', context.is('hidden') ? 'true' : undefined);
    set('aria-checked', role === 'checkbox' || role === 'switch' ? (checked ?? 'false') : undefined);
    set('aria-expanded', isPressed ? flag('expanded') : undefined);
    set('aria-pressed', role === 'button' ? flag('selected') : undefined);
    set('aria-current', role !== 'button' && context.is('selected') ? 'true' : undefined);
    set('aria-disabled', context.isDisabled && role ? 'true' : undefined);
    set('aria-level', role === 'heading' ? String(headingLevel(context) || 2) : undefined);
    set('aria-live', context.is('live_region') ? 'polite' : undefined);
    set('aria-multiline', role === 'textbox' ? flag('multiline') : undefined);
    set('aria-readonly', role === 'textbox' ? flag('read_only') : undefined);
    set('aria-valuenow', role === 'slider' ? String(number(context.get('value')) ?? 0) : undefined);
    set('aria-valuetext', role === 'slider' ? context.text('value') || undefined : undefined);
    const inner = root.querySelector(':scope > [data-id]');
    if (inner && context.is('exclude_semantics')) inner.setAttribute('aria-hidden', 'true');
    else inner?.removeAttribute('aria-hidden');
}

function hints(context: Context): string {
    const length = number(context.get('current_value_length'));
    const most = number(context.get('max_value_length'));
    const value = context.is('slider') ? '' : context.text('value');
    const count = length !== undefined && most !== undefined ? `${length} of ${most}` : '';
    const parts = [
        context.is('obscured') ? '' : value,
        context.text('hint_text'),
        context.text('on_tap_hint_text'),
        context.text('on_long_press_hint_text'),
        count,
    ];
    return parts.filter((part) => part && part !== 'true').join('. ');
}

// One thing to a screen reader: what can be pressed in it is called by all that stands there.
export function mergeSemantics(context: Context): Widget {
    const root = wrapperBox();
    root.setAttribute('role', 'group');
    const name = () => nameByWords(root);
    // What is in it may come later than it, and give itself another name.
    const changes = new MutationObserver(name);
    changes.observe(root, { childList: true, subtree: true, characterData: true, attributeFilter: ['aria-label'] });
    return {
        root,
        looksInside: true,
        update() {
            placeContent(context, root);
            name();
        },
        dispose: () => changes.disconnect(),
    };
}

const NAMED = 'input, [role], md-checkbox, md-switch, md-radio, md-slider';

function nameByWords(root: HTMLElement): void {
    const words = root.innerText.replace(/\s+/g, ' ').trim();
    const inner = pressableIn(root);
    const field = inner?.matches('label') ? inner.querySelector(NAMED) : inner;
    if (field && words && !field.textContent?.trim() && !field.getAttribute('aria-label'))
        field.setAttribute('aria-label', words);
    setAttribute(root, 'aria-label', words || undefined);
}

export function excludeSemantics(context: Context): Widget {
    return wrapper(context, (root) => setAttribute(root, 'aria-hidden', 'true'));
}
