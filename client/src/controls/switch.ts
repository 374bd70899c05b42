import '@material/web/switch/switch.js';
import type { Context, Widget } from '../dom/widget.ts';
import { color, inState } from '../core/values.ts';
import { Labelled } from './labelled.ts';

type MdSwitch = HTMLElement & { selected: boolean; disabled: boolean };

export function switchControl(context: Context): Widget {
    const input = document.createElement('md-switch') as MdSwitch;
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
            labelled.update();
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
            };
        },
    };
}
