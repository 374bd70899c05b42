// What few Cupertino fields ask for: an eye on a password, a picture behind it, and what fieldevents.ts tells.

import type { Context } from '../dom/widget.ts';
import { strut } from '../core/looks.ts';
import { box, color, flexPlace, isOn, number, oneOf, type Css } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import type { Decoration } from './decoration.ts';
import { FieldEvents } from './fieldevents.ts';

const SHOW = { set: 1, index: __ICON_VISIBILITY__ };
const HIDE = { set: 1, index: __ICON_VISIBILITY_OFF__ };
const PLACES: { readonly [name: string]: number } = { start: -1, center: 0, end: 1 };

export class FieldParts {
    isRevealed = false;
    private readonly eye = el('button', 'q-eye');
    private readonly ends = new AbortController();
    private decoration: Decoration | undefined;
    private isAsked = false;
    private readonly events: FieldEvents;

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
        input: () => HTMLInputElement | HTMLTextAreaElement,
    ) {
        this.events = new FieldEvents(context, root, input, this.ends.signal);
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
        this.events.select();
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
            '--q-line': strut(context.get('strut_style'), '1lh'),
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
}
