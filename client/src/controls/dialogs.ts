import type { Context, Widget } from '../dom/widget.ts';
import { listOf } from '../core/tree.ts';
import { IconPart, iconElement, showIcon } from '../dom/icons.ts';
import { setStyle } from '../dom/style.ts';
import { elevationShadow, outline } from '../core/looks.ts';
import {
    box,
    color,
    durationMs,
    mainAxis,
    number,
    oneOf,
    point,
    px,
    text,
    textStyle,
    type Css,
} from '../core/values.ts';
import { el, newName, setAttribute, setText } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import css from './dialogs.css?text';

adopt(css);

const USABLE = 'a[href], button, input, select, textarea, [tabindex="0"], md-icon-button';
type Drawn = HTMLElement & { updateComplete?: Promise<unknown> };

// The browser gives the focus to the first part that can have it, yet knows nothing of those that
// draw themselves a moment later.
async function focusInside(root: HTMLElement, parts: HTMLElement[]): Promise<void> {
    for (const part of parts)
        for (const element of part.querySelectorAll<Drawn>(USABLE)) {
            await element.updateComplete;
            if (document.activeElement !== root || !root.isConnected) return;
            element.focus();
        }
}

export function alertDialog(context: Context): Widget {
    const root = el('dialog', 't-dialog');
    const icon = el('div', 't-dialog-icon');
    const title = el('h2', 't-dialog-title');
    const content = el('div', 't-dialog-content');
    const actions = el('div', 't-dialog-actions');
    title.id = newName('dialog');
    root.append(icon, title, content, actions);
    const iconPart = new IconPart(icon);
    let isShown = false;
    let wasClosedByServer = false;
    let frame = 0;

    root.addEventListener('cancel', (event) => {
        if (context.is('modal')) event.preventDefault();
    });
    root.addEventListener('click', (event) => {
        if (event.target !== root || context.is('modal')) return;
        const area = root.getBoundingClientRect();
        const { clientX: x, clientY: y } = event;
        if (x < area.left || x > area.right || y < area.top || y > area.bottom) root.close();
    });
    root.addEventListener('close', () => {
        isShown = false;
        // The browser says so a moment later: the server may have opened it again since.
        const isWanted = wasClosedByServer && context.is('open');
        wasClosedByServer = false;
        if (isWanted) return sync();
        // One that the server closed it may have opened again by the time it hears of it.
        if (context.is('open')) context.set({ open: false });
        context.emit('dismiss');
    });

    // Only an element in the document can be shown, and this one is placed a moment later.
    function sync(): void {
        const wanted = context.is('open');
        if (wanted && !isShown && !root.isConnected) {
            cancelAnimationFrame(frame);
            frame = requestAnimationFrame(sync);
        } else if (wanted && !isShown) {
            isShown = true;
            root.showModal();
            void focusInside(root, [content, actions]);
        } else if (!wanted && isShown) {
            wasClosedByServer = true;
            root.close();
        }
    }

    return {
        root,
        update() {
            iconPart.place(context, iconPart.show(context.get('icon')));
            icon.hidden = !icon.childElementCount;
            title.hidden = !context.placeContent(title, 'title');
            content.hidden = !context.placeContent(content, 'content');
            context.place(actions, context.children('actions'));
            actions.hidden = !actions.childElementCount;
            setAttribute(root, 'aria-labelledby', title.hidden ? undefined : title.id);
            setAttribute(root, 'aria-label', context.text('semantics_label') || undefined);
            setStyle(icon, { color: color(context.get('icon_color')), padding: box(context.get('icon_padding')) });
            setStyle(actions, actionsStyle(context));
            setStyle(title, {
                ...textStyle(context.get('title_text_style')),
                padding: box(context.get('title_padding')),
            });
            setStyle(content, {
                ...textStyle(context.get('content_text_style')),
                padding: box(context.get('content_padding')),
            });
            root.classList.toggle('t-dialog-scrolls', context.is('scrollable'));
            context.rootStyle = dialogStyle(context);
            queueMicrotask(sync);
        },
        dispose: () => cancelAnimationFrame(frame),
    };
}

function actionsStyle(context: Context): Css {
    const gap = number(context.get('actions_overflow_button_spacing'));
    return {
        'justify-content': mainAxis(context.get('actions_alignment')),
        padding: box(context.get('actions_padding')),
        'row-gap': gap === undefined ? undefined : `${gap}px`,
        '--t-action-padding': box(context.get('action_button_padding')),
    };
}

function dialogStyle(context: Context): Css {
    const at = point(context.get('alignment'));
    const inset = box(context.get('inset_padding'));
    return {
        ...outline(context.get('shape')),
        'background-color': color(context.get('bgcolor')),
        'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
        '--t-barrier': color(context.get('barrier_color')),
        '--t-dialog-inset': inset,
        overflow: oneOf(context.get('clip_behavior'), ['hardEdge', 'antiAlias', 'antiAliasWithSaveLayer']) && 'hidden',
        ...(at && {
            'margin-inline': `${at.x <= -0.34 ? '24px' : 'auto'} ${at.x >= 0.34 ? '24px' : 'auto'}`,
            'margin-block': `${at.y <= -0.34 ? '24px' : 'auto'} ${at.y >= 0.34 ? '24px' : 'auto'}`,
        }),
    };
}

type Queued = { show(): void };

// An app shows one snack bar at a time; the others wait.
class Turns {
    current: Queued | null = null;
    private readonly waiting: Queued[] = [];

    take(next: Queued): void {
        if (!this.current) {
            this.current = next;
            next.show();
        } else if (this.current !== next && !this.waiting.includes(next)) this.waiting.push(next);
    }

    end(one: Queued): void {
        const at = this.waiting.indexOf(one);
        if (at >= 0) this.waiting.splice(at, 1);
        if (this.current !== one) return;
        this.current = null;
        const next = this.waiting.shift();
        if (next) this.take(next);
    }
}

const DISMISS_WAYS = ['none', 'vertical', 'horizontal', 'endToStart', 'startToEnd', 'up', 'down'] as const;
const SWIPE_PX = 40;

// True when a drag by this much is one that sends a snack bar away.
function isSwiped(way: (typeof DISMISS_WAYS)[number], x: number, y: number, isRtl: boolean): boolean {
    const along = isRtl ? -x : x;
    if (way === 'down') return y > SWIPE_PX;
    if (way === 'up') return y < -SWIPE_PX;
    if (way === 'vertical') return Math.abs(y) > SWIPE_PX;
    if (way === 'horizontal') return Math.abs(x) > SWIPE_PX;
    if (way === 'startToEnd') return along > SWIPE_PX;
    return way === 'endToStart' && along < -SWIPE_PX;
}

export function snackBar(context: Context): Widget {
    const root = el('div', 't-snack');
    const content = el('div', 't-snack-content');
    const action = el('button', 't-snack-action');
    const close = el('button', 't-snack-close');
    action.type = close.type = 'button';
    close.ariaLabel = 'Close';
    const cross = iconElement();
    showIcon(cross, { set: 1, index: __ICON_CLOSE__ });
    close.append(cross);
    root.hidden = true;
    root.append(content, action, close);
    const turns = context.surface.of(Turns);
    let timer = 0;
    let isOver = false;

    const turn: Queued = {
        show() {
            root.hidden = false;
            context.emit('visible');
            hold();
        },
    };
    const hold = () => {
        clearTimeout(timer);
        // One that persists waits for its action, or its cross.
        if (context.get('persist') !== true)
            timer = window.setTimeout(dismiss, durationMs(context.get('duration')) || 4000);
    };
    function dismiss(): void {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        root.hidden = true;
        context.set({ _dismissed: true });
        context.set({ open: false });
        context.emit('dismiss');
        turns.end(turn);
    }
    // Nobody should lose the message while reading or reaching for its button.
    root.addEventListener('pointerenter', () => clearTimeout(timer));
    root.addEventListener('focusin', () => clearTimeout(timer));
    root.addEventListener('pointerleave', () => !isOver && hold());
    root.addEventListener('focusout', () => !isOver && hold());
    // Fixed to the window's lower edge, or, as by default, a bar of its own above it.
    const isFixed = () => oneOf(context.get('behavior'), ['fixed']) !== undefined;
    let begin: { x: number; y: number } | undefined;
    const ways = () => oneOf(context.get('dismiss_direction'), DISMISS_WAYS) ?? 'down';
    root.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => (begin = { x, y }));
    root.addEventListener('pointerup', ({ clientX, clientY }) => {
        const [x, y] = begin ? [clientX - begin.x, clientY - begin.y] : [0, 0];
        begin = undefined;
        if (isSwiped(ways(), x, y, getComputedStyle(root).direction === 'rtl')) dismiss();
    });
    close.addEventListener('click', dismiss);
    action.addEventListener('click', () => {
        const own = context.child('action');
        if (own) context.renderer.outlet.emit(own, 'click', null);
        else context.emit('action');
        dismiss();
    });
    return {
        root,
        update() {
            context.placeContent(content, 'content');
            const own = context.child('action');
            const label = own ? text(own.props['label']) : context.text('action');
            setText(action, label);
            action.hidden = label === '';
            close.hidden = !context.is('show_close_icon');
            action.disabled = context.isDisabled || own?.props['disabled'] === true;
            setStyle(action, {
                color: color(own?.props[action.disabled ? 'disabled_text_color' : 'text_color']),
                'background-color': color(own?.props[action.disabled ? 'disabled_bgcolor' : 'bgcolor']),
            });
            setStyle(close, { color: color(context.get('close_icon_color')) });
            // Beside the text there is this share of the bar for the action; a longer one goes below.
            const share = number(context.get('action_overflow_threshold')) ?? 0.25;
            root.classList.toggle(
                't-snack-tall',
                root.clientWidth > 0 && action.offsetWidth > root.clientWidth * share,
            );
            root.classList.toggle('t-snack-fixed', isFixed());
            context.rootStyle = {
                ...outline(context.get('shape')),
                'background-color': color(context.get('bgcolor')),
                'box-shadow': elevationShadow(context.get('elevation')),
                width: isFixed() ? undefined : px(context.get('width')),
                padding: box(context.get('padding')),
                margin: isFixed() ? undefined : box(context.get('margin')),
                overflow: oneOf(context.get('clip_behavior'), ['none']) && 'visible',
            };
            const isWanted = context.is('open') && !context.is('_dismissed');
            // Gone, and then opened again by the server.
            if (isOver && !isWanted) return;
            isOver = false;
            if (isWanted) turns.take(turn);
            else if (turns.current === turn) dismiss();
        },
        dispose() {
            clearTimeout(timer);
            isOver = true;
            turns.end(turn);
        },
    };
}

export function banner(context: Context): Widget {
    const root = el('div', 't-banner');
    const leading = el('div', 't-banner-leading');
    const content = el('div', 't-banner-content');
    const actions = el('div', 't-banner-actions');
    root.setAttribute('role', 'region');
    root.setAttribute('aria-label', 'Notice');
    root.append(leading, content, actions);
    const icon = new IconPart(leading);
    let wasOpen = false;
    return {
        root,
        update() {
            icon.place(context, icon.show(context.get('leading')));
            leading.hidden = !leading.childElementCount;
            context.placeContent(content, 'content');
            context.place(actions, listOf(context.get('actions')));
            const isOpen = context.is('open') && !context.is('_dismissed');
            root.hidden = !isOpen;
            setStyle(content, textStyle(context.get('content_text_style')));
            setStyle(leading, { padding: box(context.get('leading_padding')) });
            const least = number(context.get('min_action_bar_height'));
            setStyle(actions, { 'min-height': least === undefined ? undefined : `${least}px` });
            root.classList.toggle('t-banner-below', context.is('force_actions_below'));
            context.rootStyle = {
                'background-color': color(context.get('bgcolor')),
                'border-bottom-color': color(context.get('divider_color')),
                'box-shadow': elevationShadow(context.get('elevation'), context.get('shadow_color')),
                padding: box(context.get('content_padding')),
                margin: box(context.get('margin')),
            };
            if (isOpen === wasOpen) return;
            wasOpen = isOpen;
            // Reported after this redraw, as the report redraws the banner itself.
            queueMicrotask(() => {
                if (isOpen) return context.emit('visible');
                context.set({ _dismissed: true });
                if (context.is('open')) context.set({ open: false });
                context.emit('dismiss');
            });
        },
    };
}
