// The functions that the core uses of any JavaScript host: browsers, workers and Node have these alike. They are
// declared here because the core is compiled without the browser's own declarations.

declare class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
    decode(bytes: Uint8Array): string;
}

declare class URL {
    constructor(url: string, base?: string);
    readonly href: string;
    readonly protocol: string;
}
