// What of an app is being dragged, and over which target. One thing at a time; by pointer it follows the
// pointer, by keys the arrows go from target to target, Enter puts it down and Escape brings it back.

import type { Sample } from '../core/sample.ts';
import type { Point } from '../core/velocity.ts';
import type { Surface } from './surface.ts';

export interface Source {
    readonly root: HTMLElement;
    readonly id: number;
    readonly group: string;
    readonly axis: 'horizontal' | 'vertical' | undefined;
    readonly name: string;
    feedback(): HTMLElement[];
    began(): void;
    ended(isDropped: boolean): void;
}

export interface Target {
    readonly root: HTMLElement;
    takes(group: string): boolean;
    name(): string;
    entered(source: number, isAccepted: boolean): void;
    moved(source: number, at: Point): void;
    left(source: number): void;
    dropped(source: number, at: Point): void;
}

const NEXT = ['ArrowRight', 'ArrowDown'];
const BEFORE = ['ArrowLeft', 'ArrowUp'];

export class Dragging {
    private readonly targets = new Set<Target>();
    private source: Source | undefined;
    private over: Target | undefined;
    private ghost: HTMLElement | undefined;
    private listening: AbortController | undefined;

    constructor(private readonly surface: Surface) {}

    add(target: Target): void {
        this.targets.add(target);
    }

    remove(target: Target): void {
        this.targets.delete(target);
        if (this.over === target) this.over = undefined;
    }

    forget(source: Source): void {
        if (this.source === source) this.end(undefined);
    }

    byPointer(source: Source, start: Sample, first: PointerEvent): void {
        if (this.source) return;
        const listen = this.begin(source);
        this.ghost = ghostOf(source);
        this.surface.root.append(this.ghost);
        const at = (event: PointerEvent): Point => ({
            x: source.axis === 'vertical' ? start.global.x : event.clientX,
            y: source.axis === 'horizontal' ? start.global.y : event.clientY,
        });
        const move = (event: PointerEvent) => {
            if (event.pointerId !== start.id) return;
            this.carry(start, at(event));
            this.hover(at(event));
        };
        document.addEventListener('pointermove', move, listen);
        document.addEventListener('pointerup', (event) => event.pointerId === start.id && this.end(at(event)), listen);
        document.addEventListener('pointercancel', () => this.end(undefined), listen);
        document.addEventListener('keydown', (event) => event.key === 'Escape' && this.end(undefined), listen);
        source.began();
        move(first);
    }

    byKeys(source: Source): void {
        if (this.source) return;
        const targets = this.inOrder(source);
        if (!targets.length) return this.say(`There is nowhere to put ${source.name}.`);
        const listen = this.begin(source);
        source.began();
        let at = -1;
        const key = (event: KeyboardEvent) => {
            const step = NEXT.includes(event.key) ? 1 : BEFORE.includes(event.key) ? -1 : 0;
            if (!step && !['Enter', ' ', 'Escape', 'Tab'].includes(event.key)) return;
            event.stopPropagation();
            if (event.key !== 'Tab') event.preventDefault();
            if (step) {
                at = (at + step + targets.length) % targets.length;
                return this.enter(targets[at]!);
            }
            const isDrop = event.key === 'Enter' || event.key === ' ';
            const target = isDrop ? this.over : undefined;
            this.end(target && middleOf(target.root));
            this.say(target ? `${source.name} was put on ${target.name()}.` : `${source.name} stays where it was.`);
        };
        document.addEventListener('keydown', key, { ...listen, capture: true });
        document.addEventListener('pointerdown', () => this.end(undefined), listen);
        this.say(`${source.name} is picked up. The arrow keys choose where to put it, Enter puts it there.`);
    }

    private begin(source: Source): { signal: AbortSignal } {
        this.source = source;
        this.listening = new AbortController();
        return { signal: this.listening.signal };
    }

    private enter(target: Target): void {
        if (this.over === target) return;
        this.leave();
        const isAccepted = target.takes(this.source!.group);
        target.entered(this.source!.id, isAccepted);
        if (!isAccepted) return;
        this.over = target;
        target.root.classList.add('t-drop');
        target.root.scrollIntoView({ block: 'nearest' });
        this.say(target.name());
    }

    private leave(): void {
        this.over?.root.classList.remove('t-drop');
        this.over?.left(this.source!.id);
        this.over = undefined;
        this.refused = undefined;
    }

    private refused: Target | undefined;

    private hover(at: Point): void {
        const { source } = this;
        const found = [...this.targets].filter(({ root }) => holds(root, at)).sort(byDepth)[0];
        if (!source || !found) return this.leave();
        if (found !== this.over && found !== this.refused) {
            this.enter(found);
            if (this.over !== found) this.refused = found;
        }
        this.over?.moved(source.id, at);
    }

    private carry(start: Sample, at: Point): void {
        const { ghost } = this;
        if (!ghost) return;
        ghost.style.translate = `${at.x - start.local.x}px ${at.y - start.local.y}px`;
    }

    private end(at: Point | undefined): void {
        const { source, over } = this;
        if (!source) return;
        this.listening?.abort();
        this.ghost?.remove();
        this.ghost = undefined;
        over?.root.classList.remove('t-drop');
        if (over && at) over.dropped(source.id, at);
        else over?.left(source.id);
        this.source = this.over = this.refused = undefined;
        source.ended(Boolean(over && at));
    }

    private inOrder({ group }: Source): Target[] {
        return [...this.targets]
            .filter((target) => target.takes(group) && target.root.checkVisibility())
            .sort((a, b) => (a.root.compareDocumentPosition(b.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    }

    private say(words: string): void {
        this.surface.announce(words);
    }
}

function holds(root: HTMLElement, { x, y }: Point): boolean {
    if (!root.checkVisibility()) return false;
    const { left, right, top, bottom } = root.getBoundingClientRect();
    return x >= left && x < right && y >= top && y < bottom;
}

// The innermost first.
function byDepth(a: Target, b: Target): number {
    return a.root.contains(b.root) ? 1 : b.root.contains(a.root) ? -1 : 0;
}

function middleOf(root: HTMLElement): Point {
    const { left, top, width, height } = root.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
}

// What hangs on the pointer: what the app says, else a pale copy of the thing itself.
function ghostOf(source: Source): HTMLElement {
    const ghost = document.createElement('div');
    ghost.className = 't-ghost';
    ghost.ariaHidden = 'true';
    ghost.inert = true;
    const given = source.feedback();
    const { width } = source.root.getBoundingClientRect();
    if (!given.length) {
        ghost.classList.add('t-ghost-copy');
        ghost.style.width = `${width}px`;
    }
    const shown = given.length ? given : [source.root];
    for (const element of shown) ghost.append(copyOf(element));
    return ghost;
}

// The copy is nobody's control.
function copyOf(element: HTMLElement): HTMLElement {
    const copy = element.cloneNode(true) as HTMLElement;
    for (const inner of [copy, ...copy.querySelectorAll<HTMLElement>('[data-id]')]) {
        inner.removeAttribute('data-id');
        inner.removeAttribute('data-key');
        inner.removeAttribute('id');
    }
    return copy;
}
