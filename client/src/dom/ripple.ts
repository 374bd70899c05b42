// The wave that a press sends over a control. It is made with the press and goes with it: a page has many controls
// that can be pressed, and few presses. Its look is in styles/buttons.css.

import { el } from './elements.ts';

const GROW_MS = 450;
const LEAST_MS = 225;
const SHOW_MS = 105;
const FADE_MS = 375;
// A finger that stays so long presses, and does not scroll.
const TOUCH_MS = 150;
const PADDING = 10;
// The edge of the wave is soft: it has to grow so much further than the corner.
const SOFT_PX = 75;
const SOFT_SHARE = 0.35;
const FIRST_SHARE = 0.2;
const EASING = 'cubic-bezier(0.2, 0, 0, 1)';

type Point = { clientX: number; clientY: number };

class Wave {
    private readonly root = el('span', 't-ripple');
    private readonly disc = el('span', 't-ripple-disc');
    private readonly begun: number = performance.now();

    constructor(host: HTMLElement, from?: Point) {
        this.root.ariaHidden = 'true';
        this.root.append(this.disc);
        host.prepend(this.root);
        const { left, top, width, height } = this.root.getBoundingClientRect();
        const longest = Math.max(width, height);
        const size = Math.max(1, Math.floor(longest * FIRST_SHARE));
        const soft = Math.max(SOFT_SHARE * longest, SOFT_PX);
        const scale = (Math.hypot(width, height) + PADDING + soft) / size;
        const start = from ? { x: from.clientX - left, y: from.clientY - top } : { x: width / 2, y: height / 2 };
        const place = (x: number, y: number) => `translate(${x - size / 2}px, ${y - size / 2}px)`;
        const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
        this.disc.style.setProperty('width', `${size}px`);
        this.disc.style.setProperty('height', `${size}px`);
        this.disc.animate(
            { transform: [`${place(start.x, start.y)} scale(1)`, `${place(width / 2, height / 2)} scale(${scale})`] },
            { duration: isCalm ? 0 : GROW_MS, easing: EASING, fill: 'forwards' },
        );
        this.root.animate({ opacity: [0, 1] }, SHOW_MS);
    }

    // Even of a short press there is something to see.
    end(): void {
        const delay = Math.max(0, LEAST_MS - (performance.now() - this.begun));
        const fade = this.root.animate({ opacity: [1, 0] }, { delay, duration: FADE_MS, fill: 'forwards' });
        fade.onfinish = () => this.root.remove();
    }
}

export function rippleOnPress(host: HTMLElement): void {
    let press: AbortController | undefined;

    // What is heard only while it is pressed is listened to only then.
    host.addEventListener('pointerdown', (event) => {
        if (!event.isPrimary || event.button !== 0) return;
        press?.abort();
        const { signal } = (press = new AbortController());
        const isTouch = event.pointerType === 'touch';
        let wave: Wave | undefined;
        const begin = () => (wave ??= new Wave(host, event));
        const end = () => press?.abort();
        const timer = isTouch ? setTimeout(begin, TOUCH_MS) : begin() && 0;
        signal.addEventListener('abort', () => {
            clearTimeout(timer);
            wave?.end();
        });
        const on = (type: string, act: () => void) => host.addEventListener(type, act, { signal });
        on('pointerup', () => {
            begin();
            end();
        });
        on('pointerleave', () => isTouch || end());
        on('pointercancel', end);
        on('contextmenu', end);
    });
    // A key sends a click alone.
    host.addEventListener('click', (event) => event.detail === 0 && new Wave(host).end());
}
