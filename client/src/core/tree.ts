// The page as the browser knows it: controls by id, merge of a full page, patches.
// Pure: no DOM, no clock, no network. Every change returns the controls that must be redrawn.

import { Ext } from './packets.ts';

export type Value = null | boolean | number | string | Uint8Array | Ext | Control | Value[] | { [key: string]: Value };
export type ValueMap = { [key: string]: Value };

// Deeper nesting than any real page; stops hostile data before the stack does.
const MAX_DEPTH = 500;

export class TreeError extends Error {}

export class Control {
    parent: Control | null = null;

    constructor(
        readonly id: number,
        readonly type: string,
        readonly props: ValueMap = {},
    ) {}
}

export function isMap(value: unknown): value is ValueMap {
    return (
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        !(value instanceof Control) &&
        !(value instanceof Uint8Array) &&
        !(value instanceof Ext)
    );
}

// Looks through `C` wrappers and leaves out what is not visible.
export function listOf(value: Value | undefined): Control[] {
    if (Array.isArray(value)) return value.flatMap(listOf);
    if (!(value instanceof Control)) return [];
    if (value.props['visible'] === false) return [];
    return value.type === 'C' ? listOf(value.props['_b']) : [value];
}

export function isDisabled(control: Control): boolean {
    for (let c: Control | null = control; c; c = c.parent) if (c.props['disabled'] === true) return true;
    return false;
}

type Container = { items: Value[] | ValueMap; owner: Control };

export class Store {
    readonly root = new Control(1, 'Page');
    private readonly byId = new Map<number, Control>([[1, this.root]]);
    private dirty = new Set<Control>();

    find(id: number): Control | undefined {
        return this.byId.get(id);
    }

    controls(): Iterable<Control> {
        return this.byId.values();
    }

    get size(): number {
        return this.byId.size;
    }

    // The answer to a registration: a whole page laid over the one we have.
    mergePage(page: unknown): Set<Control> {
        if (!isMap(page)) throw new TreeError('page_patch is not a map');
        return this.collect(() => this.mergeInto(this.root, this.root.props, page));
    }

    // Values the person at the browser changed; the server merges the same map.
    mergeLocal(id: number, props: ValueMap): Set<Control> {
        const control = this.byId.get(id);
        if (!control) return new Set();
        return this.collect(() => this.mergeInto(control, control.props, props));
    }

    // Applies in order; a bad operation throws and leaves the earlier ones applied.
    patch(id: unknown, patch: unknown): Set<Control> {
        if (typeof id !== 'number' || !Array.isArray(patch)) throw new TreeError('bad patch body');
        const root = this.byId.get(id);
        if (!root) return new Set();
        const paths = readPaths(patch[0]);
        return this.collect(() => {
            for (const op of patch.slice(1)) this.apply(root, paths, op);
        });
    }

    private collect(change: () => void): Set<Control> {
        const dirty = (this.dirty = new Set());
        change();
        return dirty;
    }

    private apply(root: Control, paths: Map<number, Step[]>, op: unknown): void {
        if (!Array.isArray(op)) throw new TreeError('operation is not a list');
        const target = this.resolve(root, paths, op[1]);
        switch (op[0]) {
            case 0:
                return this.replace(target, op[2], this.make(op[3], target.owner));
            case 1:
                return this.add(target, op[2], this.make(op[3], target.owner));
            case 2:
                return this.forget(this.take(target, op[2]));
            case 3:
                return this.move(target, op[2], this.resolve(root, paths, op[3]), op[4]);
            default:
                throw new TreeError(`unknown operation ${String(op[0])}`);
        }
    }

    // Looked up anew for each operation: a list step means the element that is there now.
    private resolve(root: Control, paths: Map<number, Step[]>, node: unknown): Container {
        const path = paths.get(node as number);
        if (!path) throw new TreeError(`unknown node ${String(node)}`);
        let value: Value = root;
        let owner = root;
        for (const step of path) {
            const items: Value = value instanceof Control ? value.props : value;
            if (Array.isArray(items)) value = items[indexOf(step, items.length - 1)] as Value;
            else if (isMap(items) && Object.hasOwn(items, String(step))) value = items[String(step)] as Value;
            else throw new TreeError(`no step ${String(step)}`);
            if (value instanceof Control) owner = value;
        }
        const items: Value = value instanceof Control ? value.props : value;
        if (!Array.isArray(items) && !isMap(items)) throw new TreeError('not a container');
        return { items, owner };
    }

    private replace(target: Container, key: unknown, value: Value): void {
        const { items } = target;
        let old: Value | undefined;
        if (Array.isArray(items)) {
            const index = indexOf(key, items.length - 1);
            old = items[index];
            items[index] = value;
        } else {
            old = items[keyOf(key)];
            items[keyOf(key)] = value;
        }
        this.forget(old);
        this.touch(target, key);
    }

    private add(target: Container, key: unknown, value: Value): void {
        const { items } = target;
        if (!Array.isArray(items)) return this.replace(target, key, value);
        items.splice(indexOf(key, items.length), 0, value);
        this.touch(target, key);
    }

    private take(target: Container, key: unknown): Value {
        const { items } = target;
        this.touch(target, key);
        if (Array.isArray(items)) return items.splice(indexOf(key, items.length - 1), 1)[0] as Value;
        const name = keyOf(key);
        if (!Object.hasOwn(items, name)) throw new TreeError(`no key ${name}`);
        const value = items[name] as Value;
        delete items[name];
        return value;
    }

    private move(from: Container, key: unknown, into: Container, to: unknown): void {
        if (Array.isArray(from.items) !== Array.isArray(into.items))
            throw new TreeError('move between a list and a map');
        const value = this.take(from, key);
        adopt(value, into.owner);
        this.add(into, to, value);
    }

    private touch(target: Container, key: unknown): void {
        this.dirty.add(target.owner);
        const own = target.items === target.owner.props;
        if (own && key === 'visible' && target.owner.parent)
            // An invisible child is not drawn at all, so its parent changes too.
            this.dirty.add(target.owner.parent);
    }

    private mergeInto(owner: Control, into: ValueMap, from: ValueMap): void {
        for (const [key, value] of Object.entries(from)) {
            if (key === '_c' || key === '_i') continue;
            const old = into[key];
            if (isMap(value) && old instanceof Control && value['_i'] === old.id) {
                this.mergeInto(old, old.props, value);
            } else if (isMap(value) && !('_c' in value) && isMap(old)) {
                this.mergeInto(owner, old, value);
            } else {
                into[keyOf(key)] = this.make(value, owner);
                this.forget(old);
            }
            this.touch({ items: into, owner }, key);
        }
    }

    // Turns decoded data into values: every map with a type name becomes a control.
    private make(raw: unknown, parent: Control, depth = 0): Value {
        if (depth > MAX_DEPTH) throw new TreeError('nested too deep');
        if (Array.isArray(raw)) return raw.map((item) => this.make(item, parent, depth + 1));
        if (!isMap(raw)) return (raw ?? null) as Value;
        if (!Object.hasOwn(raw, '_c')) {
            const map: ValueMap = {};
            for (const [key, value] of Object.entries(raw)) map[keyOf(key)] = this.make(value, parent, depth + 1);
            return map;
        }
        const { _c: type, _i: id } = raw;
        if (typeof type !== 'string' || !Number.isInteger(id)) throw new TreeError('control without type or id');
        const control = new Control(id as number, type);
        control.parent = parent;
        // Of large pages there are a million: nothing is copied for it.
        for (const key in raw)
            if (key !== '_c' && key !== '_i') control.props[keyOf(key)] = this.make(raw[key], control, depth + 1);
        this.byId.set(control.id, control);
        return control;
    }

    private forget(value: Value | undefined): void {
        if (value instanceof Control) {
            // A newer control may already own the id.
            if (this.byId.get(value.id) === value && value !== this.root) this.byId.delete(value.id);
            for (const item of Object.values(value.props)) this.forget(item);
        } else if (Array.isArray(value)) {
            for (const item of value) this.forget(item);
        } else if (isMap(value)) {
            for (const item of Object.values(value)) this.forget(item);
        }
    }
}

type Step = string | number;

// The tree of a patch gives each container a number; here: number -> path from the root.
function readPaths(tree: unknown): Map<number, Step[]> {
    const paths = new Map<number, Step[]>();
    const visit = (node: unknown, path: Step[]): void => {
        if (!Array.isArray(node) || typeof node[0] !== 'number' || path.length > MAX_DEPTH)
            throw new TreeError('bad patch tree');
        paths.set(node[0], path);
        if (isMap(node[1])) for (const [step, child] of Object.entries(node[1])) visit(child, [...path, step]);
    };
    visit(tree, []);
    return paths;
}

function indexOf(key: unknown, last: number): number {
    const index = typeof key === 'string' && /^\d+$/.test(key) ? Number(key) : key;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) > last)
        throw new TreeError(`bad list position ${String(key)}`);
    return index as number;
}

function keyOf(key: unknown): string {
    if ((typeof key !== 'string' && typeof key !== 'number') || key === '__proto__') throw new TreeError('bad key');
    return String(key);
}

function adopt(value: Value, parent: Control): void {
    if (value instanceof Control) value.parent = parent;
    else if (Array.isArray(value)) for (const item of value) adopt(item, parent);
    else if (isMap(value)) for (const item of Object.values(value)) adopt(item, parent);
}
