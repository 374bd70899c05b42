// Joins the pieces: socket -> store -> elements, and what the person does -> socket.

import { Connection, type Resume, type SocketLike, type State } from './core/connection.ts';
import { findFactory } from './controls/registry.ts';
import { Edits } from './core/edits.ts';
import { reapply, takePatch, unroll } from './core/rebase.ts';
import { Address, setting } from './services/address.ts';
import { media, pageSize, platform, watchPage, type PageOutlet } from './services/events.ts';
import { callService, describe } from './services/methods.ts';
import { TabValue } from './services/storage.ts';
import type { Message, Outbox } from './core/outbox.ts';
import { Action, PacketError, type Packet } from './core/packets.ts';
import { Renderer } from './dom/render.ts';
import { Status } from './dom/status.ts';
import { Surface } from './dom/surface.ts';
import { systemBrightness } from './dom/theme.ts';
import { isMap, Store, type Control, type Value, type ValueMap } from './core/tree.ts';
import type { Outlet } from './dom/widget.ts';

const SESSION_KEY = '_flet_session_id';
// The longest that the first page is waited for.
const REVEAL_MS = 2000;
// Of the page's events those that are only sent where the app listens.
const CONDITIONAL = new Set(['keyboard_event', 'locale_change', 'error']);

export interface AppOptions {
    // Where the socket is, from the document's base on; without it where the server says.
    endpoint?: string | undefined;
    // Tells the apps of a document apart: each has a session of its own.
    name?: string | undefined;
    // True for the app of a part of a page; see Surface.
    isEmbedded?: boolean;
}

export class App implements Outlet, PageOutlet {
    private readonly store = new Store();
    private readonly edits = new Edits();
    private readonly surface: Surface;
    private readonly renderer: Renderer;
    private readonly status: Status;
    private readonly address: Address;
    private readonly session: TabValue;
    private readonly connection: Connection;
    private isDrawn = false;
    private hasComplained = false;
    private isReplaced = false;
    // While what was missed still comes: what has to be drawn then, and what happens meanwhile.
    private behind: { dirty: Set<Control>; later: (() => void)[] } | null = null;
    // Values that found no room on their way to the server, by control.
    private readonly unsent = new Map<number, Set<string>>();

    constructor(
        private readonly host: HTMLElement,
        options: AppOptions = {},
    ) {
        const ownsDocument = options.isEmbedded !== true;
        this.surface = new Surface(host, ownsDocument);
        this.surface.sendBytes = (channel, bytes) => this.connection.sendBytes(channel, bytes);
        this.renderer = new Renderer(this, this.surface, findFactory);
        this.address = new Address(ownsDocument);
        this.session = new TabValue(options.name ? `${SESSION_KEY}:${options.name}` : SESSION_KEY);
        this.status = new Status(host, {
            takeBack: () => this.connection.start(),
            retryNow: () => this.connection.retryNow(),
            forget: () => this.session.remove(),
        });
        this.connection = new Connection({
            open: () => new WebSocket(socketUrl(options.endpoint)) as unknown as SocketLike,
            clock: {
                now: () => performance.now(),
                random: () => Math.random(),
                setTimeout: (callback, ms) => window.setTimeout(callback, ms),
                clearTimeout: (timer) => window.clearTimeout(timer),
            },
            document: randomNumber(),
            isWatched: () => !document.hidden,
            registration: (resume) => this.registration(resume),
            onRegistered: (body, outbox, counts) => this.onRegistered(body, outbox, counts),
            onCaughtUp: (outbox) => this.onCaughtUp(outbox),
            onFull: (message) => this.onFull(message),
            onRoom: () => this.onRoom(),
            onLate: (isLate) => this.status.late(isLate),
            onGivenUp: () => this.status.tell('What you did could not be done: the server failed each time it tried.'),
            onPacket: (packet) => this.onPacket(packet),
            onState: (state) => this.onState(state),
            onBadData: (error) => this.complain(error),
            onTooBig: (message, bytes) => this.onTooBig(message, bytes),
        });
    }

    private onState(state: State): void {
        this.status.show(state, !this.isDrawn);
        if (state.name === 'ready') this.surface.onReconnected?.();
        if (state.name === 'ready' && this.isReplaced) this.status.restarted();
    }

    start(): void {
        watchPage(this);
        this.address.watch(this);
        addEventListener('online', () => this.connection.retryNow());
        document.addEventListener('visibilitychange', () => {
            if (!document.hidden) this.connection.retryNow(false);
        });
        // Back from the browser's page cache: the old socket is gone without a word.
        addEventListener('pageshow', (event) => event.persisted && this.connection.resume());
        this.connection.start();
    }

    // -- what the person does --

    set(control: Control, props: ValueMap): void {
        if (this.behind) return void this.behind.later.push(() => this.set(control, props));
        const before: ValueMap = {};
        for (const name of Object.keys(props)) before[name] = control.props[name] ?? null;
        const dirty = this.store.mergeLocal(control.id, props);
        this.edits.note(this.store, control.id, props, performance.now());
        this.connection.send(Action.Update, { id: control.id, props }, before);
        this.renderer.redraw(dirty);
    }

    emit(control: Control, event: string, data: Value, always = false): void {
        if (this.behind) return void this.behind.later.push(() => this.emit(control, event, data, always));
        if (!always && control.props[`on_${event}`] !== true) return;
        this.connection.send(Action.Event, { target: control.id, name: event, data });
    }

    setPage(props: ValueMap): void {
        if (this.isDrawn) this.set(this.store.root, props);
    }

    // Before the first registration its own body tells all of this.
    emitPage(event: string, data: Value): void {
        if (this.isDrawn) this.emit(this.store.root, event, data, !CONDITIONAL.has(event));
    }

    isHandled(event: string): boolean {
        return this.store.root.props[`on_${event}`] === true;
    }

    // -- what the server says --

    private registration(resume: Resume): ValueMap {
        const page = {
            route: this.address.current(),
            pwa: matchMedia('(display-mode: standalone)').matches,
            web: true,
            debug: false,
            wasm: false,
            test: false,
            multi_view: false,
            pyodide: false,
            platform_brightness: systemBrightness(),
            ...pageSize(),
            platform: platform(),
            window: {},
            media: media(),
            troupe: 1,
            resume,
        };
        const path = new URL(document.baseURI).pathname.replace(/[^/]*$/, '');
        const page_name = path.split('/').filter(Boolean).slice(0, 2).join('/');
        return { session_id: this.session.get(), page_name, page };
    }

    private onRegistered(body: Packet['body'], outbox: Outbox, counts: boolean): void {
        const session = String(body['session_id'] ?? '');
        const isSame = this.session.get() === session;
        this.session.set(session);
        this.isReplaced = this.isDrawn && !isSame;
        // Ids of another session's controls mean nothing to this one.
        if (!isSame) outbox.keepOnly(({ body: { id, target } }) => id === 1 || target === 1);
        if (isSame && counts) {
            const dirty = unroll(this.store, outbox);
            for (const control of this.store.mergePage(body['page_patch'])) dirty.add(control);
            this.behind = { dirty, later: [] };
            return;
        }
        const standing = this.edits.standing(this.store, performance.now());
        const dirty = this.store.mergePage(body['page_patch']);
        this.draw(dirty);
        for (const edit of this.edits.lost(this.store, standing, isSame)) {
            const control = this.store.find(edit.id);
            if (control) this.set(control, edit.props);
        }
    }

    // What the server knows, and on top of it what it does not.
    private onCaughtUp(outbox: Outbox): void {
        const { behind } = this;
        if (!behind) return;
        this.behind = null;
        for (const control of reapply(this.store, outbox)) behind.dirty.add(control);
        this.draw(behind.dirty);
        for (const act of behind.later) act();
    }

    private onPacket({ action, body }: Packet): void {
        switch (action) {
            case Action.Patch:
                return this.patch(body);
            case Action.Invoke:
                if (this.behind) return void this.behind.later.push(() => void this.answer(body));
                return void this.answer(body);
            case Action.Bytes:
                return this.surface.onBytes?.(body['channel'] as number, body['bytes'] as Uint8Array<ArrayBuffer>);
            case Action.Crash:
                return this.status.crash(String(body['message'] ?? ''));
            default:
                throw new PacketError(`unknown action ${action}`);
        }
    }

    private patch(body: Packet['body']): void {
        const dirty = takePatch(this.store, this.connection.outbox, body['id'], body['patch'], this.behind !== null);
        if (!this.behind) return this.draw(dirty);
        for (const control of dirty) this.behind.dirty.add(control);
    }

    // It is said, and nothing of it is done later, but for values: those that are there when there is room.
    private onFull({ action, body }: Message): void {
        this.status.tell('Too much waits to be sent. What you do now is not kept until the server answers.');
        if (action !== Action.Update) return;
        const names = this.unsent.get(Number(body['id'])) ?? new Set();
        for (const name of Object.keys(body['props'] as object)) names.add(name);
        this.unsent.set(Number(body['id']), names);
    }

    private onRoom(): void {
        const all = [...this.unsent];
        this.unsent.clear();
        for (const [id, names] of all) {
            const control = this.store.find(id);
            const props: ValueMap = {};
            for (const name of names) props[name] = control?.props[name] ?? null;
            if (control) this.connection.send(Action.Update, { id, props });
        }
    }

    // It stays on the screen, and people are told that it is nowhere else. A call gets an error instead.
    private onTooBig({ action, body }: Message, bytes: number): void {
        const size = `${Math.ceil(bytes / 1024)} KiB`;
        if (action === Action.Invoke) {
            const error = `the answer is too large to be sent (${size})`;
            return void this.connection.send(action, { ...body, result: null, error });
        }
        if (action === Action.Update) this.edits.forget(Number(body['id']));
        this.status.tell(`This is too long to be sent (${size}).`);
    }

    private draw(dirty: Set<Control>): void {
        if (!this.isDrawn) {
            this.isDrawn = true;
            this.host.prepend(this.renderer.draw(this.store.root));
            return void this.reveal();
        }
        this.renderer.redraw(dirty);
    }

    // What is pressed must not move away under the finger: the first page shows once it is whole, or after a while.
    private async reveal(): Promise<void> {
        this.host.classList.add('t-coming');
        await Promise.race([this.renderer.whole(), new Promise((done) => setTimeout(done, REVEAL_MS))]);
        this.host.classList.remove('t-coming');
        this.host.querySelector('.t-boot')?.remove();
    }

    // Every call is answered exactly once.
    private async answer(body: Packet['body']): Promise<void> {
        const { control_id, call_id } = body;
        let result: Value = null;
        let error: string | null = null;
        try {
            const args = isMap(body['args']) ? body['args'] : {};
            result = await this.invoke(control_id as number, String(body['name']), args);
        } catch (problem) {
            error = describe(problem);
        }
        this.connection.send(Action.Invoke, { control_id, call_id, result, error });
    }

    private async invoke(id: number, name: string, args: ValueMap): Promise<Value> {
        const control = this.store.find(id);
        if (!control) throw new Error(`Calling ${name} of inexistent control: ${id}`);
        if (control === this.store.root && name === 'push_route') {
            this.address.go(String(args['route'] ?? '/'), this);
            return null;
        }
        const emit = (event: string, data: Value) => this.emit(control, event, data);
        // Nothing (null) is an answer; only undefined says that there is no such method.
        let result = await callService(control, name, args, emit, this.surface);
        if (result === undefined) result = await (await this.renderer.widget(id))?.invoke?.(name, args);
        if (result === undefined) throw new Error(`${control.type}.${name} is not supported by this client`);
        return result;
    }

    private complain(error: unknown): void {
        if (this.hasComplained) return;
        this.hasComplained = true;
        console.error('troupe: the server sent data that makes no sense', error);
    }
}

// Of 52 bits: a number that msgpack and everybody else can hold.
function randomNumber(): number {
    const [high, low] = crypto.getRandomValues(new Uint32Array(2));
    return (high! >>> 12) * 2 ** 32 + low! || 1;
}

function socketUrl(endpoint: string | undefined): string {
    const url = new URL(endpoint || setting('endpoint') || 'ws', document.baseURI);
    if (!/^wss?:$/.test(url.protocol)) url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    return url.href;
}
