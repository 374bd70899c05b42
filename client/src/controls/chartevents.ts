// What pointers do on a chart, in the words of the protocol.

const TYPES = {
    pointerenter: 'pointerEnter',
    pointermove: 'pointerHover',
    pointerleave: 'pointerExit',
    pointerdown: 'tapDown',
    pointerup: 'tapUp',
    pointercancel: 'tapCancel',
} as const;

export type Spot = { x: number; y: number };

export function onPointer(root: HTMLElement, act: (type: string, at: Spot, isGone: boolean) => void): void {
    for (const [name, type] of Object.entries(TYPES) as [keyof typeof TYPES, string][])
        root.addEventListener(name, (event) => {
            const area = root.getBoundingClientRect();
            const isGone = name === 'pointerleave' || name === 'pointercancel';
            act(type, { x: event.clientX - area.left, y: event.clientY - area.top }, isGone);
        });
}
