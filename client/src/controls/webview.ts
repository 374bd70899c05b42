// Another site within the page. Browsers keep the two apart: of the other one a page knows only that it has come.

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
const NOT_ALLOWED = 'This server lets its pages show no such site (--frame-origins names those that it lets them show)';

const CALLS: Calls<Frame> = {
    reload: (frame) => frame.reload(),
    get_current_url: (frame) => frame.address || null,
    get_user_agent: () => navigator.userAgent,
    load_request: (frame, args) => {
        if (oneOf(args['method'], ['post'])) throw new Error('Browsers load a frame by GET only');
        return frame.load(args['url']);
    },
    load_html: (frame, args) => frame.show(text(args['value'])),
    set_javascript_mode: (frame, args) => frame.allowScripts(text(args['mode']) !== 'disabled'),
    ...own('get_title', 'read its title', (page) => page.document.title),
    ...own('can_go_back', 'go through its history', (page) => page.history.length > 1),
    ...own('go_back', 'go through its history', (page) => page.history.back()),
    ...own('go_forward', 'go through its history', (page) => page.history.forward()),
    ...own('scroll_to', 'scroll it', (page, x, y) => page.scrollTo(x, y)),
    ...own('scroll_by', 'scroll it', (page, x, y) => page.scrollBy(x, y)),
    ...own('clear_local_storage', 'clear what it keeps', (page) => page.localStorage.clear()),
};

// What is for files of this server only, which are no other site.
function own(name: string, what: string, act: (page: Window, x: number, y: number) => unknown): Calls<Frame> {
    return {
        [name]: (frame, args) => {
            const page = frame.own();
            if (!page) throw new Error(`${APART} ${what}`);
            const answer = act(page, Number(args['x'] ?? 0), Number(args['y'] ?? 0));
            return typeof answer === 'string' || typeof answer === 'boolean' ? answer : null;
        },
    };
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

    own(): Window | undefined {
        try {
            const { contentWindow: page } = this.element;
            // Asking another site's is what throws.
            return page?.document.URL.startsWith(location.origin) ? page : undefined;
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
        const isOther = this.address && new URL(this.address).origin !== location.origin;
        const scripts = this.address && this.hasScripts ? ' allow-scripts' : '';
        const origin = isOther || !scripts ? ' allow-same-origin' : '';
        return this.address ? `${ALLOWED}${scripts}${origin}` : ALLOWED;
    }

    private onLoad(): void {
        if (!this.why.hidden || (!this.element.hasAttribute('src') && !this.element.hasAttribute('srcdoc'))) return;
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
