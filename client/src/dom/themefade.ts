// A theme that goes over into another one: colours are numbers to the browser once they are registered as such.

import { ROLE_NAMES } from '../core/values.ts';

// Shared: what a name stands for is a document's, and the same for all apps.
let isRegistered = false;

export function fadeTheme(target: HTMLElement, how: string): void {
    if (!isRegistered)
        for (const role of ROLE_NAMES)
            CSS.registerProperty({
                name: `--md-sys-color-${role}`,
                syntax: '<color>',
                inherits: true,
                initialValue: 'transparent',
            });
    isRegistered = true;
    target.style.transition = ROLE_NAMES.map((role) => `--md-sys-color-${role} ${how}`).join(', ');
}
