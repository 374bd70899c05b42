import type { Context } from '../dom/widget.ts';
import { color, inState, number, type Css } from '../core/values.ts';

// What lies over a small input while the pointer is on it, it has the focus or is pressed.
export function layers(prefix: string, context: Context): Css {
    const over = context.get('overlay_color');
    const hover = color(inState(over, 'hovered')) ?? color(context.get('hover_color'));
    const focus = color(inState(over, 'focused')) ?? color(context.get('focus_color'));
    const press = color(inState(over, 'pressed'));
    return {
        [`${prefix}-state-layer-size`]: splashSize(context),
        ...splashRoom(context),
        [`${prefix}-hover-state-layer-color`]: hover,
        [`${prefix}-selected-hover-state-layer-color`]: hover,
        [`${prefix}-focus-state-layer-color`]: focus,
        [`${prefix}-selected-focus-state-layer-color`]: focus,
        [`${prefix}-pressed-state-layer-color`]: press,
        [`${prefix}-selected-pressed-state-layer-color`]: press,
    };
}

// How wide the circle of that is, where the app says so: wider than what is pressed, maybe.
export function splashSize(context: Context): string | undefined {
    const around = number(context.get('splash_radius'));
    return around !== undefined && around > 0 ? `${around * 2}px` : undefined;
}

// For the root: what surrounds it cannot be scrolled to a circle that is wider.
export function splashRoom(context: Context): Css {
    return splashSize(context) ? { contain: 'layout' } : {};
}
