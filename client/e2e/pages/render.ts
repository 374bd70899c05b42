// Runs in the browser: the renderer with kinds of controls made for its test, which count what happens.

import { type Control, Store, type Value, type ValueMap } from '../../src/core/tree.ts';
import { Renderer } from '../../src/dom/render.ts';
import { Surface } from '../../src/dom/surface.ts';
import type { Context, Factory, Outlet } from '../../src/dom/widget.ts';

export type Raw = { _c: string; _i: number; [name: string]: unknown };

export class Bench {
    readonly drawn = new Map<number, number>();
    readonly disposed: number[] = [];
    readonly store = new Store();
    readonly renderer: Renderer;
    arrive: () => void = () => undefined; // the code of `Later` comes

    constructor(root: HTMLElement) {
        const outlet: Outlet = {
            emit: () => undefined,
            set: (control: Control, props: ValueMap) => this.renderer.redraw(this.store.mergeLocal(control.id, props)),
        };
        const later = new Promise<Factory>((done) => (this.arrive = () => done(this.box)));
        const kinds: { [type: string]: Factory } = {
            Page: this.box,
            Box: this.box,
            Field: this.field,
            Endless: this.endless,
        };
        this.renderer = new Renderer(outlet, new Surface(root, false), (type) =>
            type === 'Later' ? later : kinds[type],
        );
    }

    begin(root: HTMLElement, controls: Raw[]): void {
        this.store.mergePage({ controls });
        root.append(this.renderer.draw(this.store.root));
        this.forget();
    }

    patch(id: number, ...patch: Value[]): void {
        this.renderer.redraw(this.store.patch(id, patch));
    }

    forget(): void {
        this.drawn.clear();
        this.disposed.length = 0;
    }

    most(): number {
        return Math.max(0, ...this.drawn.values());
    }

    private count(context: Context): void {
        const { id } = context.control;
        this.drawn.set(id, (this.drawn.get(id) ?? 0) + 1);
    }

    private readonly box = (context: Context) => {
        const root = document.createElement('div');
        return {
            root,
            update: () => {
                this.count(context);
                root.dataset['disabled'] = String(context.isDisabled);
                context.place(root, context.children());
            },
            dispose: () => void this.disposed.push(context.control.id),
        };
    };

    // Takes back what the server says it is, as a field does that is ahead of it.
    private readonly field = (context: Context) => {
        const root = document.createElement('input');
        return {
            root,
            update: () => {
                this.count(context);
                if (context.text('value') !== root.value) context.set({ value: root.value });
            },
            dispose: () => void this.disposed.push(context.control.id),
        };
    };

    private readonly endless = (context: Context) => {
        const root = document.createElement('p');
        let count = 0;
        return {
            root,
            update: () => {
                this.count(context);
                if (context.is('runs')) context.set({ count: ++count });
            },
        };
    };
}

(globalThis as unknown as { Bench: typeof Bench }).Bench = Bench;
