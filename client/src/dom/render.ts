// Store -> DOM, incrementally. One widget per control id; a widget's element lives as long as its
// control is on the page, whatever is patched or moved around it.

import type { Control } from '../core/tree.ts';
import { watchEnds } from './animation.ts';
import { badged, hasBadge } from './badge.ts';
import { commonStyle, setCommon, setStyle } from './style.ts';
import type { Surface } from './surface.ts';
import {
    Context, type Factory, type FindFactory, type Outlet, type Rendering, type Widget,
} from './widget.ts';
import { placeholder } from './placeholder.ts';

type Mounted = {
    control: Control; widget: Widget; context: Context; isPending: boolean;
    factory: Factory; // what it was built with
    isBadged: boolean;
    watched?: HTMLElement; // tells when its animations end
};

export class Renderer implements Rendering {
    private mounted = new Map<number, Mounted>();
    private orphans = new Set<Mounted>();
    private reported = new Set<string>();
    private loading = new Set<Promise<void>>();

    constructor(
        readonly outlet: Outlet,
        readonly surface: Surface,
        private readonly findFactory: FindFactory,
    ) {}

    // Redraws the given controls; those without an element of their own redraw the one around them.
    redraw(controls: Iterable<Control>): void {
        const widgets = new Set<Mounted>();
        for (const control of controls) {
            const found = this.nearest(control);
            if (found) widgets.add(found);
        }
        for (const entry of widgets) if (this.isCurrent(entry)) this.update(entry);
        this.sweep();
    }

    // Properties that children inherit.
    redrawBelow(control: Control): void {
        const below = [...this.mounted.values()].filter(({ control: candidate }) => {
            for (let c: Control | null = candidate; c; c = c.parent) if (c === control) return true;
            return false;
        });
        for (const entry of below) if (this.isCurrent(entry)) this.update(entry);
        this.sweep();
    }

    element(control: Control): HTMLElement {
        const known = this.mounted.get(control.id);
        if (known && known.control.type === control.type) {
            this.orphans.delete(known);
            if (known.control !== control) {
                known.control = known.context.control = control;
                this.update(known);
            }
            return known.widget.root;
        }
        if (known) this.unmount(known);
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
        const wanted = new Set(controls.map((control) => this.element(control)));
        for (const child of [...host.children]) {
            // Elements without an id belong to the widget itself: ripples, icons, labels.
            const id = child instanceof HTMLElement && child.dataset['id'];
            if (!id || wanted.has(child)) continue;
            const entry = this.mounted.get(Number(id));
            if (entry && entry.widget.root === child) this.orphans.add(entry);
            child.remove();
        }
        arrange(host, wanted);
    }

    report(where: string, error: unknown): void {
        if (this.reported.has(where)) return;
        this.reported.add(where);
        console.error(`troupe: ${where} could not be drawn`, error);
    }

    private mount(control: Control): HTMLElement {
        const context = new Context(control, this);
        const found = this.findFactory(control.type);
        const factory: Factory = typeof found === 'function' ? found : placeholder;
        const entry = { control, context, isPending: found instanceof Promise } as Mounted;
        this.mounted.set(control.id, entry);
        entry.widget = this.build(entry, entry.isPending ? waiting : factory);
        if (found instanceof Promise) {
            const drawn = found
                .then((loaded) => this.replace(entry, loaded), (error) => this.replace(entry, brokenBy(error)))
                .finally(() => this.loading.delete(drawn));
            this.loading.add(drawn);
        }
        this.update(entry);
        return entry.widget.root;
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
        const old = entry.widget.root;
        entry.isPending = false;
        entry.context.rootStyle = {};
        entry.widget.dispose?.();
        entry.widget = this.build(entry, factory);
        this.update(entry);
        old.replaceWith(entry.widget.root);
        this.sweep();
    }

    private update(entry: Mounted): void {
        if (!entry.isPending && hasBadge(entry.control) !== entry.isBadged)
            return this.replace(entry, entry.factory);
        try {
            entry.widget.update();
        } catch (error) {
            this.report(entry.control.type, error);
            const old = entry.widget.root;
            entry.widget = brokenBy(error)(entry.context);
            entry.context.rootStyle = {};
            old.replaceWith(entry.widget.root);
        }
        const { root } = entry.widget;
        if (setCommon(root, entry.control)) this.showTip(root);
        setStyle(root, { ...commonStyle(entry.control), ...entry.context.rootStyle });
        if (!entry.control.props['on_animation_end'] || entry.watched === root) return;
        entry.watched = root;
        watchEnds(root, () => entry.control.props, (event, data) => entry.context.emit(event, data));
    }

    // The code of tooltips comes with the first control that has one.
    private showTip(root: HTMLElement): void {
        void import('./tooltip.ts').then(({ Tooltips }) => this.surface.of(Tooltips).refresh(root));
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

    // Removed elements are let go only now: a later operation may have moved them elsewhere.
    private sweep(): void {
        for (const entry of this.orphans) if (!entry.widget.root.isConnected) this.unmount(entry);
        this.orphans.clear();
    }

    private unmount(entry: Mounted): void {
        if (this.isCurrent(entry)) this.mounted.delete(entry.control.id);
        for (const child of entry.widget.root.querySelectorAll<HTMLElement>('[data-id]')) {
            const inner = this.mounted.get(Number(child.dataset['id']));
            if (!inner || inner.widget.root !== child) continue;
            this.mounted.delete(inner.control.id);
            inner.widget.dispose?.();
        }
        entry.widget.dispose?.();
        entry.widget.root.remove();
    }
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
