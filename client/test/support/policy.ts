// The policy that the gateway sends, from where it is written.

import { readFileSync } from 'node:fs';

// With the sites that pages may show, each behind a space.
export function gatewayPolicy(framed = ''): string {
    const header = readFileSync('../gateway/http.h', 'utf8');
    const [, lines] = /#define TR_HTTP_POLICY_OF\([^)]*\)\s*\\\n((?:.*\\\n)*.*)/.exec(header)!;
    return [...lines!.matchAll(/"([^"]*)"|framed/g)].map(([, part]) => part ?? framed).join('');
}

// Files whose names begin so are sent with the other.
export function workerPolicy(): { names: string; policy: string } {
    const header = readFileSync('../gateway/http.h', 'utf8');
    const partOf = (name: string) => new RegExp(`#define ${name}\\s+(?:\\\\\\n\\s*)?"([^"]*)"`).exec(header)![1]!;
    return { names: `/${partOf('TR_HTTP_WORKERS')}`, policy: partOf('TR_HTTP_WORKER_POLICY') };
}
