// What pointers do on a chart, in the words of the protocol.

const TYPES = {
    pointerenter: 'pointerEnter',
    pointermove: 'pointerHover',
    pointerleave: 'pointerExit',
    pointerdown: 'tapDown',
    pointerup: 'tapUp',
    pointercancel: 'tapCancel',
} as const;

const LONG_PRESS_MS = 500;

export type Spot = { x: number; y: number };

export function onPointer(
    root: HTMLElement,
    act: (type: string, at: Spot, isGone: boolean) => void,
    longPressMs: () => number | undefined = () => undefined,
): void {
    let timer = 0;
    let isLong = false;
    const place = (event: PointerEvent): Spot => {
        const area = root.getBoundingClientRect();
        return { x: event.clientX - area.left, y: event.clientY - area.top };
    };
    for (const [name, type] of Object.entries(TYPES) as [keyof typeof TYPES, string][])
        root.addEventListener(name, (event) => {
            const at = place(event);
            if (isLong && name === 'pointermove') return act('longPressMoveUpdate', at, false);
            if (name !== 'pointermove' && name !== 'pointerenter') clearTimeout(timer);
            const isEnd = isLong && name !== 'pointerdown' && name !== 'pointerenter';
            isLong = false;
            if (isEnd) act('longPressEnd', at, false);
            act(type, at, name === 'pointerleave' || name === 'pointercancel');
            if (name !== 'pointerdown') return;
            timer = window.setTimeout(() => {
                isLong = true;
                act('longPressStart', at, false);
            }, longPressMs() ?? LONG_PRESS_MS);
        });
}
