// Whose maps these are, written on the map's edge.

import type { Context } from '../dom/widget.ts';
import { listOf, type Control } from '../core/tree.ts';
import { color, durationMs, number, oneOf, point, radius, text, textStyle } from '../core/values.ts';
import { el, setText } from '../dom/elements.ts';
import { setStyle } from '../dom/style.ts';

type Shown = { root: HTMLElement; update(control: Control): void };

export class Attributions {
    private readonly shown = new Map<number, Shown>();

    constructor(
        private readonly context: Context,
        private readonly root: HTMLElement,
    ) {}

    update(layers: Control[]): void {
        const wanted = layers.filter(({ type }) => type === 'SimpleAttribution' || type === 'RichAttribution');
        for (const [id, { root }] of this.shown) {
            if (wanted.some((control) => control.id === id)) continue;
            root.remove();
            this.shown.delete(id);
        }
        for (const control of wanted) {
            let one = this.shown.get(control.id);
            if (!one) {
                one = control.type === 'RichAttribution' ? this.rich() : this.simple(control);
                this.shown.set(control.id, one);
                this.root.append(one.root);
            }
            one.update(control);
        }
    }

    private press(control: Control): void {
        this.context.renderer.outlet.emit(control, 'click', null);
    }

    // A word of its own is a button where the app hears of presses.
    private word(control: Control): HTMLElement {
        const isPressed = control.props['on_click'] === true;
        const word = el(isPressed ? 'button' : 'span', 't-map-word');
        if (isPressed) word.addEventListener('click', () => this.press(control));
        return word;
    }

    private simple(control: Control): Shown {
        const root = el('div', 't-map-attribution');
        const word = this.word(control);
        root.append(word);
        return {
            root,
            update({ props }) {
                const at = point(props['alignment']) ?? { x: 1, y: 1 };
                setText(word, text(props['text']));
                setStyle(word, textStyle(props['text_style']));
                setStyle(root, {
                    'background-color': color(props['bgcolor']) ?? color('surface'),
                    left: `${(at.x + 1) * 50}%`,
                    top: `${(at.y + 1) * 50}%`,
                    transform: `translate(${-(at.x + 1) * 50}%, ${-(at.y + 1) * 50}%)`,
                });
            },
        };
    }

    private rich(): Shown {
        const root = el('div', 't-map-rich');
        const opener = el('button', 't-map-opener');
        const popup = el('div', 't-map-sources');
        opener.type = 'button';
        opener.textContent = '©';
        opener.ariaLabel = 'Whose maps these are';
        root.append(popup, opener);
        const show = (isShown: boolean) => {
            popup.hidden = !isShown;
            opener.ariaExpanded = String(isShown);
        };
        opener.addEventListener('click', () => show(popup.hidden));
        root.addEventListener('keydown', ({ key }) => key === 'Escape' && show(false));
        show(false);
        let isNew = true;
        return {
            root,
            update: ({ props }) => {
                const isLeft = oneOf(props['alignment'], ['bottomLeft']) !== undefined;
                root.classList.toggle('t-map-left', isLeft);
                popup.replaceChildren(...listOf(props['attributions']).map((source) => this.source(source)));
                setStyle(popup, {
                    'background-color': color(props['popup_bgcolor']) ?? color('surface'),
                    'border-radius': radius(props['popup_border_radius']) ?? '10px',
                });
                const height = Math.max(24, number(props['permanent_height']) ?? 24);
                setStyle(opener, { 'block-size': `${height}px`, 'inline-size': `${height}px` });
                const ms = durationMs(props['popup_initial_display_duration']) ?? 0;
                if (isNew && ms > 0) {
                    show(true);
                    setTimeout(() => show(false), ms);
                }
                isNew = false;
            },
        };
    }

    private source(control: Control): HTMLElement {
        const { props } = control;
        const word = this.word(control);
        if (control.type === 'ImageSourceAttribution') {
            word.title = text(props['tooltip']);
            setStyle(word, { 'block-size': `${number(props['height']) ?? 24}px` });
            this.context.place(word, listOf(props['image']));
            return word;
        }
        setText(word, `${props['prepend_copyright'] === false ? '' : '© '}${text(props['text'])}`);
        setStyle(word, textStyle(props['text_style']));
        return word;
    }
}
