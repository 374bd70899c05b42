import '@material/web/switch/switch.js';
import type { Context, Widget } from '../dom/widget.ts';
import type { Value } from '../core/tree.ts';
import { box, color, icon, inState, px } from '../core/values.ts';
import { cursor } from '../dom/cursor.ts';
import { setStyle } from '../dom/style.ts';
import { iconElement, showIcon } from '../dom/icons.ts';
import { layers } from './layers.ts';
import { Labelled } from './labelled.ts';

type MdSwitch = HTMLElement & { selected: boolean; disabled: boolean };

export function switchControl(context: Context): Widget {
    const input = document.createElement('md-switch') as MdSwitch;
    const thumb = new ThumbIcon(input);
    const labelled = new Labelled(context, input, 'label_text_style');
    labelled.root.classList.add('t-switch');
    input.addEventListener('change', () => {
        context.set({ value: input.selected });
        context.emit('change', input.selected);
    });
    return {
        root: labelled.root,
        update() {
            input.selected = context.is('value');
            input.disabled = context.isDisabled;
            thumb.show(inState(context.get('thumb_icon'), input.selected ? 'selected' : ''));
            labelled.update();
            setStyle(input, { margin: box(context.get('padding')) });
            const track =
                color(inState(context.get('track_color'), 'selected')) ??
                color(context.get('active_track_color')) ??
                color(context.get('active_color'));
            context.rootStyle = {
                '--md-switch-selected-track-color': track,
                '--md-switch-selected-hover-track-color': track,
                '--md-switch-selected-focus-track-color': track,
                '--md-switch-selected-pressed-track-color': track,
                '--md-switch-track-color': color(context.get('inactive_track_color')),
                '--md-switch-handle-color': color(context.get('inactive_thumb_color')),
                '--md-switch-selected-handle-color': color(inState(context.get('thumb_color'), 'selected')),
                '--md-switch-track-outline-color': color(inState(context.get('track_outline_color'))),
                '--md-switch-track-outline-width': px(inState(context.get('track_outline_width'))),
                ...layers('--md-switch', context),
                cursor: cursor(context.get('mouse_cursor')),
            };
        },
    };
}

// The library has icons of its own in the thumb; another one is laid over it.
class ThumbIcon {
    private svg: SVGSVGElement | undefined;

    constructor(private readonly input: MdSwitch) {}

    show(value: Value | undefined): void {
        const wanted = icon(value);
        if (!wanted) return this.svg?.remove();
        this.svg ??= iconElement();
        this.svg.classList.add('t-thumb-icon');
        showIcon(this.svg, wanted);
        this.svg.classList.toggle('t-on', this.input.selected);
        if (!this.svg.isConnected) this.input.after(this.svg);
    }
}
