// Store -> DOM, incrementally. One widget per control id; a widget's element lives as long as its
// control is on the page, whatever is patched or moved around it.

import { drawnAs } from '../core/adaptive.ts';
import { Control, isDisabled } from '../core/tree.ts';
import { watchEnds } from './animation.ts';
import { withCode } from './code.ts';
import { badged, hasBadge } from './badge.ts';
import type { Extras } from './extras.ts';
import { Trail } from './refocus.ts';
import { commonStyle, setCommon, setStyle } from './style.ts';
import type { Surface } from './surface.ts';
import { Context, type Factory, type FindFactory, type Outlet, type Rendering, type Widget } from './widget.ts';
import { placeholder } from './placeholder.ts';
import type { Unread } from './unread.ts';

type Mounted = {
    control: Control;
    widget: Widget;
    context: Context;
    isPending: boolean;
    type: string; // whose code draws it
    factory: Factory; // values it was built with
    isDisabled: boolean; // when it was drawn last, by itself or by what it lies in
    isBadged: boolean;
    isGone?: boolean;
    watched?: HTMLElement; // tells when its animations end
    extras?: Extras;
};

// A widget that sets a value as it is drawn is drawn once more, and then has it.
const MAX_ROUNDS = 20;
// The longest that a drawing waits for code.
const CODE_MS = 1000;

export class Renderer implements Rendering {
    private mounted = new Map<number, Mounted>();
    private pending = new Set<Mounted>();
    private drawn = new Set<Control>();
    private isRunning = false;
    private orphans = new Set<Mounted>(); // let go, unless something wants them before the drawing ends
    private readonly limbo = document.createElement('div');
    private reported = new Set<string>();
    private loading = new Set<Promise<void>>();
    private waiting = new Map<string, Mounted[]>(); // for the code of their type
    private unread: Promise<Unread | undefined> | undefined;

    constructor(
        readonly outlet: Outlet,
        readonly surface: Surface,
        private readonly findFactory: FindFactory,
    ) {
        this.limbo.className = 't-limbo';
        this.limbo.ariaHidden = 'true';
    }

    // Draws a page for the first time; returns its element.
    draw(page: Control): HTMLElement {
        return this.run(() => this.element(page));
    }

    // Once all code is here that what is drawn needs, and what comes to be drawn by that.
    async whole(): Promise<void> {
        while (this.loading.size) await Promise.all(this.loading);
    }

    // Redraws the given controls; those without an element of their own redraw the one around them. May be
    // called while something is drawn, as by a widget that sets a value: the drawing that is under way then
    // goes on to these, too.
    redraw(controls: Iterable<Control>): void {
        for (const control of controls) {
            const found = this.nearest(control);
            if (found) this.pending.add(found);
        }
        this.run(() => undefined);
    }

    element(control: Control): HTMLElement {
        const known = this.mounted.get(control.id);
        if (known && known.control.type === control.type) {
            this.orphans.delete(known);
            const isOther = known.control !== control;
            known.control = known.context.control = control;
            // A control that is disabled, or moves to one, takes all that lies in it along.
            if (isOther || known.isDisabled !== isDisabled(control)) this.update(known);
            return known.widget.root;
        }
        if (known) this.letGo(known);
        return this.mount(control);
    }

    // The control's own widget: while code is on its way that draws it, or what it lies in, it waits.
    async widget(id: number): Promise<Widget | undefined> {
        let entry = this.mounted.get(id);
        while ((!entry || entry.isPending) && this.loading.size > 0) {
            await Promise.race(this.loading);
            entry = this.mounted.get(id);
        }
        return entry?.widget;
    }

    // Puts exactly these controls into the host, in order, moving as little as possible.
    place(host: Element, controls: readonly Control[]): void {
        this.run(() => {
            const wanted = new Set(controls.map((control) => this.element(control)));
            for (const child of [...host.children]) {
                // Elements without an id belong to the widget itself: ripples, icons, labels.
                const id = child instanceof HTMLElement && child.dataset['id'];
                if (!id || wanted.has(child)) continue;
                const entry = this.mounted.get(Number(id));
                if (entry && entry.widget.root === child) this.letGo(entry);
                else child.remove();
            }
            arrange(host, wanted);
        });
    }

    report(where: string, error: unknown): void {
        if (this.reported.has(where)) return;
        this.reported.add(where);
        console.error(`troupe: ${where} could not be drawn`, error);
    }

    // One drawing: the work, all that is to be redrawn because of it, and then the end of what was let go.
    // A drawing within a drawing is a part of it.
    private run<T>(work: () => T): T {
        if (this.isRunning) return work();
        this.isRunning = true;
        const focused = document.activeElement;
        const trail =
            focused instanceof HTMLElement && this.surface.root.contains(focused) && focused !== document.body
                ? new Trail(focused, this.surface.root)
                : undefined;
        try {
            const result = work();
            this.drain();
            return result;
        } finally {
            this.isRunning = false;
            this.pending.clear();
            this.sweep();
            keepFocus(focused);
            trail?.follow();
            this.sayUnread();
        }
    }

    private sayUnread(): void {
        if (!this.drawn.size) return;
        const { drawn } = this;
        this.drawn = new Set();
        // Kept: to ask for it again at each change is a task of its own each time.
        this.unread ??= import('./unread.ts').then(
            ({ Unread }) => this.surface.of(Unread),
            () => (this.unread = undefined),
        );
        void this.unread.then((unread) => unread?.check(drawn));
    }

    private drain(): void {
        const rounds = new Map<Mounted, number>();
        for (const entry of this.pending) {
            this.pending.delete(entry);
            if (!this.isCurrent(entry)) continue;
            const round = (rounds.get(entry) ?? 0) + 1;
            rounds.set(entry, round);
            if (round <= MAX_ROUNDS) this.update(entry);
            else this.report(entry.control.type, new Error('it asks to be drawn again each time it is drawn'));
        }
    }

    private mount(control: Control): HTMLElement {
        const context = new Context(control, this);
        const entry = { control, context, type: drawnAs(control) } as Mounted;
        this.mounted.set(control.id, entry);
        const factory = this.fetch(entry);
        entry.widget = this.build(entry, factory ?? waiting);
        this.update(entry);
        return entry.widget.root;
    }

    // The code that draws it, if it is here; else it is put in its place once it is.
    private fetch(entry: Mounted): Factory | undefined {
        const { type } = entry;
        const others = this.waiting.get(type);
        entry.isPending = others !== undefined;
        if (others) return void others.push(entry);
        const found = this.findFactory(type);
        entry.isPending = found instanceof Promise;
        if (!(found instanceof Promise)) return found ?? placeholder;
        this.waiting.set(type, [entry]);
        this.await(
            found.then(
                (loaded) => this.arrive(type, loaded ?? placeholder),
                (error) => this.arrive(type, brokenBy(error)),
            ),
        );
        return undefined;
    }

    // All that waited for this code are drawn in one drawing.
    private arrive(type: string, factory: Factory): void {
        const entries = this.waiting.get(type) ?? [];
        this.waiting.delete(type);
        this.run(() => {
            for (const entry of entries) this.replace(entry, factory);
        });
    }

    async codeOf(controls: readonly Control[]): Promise<void> {
        const types = new Set<string>();
        const look = (value: unknown): void => {
            if (value instanceof Control) {
                if (value.props['visible'] === false) return;
                types.add(drawnAs(value));
                Object.values(value.props).forEach(look);
            } else if (Array.isArray(value)) value.forEach(look);
        };
        look(controls);
        const all = Promise.allSettled([...types].map(this.findFactory));
        let timer: ReturnType<typeof setTimeout> | undefined;
        await Promise.race([all, new Promise((done) => (timer = setTimeout(done, CODE_MS)))]);
        clearTimeout(timer);
    }

    await(code: Promise<void>): void {
        const coming = code.finally(() => this.loading.delete(coming));
        this.loading.add(coming);
    }

    private build(entry: Mounted, factory: Factory): Widget {
        entry.factory = factory;
        entry.isBadged = hasBadge(entry.control) && !entry.isPending;
        try {
            return (entry.isBadged ? badged(factory) : factory)(entry.context);
        } catch (error) {
            this.report(entry.control.type, error);
            return brokenBy(error)(entry.context);
        }
    }

    // Swaps the stand-in for the real thing once its code has arrived, or puts a badge on it.
    private replace(entry: Mounted, factory: Factory): void {
        if (!this.isCurrent(entry)) return;
        this.run(() => {
            const old = entry.widget;
            entry.isPending = false;
            entry.context.rootStyle = {};
            old.dispose?.();
            entry.widget = this.build(entry, factory);
            this.update(entry);
            this.swap(old.root, entry.widget.root);
            this.tellAround(entry);
        });
    }

    // Those around it that look inside have another look.
    private tellAround(entry: Mounted): void {
        for (let c = entry.control.parent; c; c = c.parent) {
            const around = this.mounted.get(c.id);
            if (around?.widget?.looksInside && around.control === c) this.pending.add(around);
        }
    }

    // Children that the old element still holds and the new one did not take over are let go.
    private swap(old: HTMLElement, root: HTMLElement): void {
        old.replaceWith(root);
        for (const entry of this.inside(old)) this.orphans.add(entry);
    }

    private update(entry: Mounted): void {
        const type = drawnAs(entry.control);
        if (!entry.isPending && type !== entry.type) {
            entry.type = type;
            const factory = this.fetch(entry);
            if (factory) return this.replace(entry, factory);
        }
        if (!entry.isPending && hasBadge(entry.control) !== entry.isBadged) return this.replace(entry, entry.factory);
        this.pending.delete(entry);
        this.drawn.add(entry.control);
        entry.isDisabled = isDisabled(entry.control);
        try {
            entry.widget.update();
        } catch (error) {
            this.report(entry.control.type, error);
            const old = entry.widget;
            old.dispose?.();
            entry.widget = brokenBy(error)(entry.context);
            entry.context.rootStyle = {};
            this.swap(old.root, entry.widget.root);
        }
        const { root } = entry.widget;
        if (setCommon(root, entry.control, entry.isPending)) this.showTip(root);
        setStyle(root, { ...commonStyle(entry.control), ...entry.context.rootStyle });
        this.tellAround(entry);
        this.extend(entry);
        if (!entry.control.props['on_animation_end'] || entry.watched === root) return;
        entry.watched = root;
        watchEnds(
            root,
            () => entry.control.props,
            (event, data) => entry.context.emit(event, data),
        );
    }

    private extend(entry: Mounted): void {
        const { props } = entry.control;
        if (entry.extras) entry.extras.update(entry.widget.root);
        else if (props['transform'] || props['animate_align'] || props['on_size_change'])
            void withCode(
                () => import('./extras.ts'),
                ({ Extras }) => {
                    if (!entry.isGone) (entry.extras ??= new Extras(entry.context)).update(entry.widget.root);
                },
            );
    }

    // The code of tooltips comes with the first control that has one.
    private showTip(root: HTMLElement): void {
        void withCode(
            () => import('./tooltip.ts'),
            ({ Tooltips }) => this.surface.of(Tooltips).refresh(root),
        );
    }

    private nearest(control: Control): Mounted | undefined {
        for (let c: Control | null = control; c; c = c.parent) {
            const entry = this.mounted.get(c.id);
            if (entry && entry.control === c) return entry;
        }
        return undefined;
    }

    private isCurrent(entry: Mounted): boolean {
        return this.mounted.get(entry.control.id) === entry;
    }

    // Something later in this drawing may want it elsewhere, with its focus, caret and scroll: it waits out
    // of sight, and out of the way of those who count what is left in its place.
    private letGo(entry: Mounted): void {
        const { root } = entry.widget;
        this.orphans.add(entry);
        if (!root.isConnected) return root.remove();
        if (!this.limbo.isConnected) this.surface.root.append(this.limbo);
        if ('moveBefore' in this.limbo) (this.limbo as Movable).moveBefore!(root, null);
        else root.remove();
    }

    private sweep(): void {
        for (const entry of this.orphans) this.unmount(entry);
        this.orphans.clear();
    }

    private unmount(entry: Mounted): void {
        if (entry.isGone) return;
        if (this.isCurrent(entry)) this.mounted.delete(entry.control.id);
        for (const inner of this.inside(entry.widget.root)) {
            this.mounted.delete(inner.control.id);
            this.end(inner);
        }
        this.end(entry);
        entry.widget.root.remove();
    }

    private end(entry: Mounted): void {
        entry.isGone = true;
        entry.extras?.dispose();
        entry.widget.dispose?.();
    }

    private inside(root: HTMLElement): Mounted[] {
        return [...root.querySelectorAll<HTMLElement>('[data-id]')].flatMap((child) => {
            const inner = this.mounted.get(Number(child.dataset['id']));
            return inner?.widget.root === child ? [inner] : [];
        });
    }
}

// Browsers without moveBefore drop the focus of what moves to another place.
function keepFocus(before: Element | null): void {
    if (!(before instanceof HTMLElement) || !before.isConnected || before === document.activeElement) return;
    if (document.activeElement === document.body) before.focus({ preventScroll: true });
}

// moveBefore keeps focus, caret, scroll and running animations of what it moves.
type Movable = Element & { moveBefore?(node: Element, before: Node | null): void };

function arrange(host: Movable, wanted: Iterable<Element>): void {
    let cursor: Element | null = host.firstElementChild;
    for (const element of wanted) {
        if (element === cursor) {
            cursor = cursor.nextElementSibling;
        } else if (host.moveBefore && element.isConnected && host.isConnected) {
            host.moveBefore(element, cursor);
        } else if (element.parentElement === host && element.contains(document.activeElement)) {
            // Older browsers drop the focus of what moves, so the others move around it.
            while (cursor && cursor !== element) {
                const next: Element | null = cursor.nextElementSibling;
                host.append(cursor);
                cursor = next;
            }
            cursor = element.nextElementSibling;
        } else {
            host.insertBefore(element, cursor);
        }
    }
}

const waiting: Factory = () => {
    const root = document.createElement('div');
    root.className = 't-pending';
    root.ariaBusy = 'true';
    return { root, update: () => undefined };
};

const brokenBy =
    (error: unknown): Factory =>
    (context) =>
        placeholder(context, `${context.control.type} could not be drawn`, String(error));
