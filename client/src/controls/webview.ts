// Another site within the page. Browsers keep the two apart: of the other one a page knows only that it has come. A page
// of this server is read and led while it runs no scripts.

import type { Context, Widget } from '../dom/widget.ts';
import { fileUrl } from '../core/links.ts';
import type { Value } from '../core/tree.ts';
import { color, oneOf, text } from '../core/values.ts';
import { el, setAttribute } from '../dom/elements.ts';
import { answering, type Calls } from '../dom/service.ts';
import { adopt } from '../dom/sheet.ts';
import css from './webview.css?text';

// What the other site may do within its frame; it may not lead this page away.
const ALLOWED = 'allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads';
const APART = 'Browsers keep a page apart from the other sites in it, so that it cannot';
const RUNS = 'A page of this server that may run scripts is kept apart: without them (set_javascript_mode) an app can';
const NOT_ALLOWED = 'This server lets its pages show no such site (--frame-origins names those that it lets them show)';

const CALLS: Calls<Frame> = {
    reload: (frame) => frame.reload(),
    get_current_url: (frame) => frame.own()?.location.href || frame.address || null,
    get_user_agent: () => navigator.userAgent,
    load_request: (frame, args) => {
        if (oneOf(args['method'], ['post'])) throw new Error('Browsers load a frame by GET only');
        return frame.load(args['url']);
    },
    load_html: (frame, args) => frame.show(text(args['value'])),
    set_javascript_mode: (frame, args) => frame.allowScripts(text(args['mode']) !== 'disabled'),
    ...own('get_title', 'read its title', (page) => page.document.title),
    ...own('can_go_back', 'look into its history', (page) => steps(page).canGoBack),
    ...own('can_go_forward', 'look into its history', (page) => steps(page).canGoForward),
    ...own('go_back', 'go through its history', (page) => steps(page).canGoBack && go(steps(page).back())),
    ...own('go_forward', 'go through its history', (page) => steps(page).canGoForward && go(steps(page).forward())),
    ...own('scroll_to', 'scroll it', (page, x, y) => page.scrollTo(x, y)),
    ...own('scroll_by', 'scroll it', (page, x, y) => page.scrollBy(x, y)),
    ...own('clear_local_storage', 'clear what it keeps', (page) => page.localStorage.clear()),
};

// What is for files of this server only, which are no other site.
function own(name: string, what: string, act: (page: Window, x: number, y: number) => unknown): Calls<Frame> {
    return {
        [name]: (frame, args) => {
            const page = frame.own();
            if (!page) throw new Error(`${frame.isOurs() ? RUNS : APART} ${what}`);
            const answer = act(page, Number(args['x'] ?? 0), Number(args['y'] ?? 0));
            const isAsked = name.startsWith('get_') || name.startsWith('can_');
            return isAsked && (typeof answer === 'string' || typeof answer === 'boolean') ? answer : null;
        },
    };
}

type Step = { committed: Promise<unknown>; finished: Promise<unknown> };
type Steps = { canGoBack: boolean; canGoForward: boolean; back(): Step; forward(): Step };

// Of the frame alone: `history` is that of the whole tab, and would lead the page away.
function steps(page: Window): Steps {
    const { navigation } = page as { navigation?: Steps };
    if (!navigation) throw new Error('This browser does not let a page go through the history of a frame');
    return navigation;
}

// Where something comes between it is no fault.
function go({ committed, finished }: Step): void {
    for (const done of [committed, finished]) done.catch(() => undefined);
}

export function webView(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-webview');
    const frame = new Frame(context);
    const ends = new AbortController();
    root.append(frame.why);
    document.addEventListener('securitypolicyviolation', (event) => frame.onRefused(event), { signal: ends.signal });
    return {
        root,
        update() {
            frame.update();
            setAttribute(frame.element, 'title', context.text('tooltip') || 'Website');
            context.rootStyle = { 'background-color': color(context.get('bgcolor')) };
        },
        invoke: answering(CALLS, frame),
        dispose: () => ends.abort(),
    };
}

class Frame {
    readonly element = el('iframe');
    readonly why = el('p');
    address = '';
    private url: Value | undefined;
    private hasScripts = true;

    constructor(private readonly context: Context) {
        this.why.hidden = true;
        this.why.setAttribute('role', 'status');
        this.element.setAttribute('referrerpolicy', 'no-referrer');
        this.element.setAttribute('sandbox', '');
        this.element.addEventListener('load', () => this.onLoad());
    }

    // The app says where it begins; from there the person goes on, until the app says another address.
    update(): void {
        const url = this.context.get('url');
        if (url === this.url) return;
        this.url = url;
        if (!text(url)) return;
        if (fileUrl(url, document.baseURI)) this.load(url);
        else this.fail('The address is none that a page may show');
    }

    load(url: Value | undefined): Value {
        const address = fileUrl(url, document.baseURI);
        if (!address) throw new Error('The address is none that a page may show');
        this.begin(address);
        this.element.removeAttribute('srcdoc');
        this.element.src = address;
        this.context.emit('url_change', address);
        return null;
    }

    // A text of the app has no origin, and the policy of this page: it runs no scripts.
    show(html: string): Value {
        this.begin('');
        this.element.removeAttribute('src');
        this.element.srcdoc = html;
        return null;
    }

    reload(): Value {
        if (!this.address) return this.show(this.element.srcdoc);
        this.begin(this.address);
        // Set anew it loads anew.
        this.element.src = this.address;
        return null;
    }

    allowScripts(isAllowed: boolean): Value {
        this.hasScripts = isAllowed;
        if (this.address) this.reload();
        return null;
    }

    isOurs(): boolean {
        return this.address !== '' && new URL(this.address).origin === location.origin;
    }

    own(): Window | undefined {
        try {
            const { contentWindow: page } = this.element;
            // Asking another site's is what throws.
            return page && new URL(page.document.URL).origin === location.origin ? page : undefined;
        } catch {
            return undefined;
        }
    }

    onRefused({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void {
        const isOurs = this.address && blockedURI && this.address.startsWith(blockedURI.replace(/\/$/, ''));
        if (effectiveDirective === 'frame-src' && isOurs) this.fail(NOT_ALLOWED);
    }

    private begin(address: string): void {
        this.address = address;
        // Before there is something to show there is no frame.
        if (!this.element.parentElement) this.why.before(this.element);
        this.why.hidden = true;
        this.element.hidden = false;
        this.element.setAttribute('sandbox', this.rights());
        this.context.emit('page_started', address);
        this.context.emit('progress', 0);
    }

    // A file of this server that could run scripts and be of our origin could take its frame away.
    private rights(): string {
        const scripts = this.address && this.hasScripts ? ' allow-scripts' : '';
        const origin = !this.isOurs() || !scripts ? ' allow-same-origin' : '';
        return this.address ? `${ALLOWED}${scripts}${origin}` : ALLOWED;
    }

    private onLoad(): void {
        if (!this.why.hidden || (!this.element.hasAttribute('src') && !this.element.hasAttribute('srcdoc'))) return;
        const page = this.own();
        page?.addEventListener('scroll', () => this.context.emit('scroll', { x: page.scrollX, y: page.scrollY }));
        // The person may have followed a link.
        const address = page?.location.href ?? this.address;
        if (address !== this.address) this.context.emit('url_change', (this.address = address));
        this.context.emit('progress', 100);
        this.context.emit('page_ended', this.address);
    }

    private fail(message: string): void {
        this.why.textContent = message;
        this.why.hidden = false;
        this.element.hidden = true;
        this.context.emit('web_resource_error', message);
    }
}
