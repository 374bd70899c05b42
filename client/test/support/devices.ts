// A browser that has what the test says, for code that asks it for devices.

import type { Context } from '../../src/dom/widget.ts';

const PARTS = ['isSecureContext', 'navigator', 'Notification', 'DeviceMotionEvent', 'document'];

export async function inBrowser<T>(parts: { [name: string]: unknown }, run: () => Promise<T>): Promise<T> {
    const before = PARTS.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
    for (const name of PARTS) Reflect.deleteProperty(globalThis, name);
    const document = { createElement: () => ({}) };
    for (const [name, value] of Object.entries({ document, ...parts }))
        Object.defineProperty(globalThis, name, { value, configurable: true });
    try {
        return await run();
    } finally {
        for (const [name, descriptor] of before) {
            Reflect.deleteProperty(globalThis, name);
            if (descriptor) Object.defineProperty(globalThis, name, descriptor);
        }
    }
}

// For services that read nothing of their control.
export const noContext = (): Context => ({}) as Context;
