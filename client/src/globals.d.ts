// Paths with content hashes, filled in by the build.
declare const __PALETTE__: string;
declare const __ICONS__: string;
declare module 'virtual:common-icons' {
    const paths: { [index: number]: string };
    export default paths;
}
declare module 'virtual:read-props' {
    const props: { common: string; own: { [type: string]: string } };
    export default props;
}
declare module '*.css?text' {
    const css: string;
    export default css;
}
declare module 'virtual:icon-names' {
    const names: { [index: number]: string };
    export default names;
}
declare const __ICON_VISIBILITY__: number;
declare const __ICON_VISIBILITY_OFF__: number;
declare const __ICON_ARROW_BACK__: number;
declare const __ICON_CLOSE__: number;
declare const __ICON_ARROW_UPWARD__: number;
declare const __ICON_ARROW_DOWNWARD__: number;
