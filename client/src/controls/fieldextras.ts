// What few text fields ask for: looks of their parts, the counter, what is selected, presses elsewhere. Its code comes
// with the first field that has such a property. Parts that the widget library draws within its shadow roots have a
// style sheet of this field's own there.

import type { Context } from '../dom/widget.ts';
import { limits, strut } from '../core/looks.ts';
import { lettersOf } from '../core/rules.ts';
import { Control, isMap, type Value } from '../core/tree.ts';
import { box, color, durationMs, given, isOn, number, oneOf, px, text, textStyle, type Css } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { IconPart } from '../dom/icons.ts';
import type { Editable } from '../dom/typed.ts';
import { ShadowSheet, type Rule } from '../dom/shadowsheet.ts';
import { adopt } from '../dom/sheet.ts';
import css from './fieldextras.css?text';
import { FieldEvents } from './fieldevents.ts';

adopt(css);

// How high the library has a line of text.
const LINE = '1.5rem';

type MdField = HTMLElement & { requestUpdate(name: string, before: unknown): void };

export class FieldExtras {
    private readonly outer: ShadowSheet;
    private inner: ShadowSheet | undefined;
    private field: MdField | undefined;
    private counter = '';
    private readonly ends = new AbortController();
    private readonly beside = el('span', 't-field-icon');
    private readonly besideIcon = new IconPart(this.beside);
    private readonly below = el('div', 't-field-counter');
    private readonly affixes = ['prefix', 'suffix'].map((name) => ({ name, part: el('span', 't-field-affix') }));
    private readonly events: FieldEvents;

    constructor(
        private readonly context: Context,
        private readonly root: Editable,
        private readonly prefix: string,
    ) {
        this.outer = new ShadowSheet(root);
        const { signal } = this.ends;
        root.addEventListener('input', () => this.showCounter(), { signal });
        // Without leave to have the focus a press does not give it.
        root.addEventListener('mousedown', (event) => context.is('can_request_focus', true) || event.preventDefault(), {
            signal,
        });
        this.events = new FieldEvents(context, root, () => this.input(), signal);
        this.beside.slot = 't-icon';
        this.below.slot = 't-counter';
    }

    // Styles of the root element; the others are set here.
    update(): Css {
        void this.root.updateComplete?.then(() => {
            if (!this.root.shadowRoot || this.ends.signal.aborted) return;
            this.showParts();
            this.showCounter();
            this.events.select();
        });
        return this.rootStyle();
    }

    dispose(): void {
        this.ends.abort();
    }

    private input(): HTMLInputElement | HTMLTextAreaElement | null {
        return this.root.shadowRoot?.querySelector<HTMLInputElement>('.input') ?? null;
    }

    private showParts(): void {
        const { context, root } = this;
        const field = root.shadowRoot!.querySelector<MdField>('.field');
        if (field && field !== this.field) {
            this.field = field;
            this.inner = new ShadowSheet(field);
            Object.defineProperty(field, 'counterText', { configurable: true, get: () => this.counter });
        }
        this.slot(this.beside, 'icon', true);
        this.slot(this.below, 'counter', false);
        for (const { name, part } of this.affixes) this.showAffix(name, part);
        this.outer.set(this.outerRules());
        this.inner?.set(this.innerRules());
        const input = this.input();
        if (input) {
            input.spellcheck = context.is('enable_suggestions', true);
            setAttribute(input, 'autocorrect', context.is('autocorrect', true) ? undefined : 'off');
            setAttribute(input, 'tabindex', context.is('can_request_focus', true) ? undefined : '-1');
        }
    }

    // A part of ours beside what the library draws.
    private slot(part: HTMLElement, name: string, isFirst: boolean): void {
        const { context, root } = this;
        const value = context.get(name) ?? null;
        const isWanted = isFirst ? isOn(value) : value instanceof Control && !text(value);
        if (!isWanted) return part.remove();
        if (!root.shadowRoot!.querySelector(`slot[name="${part.slot}"]`)) {
            const slot = el('slot');
            slot.name = part.slot;
            if (isFirst) root.shadowRoot!.prepend(slot);
            else root.shadowRoot!.append(slot);
        }
        if (isFirst) context.place(part, this.besideIcon.show(value));
        else context.place(part, context.children(name));
        if (part.parentElement !== root) root.append(part);
    }

    // A prefix that is no text stands where an icon would.
    private showAffix(name: string, part: HTMLElement): void {
        const { context, root } = this;
        const controls = context.text(name) ? [] : context.children(name);
        context.place(part, controls);
        if (!controls.length) return part.remove();
        part.slot = sideOf(name);
        if (part.parentElement !== root) root.append(part);
    }

    // Letters as people see them: a family is one.
    private showCounter(): void {
        const { context, field, root } = this;
        const most = number(context.get('max_length'));
        const used = lettersOf(root.value).length;
        const own = context.text('counter');
        const words = own
            .replaceAll('{value_length}', String(used))
            .replaceAll('{max_length}', String(most ?? 'None'))
            .replaceAll('{symbols_left}', String(most === undefined ? 'None' : most - used));
        const isCounted = most !== undefined && most > 0 && !isOn(context.get('counter') ?? null);
        const counter = isCounted ? `${used}/${most}` : words;
        if (counter === this.counter || !field) return;
        this.counter = counter;
        // The library writes what describes the field anew when its count changes.
        field.requestUpdate('count', null);
    }

    private rootStyle(): Css {
        const { context, prefix } = this;
        const label = textStyle(context.get('label_style'));
        const ink = color(context.get('focused_color'));
        const isSeen = context.is('show_cursor', true);
        const caret = isSeen ? color(context.get('cursor_color')) : 'transparent';
        const wrong = color(context.get('cursor_error_color')) ?? textStyle(context.get('error_style'))['color'];
        const size = number(isMap(context.get('label_style')) ? labelSize(context.get('label_style')) : null);
        return given({
            [`${prefix}-label-text-color`]: label['color'],
            [`${prefix}-hover-label-text-color`]: label['color'],
            [`${prefix}-focus-label-text-color`]: label['color'],
            [`${prefix}-label-text-size`]: label['font-size'],
            [`${prefix}-label-text-populated-size`]: size === undefined ? undefined : `${size * 0.75}px`,
            [`${prefix}-label-text-weight`]: label['font-weight'],
            [`${prefix}-label-text-font`]: label['font-family'],
            [`${prefix}-focus-input-text-color`]: ink,
            [`${prefix}-caret-color`]: caret,
            [`${prefix}-focus-caret-color`]: caret,
            [`${prefix}-error-focus-caret-color`]: isSeen ? wrong : caret,
            [`${prefix}-input-text-line-height`]: strut(context.get('strut_style'), LINE),
            ...this.spaces(),
            ...limits(context.get('size_constraints')),
            ...(context.is('fit_parent_size') ? { 'align-self': 'stretch', width: '100%', height: '100%' } : {}),
            'pointer-events': context.is('ignore_pointers') ? 'none' : undefined,
            'scroll-margin': box(context.get('scroll_padding')),
            cursor: cursor(context.get('mouse_cursor')),
        });
    }

    private spaces(): Css {
        const { context, prefix } = this;
        const isFilled = prefix.includes('filled');
        const padding = context.get('content_padding') ?? null;
        const isNone = context.is('collapsed');
        if (!isOn(padding) && !isNone) {
            if (!context.is('dense')) return {};
            const [block, labelled] = ['8px', '4px'];
            return {
                [`${prefix}-top-space`]: block,
                [`${prefix}-bottom-space`]: block,
                ...(isFilled && withLabel(prefix, labelled, labelled)),
            };
        }
        const side = (name: string) =>
            isOn(padding) ? (px(isMap(padding) ? (padding[name] ?? 0) : padding) ?? '0px') : '0px';
        const isRtl = getComputedStyle(this.root).direction === 'rtl';
        const [leading, trailing] = isRtl ? [side('right'), side('left')] : [side('left'), side('right')];
        return {
            [`${prefix}-leading-space`]: leading,
            [`${prefix}-trailing-space`]: trailing,
            [`${prefix}-top-space`]: side('top'),
            [`${prefix}-bottom-space`]: side('bottom'),
            ...(isFilled && withLabel(prefix, side('top'), side('bottom'))),
        };
    }

    // Within the library's text field.
    private outerRules(): Rule[] {
        const { context } = this;
        const fade = durationMs(context.get('hint_fade_duration') ?? null);
        const isFull = context.is('fit_parent_size');
        const hasParts = this.beside.isConnected || this.below.isConnected;
        const cell = (name: string): Rule[] => {
            const isOwn = isOn(context.get(`${name}_icon_size_constraints`) ?? null);
            const own = limits(context.get(`${name}_icon_size_constraints`));
            const hasAffix = this.affixes.some((one) => one.name === name && one.part.isConnected);
            const side = `.${sideOf(name).replace('-icon', '')}`;
            return [
                [`.field .icon${side}`, isOwn || hasAffix ? { width: 'auto', height: 'auto', ...own } : {}],
                [`${side} ::slotted(*)`, { position: hasAffix ? 'static' : undefined }],
            ];
        };
        return [
            // What is beside and below needs room of its own.
            [':host', hasParts ? { display: 'inline-grid', 'grid-template-columns': 'auto minmax(0, 1fr)' } : {}],
            ['.text-field, .select', hasParts ? { 'grid-area': '1 / 2' } : {}],
            ['.prefix', textStyle(context.get('prefix_style'))],
            ['.suffix', textStyle(context.get('suffix_style'))],
            ['.text-field:not(.disabled) .prefix', { color: textStyle(context.get('prefix_style'))['color'] }],
            ['.text-field:not(.disabled) .suffix', { color: textStyle(context.get('suffix_style'))['color'] }],
            [
                '.text-field .input::placeholder',
                {
                    ...textStyle(context.get('hint_style')),
                    color: undefined,
                    transition: fade === undefined ? undefined : `opacity ${fade}ms`,
                },
            ],
            [
                '.text-field:not(.disabled) .input::placeholder',
                { color: textStyle(context.get('hint_style'))['color'] },
            ],
            ['.input:not(:placeholder-shown)::placeholder', { opacity: fade === undefined ? undefined : '0' }],
            ['.input::selection', { background: color(context.get('selection_color')) }],
            ['.field', { cursor: cursor(context.get('mouse_cursor')), height: isFull ? '100%' : undefined }],
            ['.text-field, .select', { height: isFull ? '100%' : undefined }],
            ...this.selectRules(),
            ['.input', { cursor: cursor(context.get('mouse_cursor')) }],
            ...cell('prefix'),
            ...cell('suffix'),
        ];
    }

    // A select has no place for words before and after what is chosen, and its hint is its label.
    private selectRules(): Rule[] {
        const { context, root } = this;
        if (!root.localName.endsWith('-select')) return [];
        const words = (name: string): Css => {
            const value = context.text(name);
            return value ? { content: quoted(value), ...textStyle(context.get(`${name}_style`)) } : {};
        };
        return [
            ['#label::before', { ...words('prefix'), 'margin-inline-end': '4px' }],
            ['#label::after', { ...words('suffix'), 'margin-inline-start': '4px' }],
        ];
    }

    // Within the field that it consists of.
    private innerRules(): Rule[] {
        const { context, prefix } = this;
        const isFilled = prefix.includes('filled');
        const back = color(context.get('fill_color')) ?? color(context.get('bgcolor'));
        const focused = color(context.get('focused_bgcolor')) ?? color(context.get('focus_color'));
        const hovered = color(context.get('hover_color'));
        const surface = isFilled ? '.background' : '.container-overflow';
        const layer = isFilled ? '.state-layer' : '.container-overflow';
        const hover: Css = isFilled
            ? { background: hovered, opacity: hovered && '1', visibility: hovered && 'visible' }
            : { 'background-image': hovered && `linear-gradient(${hovered}, ${hovered})` };
        const helper = textStyle(context.get('helper_style'));
        const error = textStyle(context.get('error_style'));
        const counter = textStyle(context.get('counter_style'));
        // In a field of several lines it stands by the first, unless that is not wanted.
        const isCentred = context.get('align_label_with_hint') === false;
        const isClipped = oneOf(context.get('clip_behavior'), ['antiAlias', 'hardEdge', 'antiAliasWithSaveLayer']);
        return [
            [surface, { 'background-color': isFilled ? undefined : back }],
            [`.field:not(.disabled):not(.focused):hover ${layer}`, hover],
            [`.focused ${surface}`, { 'background-color': focused }],
            ['.content ::slotted(*)', { overflow: isClipped ? undefined : cutOf(context) }],
            ['.middle', { 'align-items': place(context.get('text_vertical_align')) }],
            ['.field:not(.error) .supporting-text > :first-child', helper],
            ['.error .supporting-text > :first-child', error],
            ['.field:not(.error) .supporting-text > :first-child', lines(context.get('helper_max_lines'))],
            ['.error .supporting-text > :first-child', lines(context.get('error_max_lines'))],
            ['.supporting-text > .counter', { 'unicode-bidi': 'plaintext', ...counter }],
            ['.label', letters(textStyle(context.get('label_style')))],
            ['.label.resting', { top: isCentred ? 'calc(50% - var(--_label-text-line-height) / 2)' : undefined }],
        ];
    }
}

// A string of CSS, which ends at a quote or a line's end.
const quoted = (words: string): string =>
    `"${words.replace(/["\\\p{Cc}]/gu, (sign) => `\\${sign.codePointAt(0)!.toString(16)} `)}"`;

const sideOf = (name: string): string => (name === 'prefix' ? 'leading-icon' : 'trailing-icon');

const withLabel = (prefix: string, top: string, bottom: string): Css => ({
    [`${prefix}-with-label-top-space`]: top,
    [`${prefix}-with-label-bottom-space`]: bottom,
});

function labelSize(style: Value | undefined): Value {
    return isMap(style) ? (style['size'] ?? null) : null;
}

// What has no variable of the library's.
function letters({ color: _, 'font-size': _size, 'font-weight': _weight, 'font-family': _font, ...others }: Css): Css {
    return others;
}

function cutOf(context: Context): string | undefined {
    return oneOf(context.get('clip_behavior'), ['none']) && 'visible';
}

function place(value: Value | undefined): string | undefined {
    const at = number(value);
    if (at === undefined) return undefined;
    return at < 0 ? 'flex-start' : at > 0 ? 'flex-end' : 'center';
}

function lines(value: Value | undefined): Css {
    const most = number(value);
    if (most === undefined) return {};
    return {
        display: '-webkit-box',
        '-webkit-box-orient': 'vertical',
        '-webkit-line-clamp': String(most),
        overflow: 'hidden',
    };
}
