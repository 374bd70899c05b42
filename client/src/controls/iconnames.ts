// Names for buttons that show nothing but an icon, so that nobody hears just "button".

import { icon } from '../core/values.ts';
import type { Value } from '../core/tree.ts';
import names from 'virtual:icon-names';

export function nameOfIcon(value: Value | undefined): string {
    const wanted = icon(value);
    return (wanted?.set === 1 && names[wanted.index]) || 'button';
}
