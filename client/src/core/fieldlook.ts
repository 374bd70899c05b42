import { color, px, radius, type Css } from './values.ts';
import type { Value } from './tree.ts';

// What the library's fields have in common, for those of text and those of choices: text, lines and corners.
export function fieldLook(
    prefix: string,
    get: (name: string) => Value | undefined,
    own: { ink: string | undefined; words: Css; focused: string | undefined; isBare: boolean },
): Css {
    const line = color(get('border_color'));
    const height = own.isBare ? '0' : undefined;
    return {
        [`${prefix}-input-text-color`]: own.ink,
        [`${prefix}-hover-input-text-color`]: own.ink,
        [`${prefix}-focus-input-text-color`]: own.ink,
        [`${prefix}-input-text-size`]: px(get('text_size')) ?? own.words['font-size'],
        [`${prefix}-input-text-weight`]: own.words['font-weight'],
        [`${prefix}-outline-color`]: line,
        [`${prefix}-active-indicator-color`]: line,
        [`${prefix}-focus-outline-color`]: own.focused,
        [`${prefix}-focus-active-indicator-color`]: own.focused,
        [`${prefix}-outline-width`]: px(get('border_width')),
        [`${prefix}-focus-outline-width`]: px(get('focused_border_width')),
        [`${prefix}-active-indicator-height`]: height,
        [`${prefix}-focus-active-indicator-height`]: height,
        [`${prefix}-container-shape`]: radius(get('border_radius')),
    };
}
