// The interface between a control's code and the renderer.

import { isDisabled, listOf, type Control, type Value, type ValueMap } from '../core/tree.ts';
import { text, type Css } from '../core/values.ts';
import type { Surface } from './surface.ts';

export interface Widget {
    readonly root: HTMLElement;
    // Brings the element in line with the control's properties; called again after each change.
    update(): void;
    // Answers a method call of the server; undefined means the method is unknown.
    invoke?(name: string, args: ValueMap): Value | Promise<Value> | undefined;
    dispose?(): void;
    // What it is depends on what can be pressed within it: it is brought in line again after that has changed.
    readonly looksInside?: boolean;
}

export type Factory = (context: Context) => Widget;

// At once when the code is here, a promise while it loads; what nobody draws has none.
export type FindFactory = (type: string) => Factory | Promise<Factory | undefined> | undefined;

// The way back: what the person did.
export interface Outlet {
    emit(control: Control, event: string, data: Value, always?: boolean): void;
    set(control: Control, props: ValueMap): void;
}

// Requests of a widget to the renderer.
export interface Rendering {
    readonly outlet: Outlet;
    readonly surface: Surface;
    // The element of a control, made when it has none yet.
    element(control: Control): HTMLElement;
    // Puts exactly these controls into the host, in order.
    place(host: Element, controls: readonly Control[]): void;
    redraw(controls: Iterable<Control>): void;
    // The page is not whole before this is here.
    await(code: Promise<void>): void;
    // Until the code is here that draws what these are and hold, or has been waited for too long.
    codeOf(controls: readonly Control[]): Promise<void>;
    report(where: string, error: unknown): void;
}

// A widget's view of its control.
export class Context {
    // Styles of the root element beyond those every control has.
    rootStyle: Css = {};

    constructor(
        public control: Control,
        readonly renderer: Rendering,
    ) {}

    // The app's own, see surface.ts.
    get surface(): Surface {
        return this.renderer.surface;
    }

    get(name: string): Value | undefined {
        return this.control.props[name];
    }

    text(name: string): string {
        return text(this.get(name));
    }

    is(name: string, otherwise = false): boolean {
        const value = this.get(name);
        return typeof value === 'boolean' ? value : otherwise;
    }

    child(name: string): Control | undefined {
        return listOf(this.get(name))[0];
    }

    children(name = 'controls'): Control[] {
        return listOf(this.get(name));
    }

    get isDisabled(): boolean {
        return isDisabled(this.control);
    }

    place(host: Element, controls: readonly Control[]): void {
        this.renderer.place(host, controls);
    }

    // A property that is text or a control; true when there is something to see.
    placeContent(host: HTMLElement, name: string): boolean {
        const value = this.get(name);
        const controls = listOf(value);
        if (typeof value === 'object' && value !== null) {
            if (host.firstChild?.nodeType === Node.TEXT_NODE) host.firstChild.remove();
            this.place(host, controls);
            return controls.length > 0;
        }
        const plain = text(value);
        if (host.firstElementChild) this.place(host, []);
        if (host.textContent !== plain) host.textContent = plain;
        return plain !== '';
    }

    handles(event: string): boolean {
        return this.get(`on_${event}`) === true;
    }

    emit(event: string, data: Value = null): void {
        this.renderer.outlet.emit(this.control, event, data);
    }

    set(props: ValueMap): void {
        this.renderer.outlet.set(this.control, props);
    }
}
