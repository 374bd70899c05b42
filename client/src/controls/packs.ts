// Which file draws which control of the packages beside Flet's core. The table is fetched with the first of them.

import type { Factory } from '../dom/widget.ts';

const spinners = () => import('./spinkit.ts');
const anyColors = () => import('./colorpicker.ts');
const blocks = () => import('./blockpicker.ts');
const tables = () => import('./datatable2.ts');

export const packs: { readonly [type: string]: () => Promise<Factory> } = {
    BlockPicker: async () => (await blocks()).blockPicker,
    ColorPicker: async () => (await anyColors()).colorPicker,
    DataRow2: async () => (await tables()).dataRow2,
    DataTable2: async () => (await tables()).dataTable2,
    Flashlight: async () => (await import('./flashlight.ts')).flashlight,
    HueRingPicker: async () => (await anyColors()).hueRingPicker,
    MaterialPicker: async () => (await import('./materialpicker.ts')).materialPicker,
    MultipleChoiceBlockPicker: async () => (await blocks()).multipleChoiceBlockPicker,
    PermissionHandler: async () => (await import('./permissionhandler.ts')).permissionHandler,
    Rive: async () => (await import('./rive.ts')).rive,
    SlidePicker: async () => (await anyColors()).slidePicker,
    SpinKitChasingDots: async () => (await spinners()).spinner,
    SpinKitCircle: async () => (await spinners()).spinner,
    SpinKitCubeGrid: async () => (await spinners()).spinner,
    SpinKitDancingSquare: async () => (await spinners()).spinner,
    SpinKitDoubleBounce: async () => (await spinners()).spinner,
    SpinKitDualRing: async () => (await spinners()).spinner,
    SpinKitFadingCircle: async () => (await spinners()).spinner,
    SpinKitFadingCube: async () => (await spinners()).spinner,
    SpinKitFadingFour: async () => (await spinners()).spinner,
    SpinKitFadingGrid: async () => (await spinners()).spinner,
    SpinKitFoldingCube: async () => (await spinners()).spinner,
    SpinKitHourGlass: async () => (await spinners()).spinner,
    SpinKitPianoWave: async () => (await spinners()).spinner,
    SpinKitPouringHourGlass: async () => (await spinners()).spinner,
    SpinKitPouringHourGlassRefined: async () => (await spinners()).spinner,
    SpinKitPulse: async () => (await spinners()).spinner,
    SpinKitPulsingGrid: async () => (await spinners()).spinner,
    SpinKitPumpingHeart: async () => (await spinners()).spinner,
    SpinKitRing: async () => (await spinners()).spinner,
    SpinKitRipple: async () => (await spinners()).spinner,
    SpinKitRotatingCircle: async () => (await spinners()).spinner,
    SpinKitRotatingPlain: async () => (await spinners()).spinner,
    SpinKitSpinningCircle: async () => (await spinners()).spinner,
    SpinKitSpinningLines: async () => (await spinners()).spinner,
    SpinKitSquareCircle: async () => (await spinners()).spinner,
    SpinKitThreeBounce: async () => (await spinners()).spinner,
    SpinKitThreeInOut: async () => (await spinners()).spinner,
    SpinKitWanderingCubes: async () => (await spinners()).spinner,
    SpinKitWave: async () => (await spinners()).spinner,
    SpinKitWaveSpinner: async () => (await spinners()).spinner,
};
