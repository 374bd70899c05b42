// Paths with content hashes, filled in by the build.
declare const __PALETTE__: string;
declare const __ICONS__: string;
// The worker's script, and the player's code.
declare const __RIVE_SCRIPT__: string;
declare const __RIVE_CODE__: string;
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
declare const __ICON_EXPAND_MORE__: number;
declare const __ICON_CHECK__: number;
declare const __ICON_DRAG_HANDLE__: number;
declare const __ICON_MORE_VERT__: number;
declare const __ICON_CHEVRON_LEFT__: number;
declare const __ICON_CHEVRON_RIGHT__: number;
declare const __ICON_EDIT__: number;
declare const __ICON_CALENDAR_TODAY__: number;
declare const __ICON_SEARCH__: number;
declare const __ICON_MENU__: number;
declare const __ICON_KEYBOARD__: number;
declare const __ICON_ACCESS_TIME__: number;
declare const __ICON_ARROW_DROP_DOWN__: number;
declare const __ICON_BROKEN_IMAGE__: number;

// Material's colours by name and shade.
declare module 'material-colors/dist/colors.es2015.js';
// The light player has the types of the whole one.
declare module 'lottie-web/build/player/esm/lottie_light.min.js' {
    export { default } from 'lottie-web';
}
// Its types lie beside it under another name.
declare module '@rive-app/canvas-advanced-lite' {
    export * from '@rive-app/canvas-advanced-lite/rive_advanced.mjs';
    export { default } from '@rive-app/canvas-advanced-lite/rive_advanced.mjs';
}
