// Ways to move a slider with a pointer, where taps and drags are not both wanted.

export const WAYS = ['tapAndSlide', 'tapOnly', 'slideOnly', 'slideThumb'] as const;
type Way = (typeof WAYS)[number];
type Ranged = HTMLElement & { value?: number; min: number; max: number; step: number };

const HANDLE_PX = 20;
const THUMB_PX = 24;
const MOVED_PX = 8;

// Ends a drag behind the element's own handlers of the release; before the next one begins at the latest, which a busy page
// may come to first.
export function onRelease(root: HTMLElement, end: () => void): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'])
        root.addEventListener(type, () => {
            clearTimeout(timer);
            timer = setTimeout(end);
        });
    const endNow = () => {
        clearTimeout(timer);
        end();
    };
    root.addEventListener('pointerdown', endNow, { capture: true });
}

// The slider's own input takes no pointers then (`tapAndSlide` is its own way).
export function slides(root: Ranged, way: () => Way | undefined): void {
    let from: { x: number; value: number } | undefined;

    const width = () => Math.max(root.clientWidth - HANDLE_PX * 2, 1);
    const forwards = () => (getComputedStyle(root).direction === 'rtl' ? -1 : 1);
    const share = (x: number) => {
        const area = root.getBoundingClientRect();
        const at = forwards() > 0 ? x - area.left : area.right - x;
        return (at - HANDLE_PX) / width();
    };
    const thumb = () => ((root.value ?? root.min) - root.min) / (root.max - root.min);

    function put(value: number): void {
        const step = root.step || 1;
        const even = root.min + Math.round((value - root.min) / step) * step;
        root.value = Number(Math.min(Math.max(even, root.min), root.max).toPrecision(12));
        root.dispatchEvent(new Event('input'));
    }

    root.addEventListener('pointerdown', (event) => {
        const now = way();
        if (!now || now === 'tapAndSlide' || event.button !== 0) return;
        const isOver = Math.abs(share(event.clientX) - thumb()) * width() <= THUMB_PX;
        if (now === 'slideThumb' && !isOver) return;
        from = { x: event.clientX, value: root.value ?? root.min };
        root.setPointerCapture(event.pointerId);
    });
    root.addEventListener('pointermove', (event) => {
        const now = way();
        if (!from || (now !== 'slideOnly' && now !== 'slideThumb')) return;
        put(from.value + (forwards() * (event.clientX - from.x) * (root.max - root.min)) / width());
    });
    root.addEventListener('pointerup', (event) => {
        const isTap = from && way() === 'tapOnly' && Math.abs(event.clientX - from.x) < MOVED_PX;
        if (isTap) put(root.min + share(event.clientX) * (root.max - root.min));
        if (from) root.dispatchEvent(new Event('change'));
        from = undefined;
    });
    root.addEventListener('pointercancel', () => (from = undefined));
}
