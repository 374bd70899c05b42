import '@material/web/textfield/filled-text-field.js';
import '@material/web/textfield/outlined-text-field.js';
import type { Context, Widget } from '../dom/widget.ts';
import { fieldLook } from '../core/fieldlook.ts';
import { autocomplete } from '../core/autofill.ts';
import { IconPart, iconElement, showIcon } from '../dom/icons.ts';
import { color, lookup, number, oneOf, textStyle, type Css } from '../core/values.ts';
import { el, focusSoon, setAttribute } from '../dom/elements.ts';
import { Typed, type Editable } from '../dom/typed.ts';
import type { FieldExtras } from './fieldextras.ts';

type MdTextField = Editable & {
    label: string;
    placeholder: string;
    supportingText: string;
    error: boolean;
    errorText: string;
    prefixText: string;
    suffixText: string;
    rows: number;
    readOnly: boolean;
    disabled: boolean;
    type: string;
    inputMode: string;
    autocomplete: string;
};

const MODES: { [type: string]: string } = {
    number: 'decimal',
    phone: 'tel',
    email: 'email',
    url: 'url',
    websearch: 'search',
    none: 'none',
    datetime: 'numeric',
};
const CAPITALS = ['words', 'sentences', 'characters', 'none'];
// Properties whose code comes when a field has one of them; those of one kind by how their names begin or end.
const EXTRAS =
    /^(icon|bgcolor|(fill|focus|focused|hover|cursor|cursor_error|selection)_color|align_label_with_hint|focused_bgcolor|content_padding|dense|collapsed|max_length|selection|prefix|suffix|autocorrect|show_cursor|scroll_padding|clip_behavior|mouse_cursor|text_vertical_align|(counter|hint_f|fit_|ignore_|enable_s|can_req|on_selection|on_tap).*|.*_(style|max_lines|constraints))$/;
// Material icons `visibility` and `visibility_off`.
const SHOW = { set: 1, index: __ICON_VISIBILITY__ };
const HIDE = { set: 1, index: __ICON_VISIBILITY_OFF__ };

export function textField(context: Context): Widget {
    const isLined = oneOf(context.get('border'), ['underline', 'none']) || context.is('filled');
    const kind = isLined ? 'filled' : 'outlined';
    const root = el(`md-${kind}-text-field` as 'input', 't-field t-fill') as HTMLElement as MdTextField;
    const before = new IconPart(root, 'leading-icon');
    const after = new IconPart(root, 'trailing-icon');
    let isRevealed = false;
    let isNew = true;
    let isAsked = false;
    let extras: FieldExtras | undefined;
    let reveal: HTMLElement | undefined;
    const typed = new Typed(context, root, () => {
        grow();
        showError();
    });
    root.addEventListener('input', grow);
    root.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' || event.isComposing) return;
        const isMultiline = root.type === 'textarea';
        if (isMultiline && !(context.is('shift_enter') && !event.shiftKey)) return;
        event.preventDefault();
        if (!typed.refusal) context.emit('submit', root.value);
    });
    root.addEventListener('focus', () => context.emit('focus'));
    root.addEventListener('blur', () => context.emit('blur'));
    // As Flutter has it: the second press of a double one is none.
    root.addEventListener('click', (event) => {
        if (event.detail < 2 || context.is('always_call_on_tap')) context.emit('click');
    });

    // Most fields need none of it.
    function extraStyle(): Css {
        if (extras) return extras.update();
        if (isAsked || !Object.keys(context.control.props).some((name) => EXTRAS.test(name))) return {};
        isAsked = true;
        import('./fieldextras.ts').then(
            ({ FieldExtras }) => {
                extras = new FieldExtras(context, root, `--md-${kind}-text-field`);
                context.renderer.redraw([context.control]);
            },
            () => (isAsked = false),
        );
        return {};
    }

    function showError(): void {
        root.errorText = typed.refusal || context.text('error') || context.text('error_text');
        root.error = root.errorText !== '';
    }

    function grow(): void {
        if (root.type !== 'textarea') return;
        const least = number(context.get('min_lines')) ?? 1;
        const most = number(context.get('max_lines')) ?? Infinity;
        const lines = root.value.split('\n').length;
        root.rows = Math.max(least, Math.min(lines, most));
    }

    function showReveal(): void {
        const isWanted = context.is('password') && context.is('can_reveal_password');
        if (!isWanted) {
            reveal?.remove();
            reveal = undefined;
            return;
        }
        if (!reveal) {
            reveal = el('button', 't-field-button');
            reveal.slot = 'trailing-icon';
            reveal.append(iconElement());
            reveal.addEventListener('click', () => {
                isRevealed = !isRevealed;
                update();
            });
            root.append(reveal);
        }
        setAttribute(reveal, 'type', 'button');
        setAttribute(reveal, 'aria-label', isRevealed ? 'Hide password' : 'Show password');
        showIcon(reveal.querySelector('svg')!, isRevealed ? HIDE : SHOW);
    }

    function update(): void {
        const isMultiline = context.is('multiline') || (number(context.get('max_lines')) ?? 1) > 1;
        const isHidden = context.is('password') && !isRevealed;
        root.type = isHidden ? 'password' : isMultiline ? 'textarea' : 'text';
        root.inputMode = lookup(MODES, context.get('keyboard_type')) ?? '';
        root.autocomplete =
            autocomplete(context.get('autofill_hints') ?? null) || (context.is('password') ? 'current-password' : '');
        root.label = context.text('label');
        setAttribute(root, 'aria-label', root.label || context.text('hint_text') || undefined);
        root.placeholder = context.text('hint_text');
        showError();
        root.prefixText = context.text('prefix');
        root.suffixText = context.text('suffix');
        typed.limit(context.get('input_filter'), context.get('capitalization'), context.get('max_length'));
        setAttribute(root, 'autocapitalize', oneOf(context.get('capitalization'), CAPITALS));
        root.supportingText = context.text('helper') || context.text('helper_text');
        root.readOnly = context.is('read_only');
        root.disabled = context.isDisabled;
        before.place(context, before.show(context.get('prefix_icon')));
        if (!context.is('can_reveal_password')) {
            const trailing = after.show(context.get('suffix_icon'));
            for (const control of trailing) {
                const element = context.renderer.element(control);
                element.slot = 'trailing-icon';
                root.append(element);
            }
        }
        showReveal();
        typed.show();
        grow();
        context.rootStyle = { ...fieldStyle(context, `--md-${kind}-text-field`), ...extraStyle() };
        if (isNew && context.is('autofocus')) focusSoon(root);
        isNew = false;
    }

    return {
        root,
        update,
        invoke(name) {
            if (name !== 'focus') return undefined;
            root.focus();
            return null;
        },
        dispose: () => extras?.dispose(),
    };
}

function fieldStyle(context: Context, prefix: string): Css {
    const words = textStyle(context.get('text_style'));
    const back = color(context.get('fill_color')) ?? color(context.get('bgcolor'));
    const isBare = oneOf(context.get('border'), ['none']) !== undefined;
    return {
        ...fieldLook(prefix, (name) => context.get(name), {
            ink: color(context.get('color')) ?? words['color'],
            words,
            focused: color(context.get('focused_border_color')),
            isBare,
        }),
        [`${prefix}-container-color`]: back ?? (isBare ? 'transparent' : undefined),
        '--t-text-align': oneOf(context.get('text_align'), ['left', 'right', 'center', 'justify', 'start', 'end']),
    };
}
