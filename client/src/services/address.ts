// The routes of an app: the browser's address where the app has the whole page, else a place of its own.

import type { Value, ValueMap } from '../core/tree.ts';

type Reporter = {
    setPage(props: ValueMap): void;
    emitPage(event: string, data: Value): void;
};

export class Address {
    private own = '/';

    constructor(private readonly isBrowsers: boolean) {}

    current(): string {
        if (!this.isBrowsers) return this.own;
        if (usesHash()) return location.hash.slice(1) || '/';
        const base = new URL(document.baseURI).pathname;
        const path = location.pathname.startsWith(base)
            ? location.pathname.slice(base.length)
            : location.pathname.slice(1);
        return `/${path}${location.search}${location.hash}`;
    }

    // As a new entry of the history.
    go(route: string, reporter: Reporter): void {
        if (this.isBrowsers) history.pushState(null, '', addressOf(route));
        else this.own = route;
        this.report(reporter);
    }

    // Reports what the person does with the address and the history.
    watch(reporter: Reporter): void {
        if (!this.isBrowsers) return;
        const report = () => this.report(reporter);
        addEventListener('popstate', report);
        if (usesHash()) addEventListener('hashchange', report);
    }

    private report(reporter: Reporter): void {
        const route = this.current();
        reporter.setPage({ route });
        reporter.emitPage('route_change', { route });
    }
}

function addressOf(route: string): string {
    if (usesHash()) return `#${route}`;
    return new URL(document.baseURI).pathname + route.replace(/^\//, '');
}

// The settings that the server wrote into the page for the client.
export function setting(name: string): string {
    return document.querySelector<HTMLMetaElement>(`meta[name="troupe-${name}"]`)?.content ?? '';
}

function usesHash(): boolean {
    return setting('route-strategy') === 'hash';
}
