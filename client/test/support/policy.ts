// The policy that the gateway sends, from where it is written.

import { readFileSync } from 'node:fs';

export function gatewayPolicy(): string {
    const header = readFileSync('../gateway/http.h', 'utf8');
    const [, lines] = /#define TR_HTTP_POLICY_OF\(origins\)\s*\\\n((?:.*\\\n)*.*)/.exec(header)!;
    return [...lines!.matchAll(/"([^"]*)"/g)].map(([, part]) => part).join('');
}
