// What few Cupertino fields ask for: what is selected, presses elsewhere, an eye on a password, a picture behind it.

import type { Context } from '../dom/widget.ts';
import { isMap, type Value } from '../core/tree.ts';
import { box, color, flexPlace, isOn, number, oneOf, type Css } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import type { Decoration } from './decoration.ts';

type Input = HTMLInputElement | HTMLTextAreaElement;

const SHOW = { set: 1, index: __ICON_VISIBILITY__ };
const HIDE = { set: 1, index: __ICON_VISIBILITY_OFF__ };
const PLACES: { readonly [name: string]: number } = { start: -1, center: 0, end: 1 };

export class FieldParts {
    isRevealed = false;
    private readonly eye = el('button', 'q-eye');
    private readonly ends = new AbortController();
    private decoration: Decoration | undefined;
    private isAsked = false;
    private last = '';

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
        private readonly input: () => Input,
    ) {
        const { signal } = this.ends;
        document.addEventListener('selectionchange', () => this.tellSelection(), { signal });
        addEventListener('pointerdown', (event) => this.onPressElsewhere(event), { signal, capture: true });
        root.addEventListener('keydown', (event) => this.onKey(event), { signal });
        this.eye.type = 'button';
        this.eye.append(iconElement());
        this.eye.addEventListener('click', () => {
            this.isRevealed = !this.isRevealed;
            context.renderer.redraw([context.control]);
        });
    }

    // Styles of the root; its parts are set here.
    update(): Css {
        this.showEye();
        this.select();
        const { context } = this;
        const at = context.get('text_vertical_align');
        const place = number(at) ?? PLACES[oneOf(at, ['start', 'center', 'end'] as const) ?? ''];
        const margin = box(context.get('scroll_padding'));
        const isFilling = context.is('fit_parent_size');
        return {
            ...this.decorate(),
            'align-items': place === undefined ? undefined : flexPlace(place),
            ...(isFilling && { 'align-self': 'stretch', height: '100%' }),
            '--q-field-height': isFilling ? '100%' : undefined,
            '--q-focused': color(context.get('focused_color')),
            '--q-selected': color(context.get('selection_color')),
            '--q-caret': context.is('show_cursor', true) ? color(context.get('cursor_color')) : 'transparent',
            '--q-scroll-margin': margin,
            overflow: oneOf(context.get('clip_behavior'), ['antiAlias', 'antiAliasWithSaveLayer']) && 'hidden',
        };
    }

    dispose(): void {
        this.ends.abort();
        this.decoration?.dispose();
    }

    private showEye(): void {
        const { context, eye, root, isRevealed } = this;
        if (!context.is('password') || !context.is('can_reveal_password')) return eye.remove();
        setAttribute(eye, 'aria-label', isRevealed ? 'Hide password' : 'Show password');
        showIcon(eye.querySelector('svg')!, isRevealed ? HIDE : SHOW);
        eye.disabled = context.isDisabled;
        if (!eye.isConnected) root.querySelector('.q-clear')?.before(eye);
    }

    private decorate(): Css {
        const { context, root } = this;
        if (this.decoration) return this.decoration.update();
        const isWanted = isOn(context.get('image')) || isOn(context.get('blend_mode'));
        if (!isWanted || this.isAsked) return {};
        this.isAsked = true;
        import('./decoration.ts').then(
            ({ Decoration }) => {
                this.decoration = new Decoration(context, root);
                context.renderer.redraw([context.control]);
            },
            () => (this.isAsked = false),
        );
        return {};
    }

    private onKey(event: KeyboardEvent): void {
        if (!this.context.is('ignore_up_down_keys') || event.isComposing) return;
        if (event.key === 'ArrowUp' || event.key === 'ArrowDown') event.preventDefault();
    }

    private onPressElsewhere(event: Event): void {
        const { root, context } = this;
        if (!context.handles('tap_outside') || !root.matches(':focus-within')) return;
        if (!event.composedPath().includes(root)) context.emit('tap_outside');
    }

    private tellSelection(): void {
        const { context } = this;
        const input = this.input();
        if (!context.handles('selection_change') || document.activeElement !== input) return;
        const [start, end] = [input.selectionStart ?? 0, input.selectionEnd ?? 0];
        const isBackward = input.selectionDirection === 'backward';
        const selection = {
            base_offset: isBackward ? end : start,
            extent_offset: isBackward ? start : end,
            affinity: 'downstream',
            directional: false,
        };
        const now = placeOf(selection);
        if (now === this.last) return;
        this.last = now;
        context.set({ selection });
        context.emit('selection_change', { selected_text: input.value.slice(start, end), selection });
    }

    // What the server selected, once for each time that it says so.
    private select(): void {
        const selection = this.context.get('selection') ?? null;
        const wanted = placeOf(selection);
        if (!isMap(selection) || wanted === this.last) return;
        this.last = wanted;
        const [base, extent] = [number(selection['base_offset']) ?? 0, number(selection['extent_offset']) ?? 0];
        const direction = base <= extent ? 'forward' : 'backward';
        this.input().setSelectionRange(Math.min(base, extent), Math.max(base, extent), direction);
    }
}

function placeOf(selection: Value): string {
    return isMap(selection)
        ? `${number(selection['base_offset']) ?? 0} ${number(selection['extent_offset']) ?? 0}`
        : '';
}
