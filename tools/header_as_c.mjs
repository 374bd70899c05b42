// A public header as C reads it: what C++ alone has is left out.

export const headerAsC = (text) =>
    text.replace(
        /^#ifdef __cplusplus\n(?:(?!#endif|#else|#if)[^]*?)(?:#else\n([^]*?))?#endif\n\n?/gm,
        (_, c) => c ?? '',
    );
