// A wheel to choose from: a list that snaps to its lines. By keys the arrows, Home and End turn it.

import css from '../styles/cupertinowheels.css?text';
import { adopt } from '../dom/sheet.ts';
import { el, newName, setAttribute } from '../dom/elements.ts';

adopt(css);

const SETTLED_MS = 120;
const PAGE = 5;
const FLAT = { diameter: 0, squeeze: 1, aside: 0 };
const PERSPECTIVE_PX = 333; // Flutter's 0.003

export class Wheel {
    readonly root = el('div', 'q-wheel');
    private lines: HTMLElement[] = [];
    private index = 0;
    private timer = 0;
    private isTurning = false; // by the person
    private row = 32;
    private isLooping = false;
    private isDisabled = false;
    private shape = FLAT;
    private bending = 0;
    private readonly sizes = new ResizeObserver(() => {
        if (!this.isTurning) this.jump();
        this.bend();
    });

    constructor(
        name: string,
        private readonly onChoose: (index: number) => void,
    ) {
        const { root } = this;
        root.setAttribute('role', 'listbox');
        root.ariaLabel = name;
        root.addEventListener('scroll', () => this.onScroll(), { passive: true });
        root.addEventListener('scrollend', () => this.settle());
        for (const type of ['pointerdown', 'wheel', 'touchstart'] as const)
            root.addEventListener(type, () => (this.isTurning = !this.isDisabled), { passive: true });
        root.addEventListener('click', (event) => this.press(event.target as Element));
        root.addEventListener('keydown', (event) => this.key(event));
        this.sizes.observe(root);
    }

    name(name: string): void {
        this.root.ariaLabel = name;
    }

    // A line for each of these, to be filled by the caller.
    resize(count: number): HTMLElement[] {
        while (this.lines.length < count) {
            const line = el('div');
            line.setAttribute('role', 'option');
            line.id = newName('line');
            this.lines.push(line);
            this.root.append(line);
        }
        for (const line of this.lines.splice(count)) line.remove();
        return this.lines;
    }

    texts(words: readonly string[], isOff: (index: number) => boolean = () => false): void {
        this.resize(words.length).forEach((line, i) => {
            if (line.textContent !== words[i]) line.textContent = words[i]!;
            setAttribute(line, 'aria-disabled', isOff(i) ? 'true' : undefined);
        });
    }

    show(index: number, row: number, isDisabled: boolean, isLooping = false): void {
        this.row = row;
        this.isDisabled = isDisabled;
        this.isLooping = isLooping;
        this.root.tabIndex = isDisabled ? -1 : 0;
        setAttribute(this.root, 'aria-disabled', isDisabled ? 'true' : undefined);
        this.root.style.overflowY = isDisabled ? 'hidden' : '';
        if (this.isTurning) return;
        this.mark(index);
        this.jump();
        this.bend();
    }

    // A wheel that is seen as one: its diameter in heights of the box, how near its lines lie to each other, and how
    // far aside of its middle it is looked at, in widths.
    curve(diameter: number, squeeze: number, aside: number): void {
        this.shape = { diameter: Math.max(diameter, 1.01), squeeze: Math.max(squeeze, 0.1), aside };
        this.bend();
    }

    private bend(): void {
        if (!this.shape.diameter) return;
        this.bending ||= requestAnimationFrame(() => {
            this.bending = 0;
            this.place();
        });
    }

    // As Flutter's wheel lays its lines around a cylinder. What a line holds is turned: the lines themselves are what
    // scrolling snaps to.
    private place(): void {
        const { diameter, squeeze, aside } = this.shape;
        const { clientHeight: height, clientWidth: width, scrollTop } = this.root;
        if (!height) return;
        const radius = (height * diameter) / 2;
        const most = Math.asin(1 / diameter);
        for (const [i, line] of this.lines.entries()) {
            const away = i * this.row - scrollTop;
            const angle = ((away / height) * 2 * most) / squeeze;
            const isSeen = Math.abs(angle) < Math.PI / 2;
            const held = line.firstElementChild as HTMLElement | null;
            if (!held) continue;
            held.style.visibility = isSeen ? '' : 'hidden';
            if (!isSeen) continue;
            const depth = radius * (1 - Math.cos(angle));
            const x = aside * width * (1 - Math.cos(angle));
            held.style.transform =
                `perspective(${PERSPECTIVE_PX}px) translate3d(${x.toFixed(2)}px, ` +
                `${(radius * Math.sin(angle) - away).toFixed(2)}px, ${(-depth).toFixed(2)}px) rotateX(${(-angle).toFixed(4)}rad)`;
        }
    }

    dispose(): void {
        clearTimeout(this.timer);
        cancelAnimationFrame(this.bending);
        this.sizes.disconnect();
    }

    private jump(): void {
        const top = this.index * this.row;
        if (Math.abs(this.root.scrollTop - top) > 1) this.root.scrollTop = top;
    }

    private mark(index: number): void {
        this.index = Math.min(Math.max(index, 0), Math.max(this.lines.length - 1, 0));
        for (const [i, line] of this.lines.entries()) line.setAttribute('aria-selected', String(i === this.index));
        setAttribute(this.root, 'aria-activedescendant', this.lines[this.index]?.id);
    }

    private onScroll(): void {
        this.bend();
        if (!this.isTurning) return;
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.settle(), SETTLED_MS);
    }

    private settle(): void {
        if (!this.isTurning) return;
        const at = Math.round(this.root.scrollTop / this.row);
        // Held between two lines it goes on.
        if (Math.abs(this.root.scrollTop - at * this.row) > 2) return this.onScroll();
        clearTimeout(this.timer);
        this.isTurning = false;
        this.choose(at);
    }

    private choose(index: number): void {
        const before = this.index;
        this.mark(index);
        this.jump();
        if (this.index !== before) this.onChoose(this.index);
    }

    private press(target: Element): void {
        const at = this.lines.findIndex((line) => line.contains(target));
        this.isTurning = false;
        if (at >= 0 && !this.isDisabled) this.choose(at);
    }

    private key(event: KeyboardEvent): void {
        const last = this.lines.length - 1;
        const steps: { [key: string]: number } = {
            ArrowDown: this.index + 1,
            ArrowUp: this.index - 1,
            PageDown: this.index + PAGE,
            PageUp: this.index - PAGE,
            Home: 0,
            End: last,
        };
        const to = steps[event.key];
        if (to === undefined || this.isDisabled) return;
        event.preventDefault();
        event.stopPropagation();
        const round = this.isLooping ? (to + last + 1) % (last + 1) : to;
        this.choose(Math.min(Math.max(round, 0), last));
    }
}
