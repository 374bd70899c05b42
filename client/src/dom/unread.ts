// Says once what an app asks for and this client does not do: a property that no code of its control reads.

import props from 'virtual:read-props';
import type { Control } from '../core/tree.ts';

// Of a page the server keeps also what the browser, and the connection, told it: no wishes of an app. It is sent whole, so
// that a flag that is not set is none either.
const FACTS = new Set(
    (
        'client_ip client_user_agent web platform platform_brightness media pwa wasm debug test multi_view pyodide width height route window ' +
        'name url query executor multi_views'
    ).split(' '),
);

export class Unread {
    private readonly common = new Set(props.common.split(' '));
    private readonly own = new Map<string, Set<string>>();
    private readonly said = new Set<string>();

    check(controls: Iterable<Control>): void {
        for (const { type, props: given } of controls) {
            const read = this.readBy(type);
            if (!read) continue;
            for (const name in given)
                if (
                    !read.has(name) &&
                    !this.common.has(name) &&
                    isAskedFor(name, given[name]) &&
                    !(type === 'Page' && (FACTS.has(name) || given[name] === false))
                )
                    this.say(type, name);
        }
    }

    private readBy(type: string): Set<string> | undefined {
        if (!Object.hasOwn(props.own, type)) return undefined;
        let read = this.own.get(type);
        if (!read) this.own.set(type, (read = new Set(props.own[type]!.split(' '))));
        return read;
    }

    private say(type: string, name: string): void {
        const what = `${type}.${name}`;
        if (this.said.has(what)) return;
        this.said.add(what);
        console.warn(`troupe: ${what} is not read by this client`);
    }
}

// Events are told by their own rules, and what begins with "_" is between server and client.
function isAskedFor(name: string, value: unknown): boolean {
    return value !== null && value !== undefined && !name.startsWith('_') && !name.startsWith('on_');
}
