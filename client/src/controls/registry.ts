// Which file draws which control. Controls that most pages use are in the first load, the rest comes when needed.

import type { Factory, FindFactory } from '../dom/widget.ts';
import { commonIcons } from '../dom/icons.ts';
import { dialogs, hidden, overlay, page } from './page.ts';
import { view } from './view.ts';
import { textControl, textSpan } from './text.ts';
import { column, listView, row } from './flex.ts';
import { container } from './container.ts';
import * as buttons from './button.ts';
import { serviceRegistry } from './serviceregistry.ts';
import { textField } from './textfield.ts';
import { divider, verticalDivider } from './divider.ts';

type Loader = () => Promise<Factory>;

// Shared: the code of controls, alike for all apps; grows as it is fetched.
const ready: { [type: string]: Factory } = {
    Page: page,
    View: view,
    Overlay: overlay,
    Dialogs: dialogs,
    ServiceRegistry: serviceRegistry,
    Window: hidden,
    Text: textControl,
    TextSpan: textSpan,
    Row: row,
    Column: column,
    ListView: listView,
    Container: container,
    Divider: divider,
    VerticalDivider: verticalDivider,
    Button: buttons.elevated,
    ElevatedButton: buttons.elevated,
    FilledButton: buttons.filled,
    FilledTonalButton: buttons.tonal,
    OutlinedButton: buttons.outlined,
    TextButton: buttons.plain,
    TextField: textField,
};

const iconButtons = () => import('./iconbutton.ts');
// With a table come its rows and cells: there are many, and each that waits for its code is drawn twice.
const tables = async () => {
    const code = await import('./datatable.ts');
    Object.assign(ready, { DataRow: code.dataRow, DataCell: code.dataCell });
    return code;
};
// What an icon shows is wanted next. When it does not come, the icons themselves ask for it again.
const besideIcons = <T>(code: Promise<T>): Promise<T> => {
    commonIcons().catch(() => undefined);
    return code;
};
const dialogKinds = () => import('./dialogs.ts');

const loaders: { [type: string]: Loader } = {
    Accelerometer: async () => (await import('./sensors.ts')).accelerometer,
    Barometer: async () => (await import('./sensors.ts')).barometer,
    Battery: async () => (await import('./network.ts')).batteryService,
    CandlestickChart: async () => (await import('./candlestickchart.ts')).candlestickChart,
    Connectivity: async () => (await import('./network.ts')).connectivityService,
    Gyroscope: async () => (await import('./sensors.ts')).gyroscope,
    Magnetometer: async () => (await import('./sensors.ts')).magnetometer,
    RadarChart: async () => (await import('./radarchart.ts')).radarChart,
    ScatterChart: async () => (await import('./scatterchart.ts')).scatterChart,
    ShakeDetector: async () => (await import('./sensors.ts')).shakeDetector,
    UserAccelerometer: async () => (await import('./sensors.ts')).userAccelerometer,
    Audio: async () => (await import('./audio.ts')).audio,
    AudioRecorder: async () => (await import('./audiorecorder.ts')).audioRecorder,
    Camera: async () => (await import('./camera.ts')).camera,
    CodeEditor: async () => (await import('./codeeditor.ts')).codeEditor,
    Geolocator: async () => (await import('./geolocator.ts')).geolocator,
    Lottie: async () => (await import('./lottie.ts')).lottie,
    SecureStorage: async () => (await import('./securestorage.ts')).secureStorage,
    Map: async () => (await import('./map.ts')).map,
    Video: async () => (await import('./video.ts')).video,
    WebView: async () => (await import('./webview.ts')).webView,
    AutofillGroup: async () => (await import('./autofillgroup.ts')).autofillGroup,
    Canvas: async () => (await import('./canvas.ts')).canvas,
    CupertinoActionSheet: async () => (await import('./cupertinodialogs.ts')).cupertinoActionSheet,
    CupertinoActionSheetAction: async () => (await import('./cupertinodialogs.ts')).cupertinoAction,
    CupertinoActivityIndicator: async () => (await import('./cupertinoindicator.ts')).cupertinoActivityIndicator,
    CupertinoAlertDialog: async () => (await import('./cupertinodialogs.ts')).cupertinoAlertDialog,
    CupertinoAppBar: async () => (await import('./cupertinobars.ts')).cupertinoAppBar,
    CupertinoBottomSheet: async () => (await import('./cupertinodialogs.ts')).cupertinoBottomSheet,
    CupertinoButton: async () => (await import('./cupertinobutton.ts')).plain,
    CupertinoCheckbox: async () => (await import('./cupertinocheckbox.ts')).cupertinoCheckbox,
    CupertinoContextMenu: async () => (await import('./cupertinomenu.ts')).cupertinoContextMenu,
    CupertinoContextMenuAction: async () => (await import('./cupertinomenu.ts')).cupertinoContextMenuAction,
    CupertinoDatePicker: async () => (await import('./cupertinodatepicker.ts')).cupertinoDatePicker,
    CupertinoDialogAction: async () => (await import('./cupertinodialogs.ts')).cupertinoAction,
    CupertinoFilledButton: async () => (await import('./cupertinobutton.ts')).filled,
    CupertinoListTile: async () => (await import('./cupertinolisttile.ts')).cupertinoListTile,
    CupertinoNavigationBar: async () => (await import('./cupertinobars.ts')).cupertinoNavigationBar,
    CupertinoPicker: async () => (await import('./cupertinopicker.ts')).cupertinoPicker,
    CupertinoRadio: async () => (await import('./cupertinoradio.ts')).cupertinoRadio,
    CupertinoSegmentedButton: async () => (await import('./cupertinosegments.ts')).outlined,
    CupertinoSlider: async () => (await import('./cupertinoslider.ts')).cupertinoSlider,
    CupertinoSlidingSegmentedButton: async () => (await import('./cupertinosegments.ts')).sliding,
    CupertinoSwitch: async () => (await import('./cupertinoswitch.ts')).cupertinoSwitch,
    CupertinoTextField: async () => (await import('./cupertinotextfield.ts')).cupertinoTextField,
    CupertinoTimerPicker: async () => (await import('./cupertinotimerpicker.ts')).cupertinoTimerPicker,
    CupertinoTintedButton: async () => (await import('./cupertinobutton.ts')).tinted,
    Draggable: async () => (await import('./draggable.ts')).draggable,
    DragTarget: async () => (await import('./dragtarget.ts')).dragTarget,
    ExcludeSemantics: async () => (await import('./semantics.ts')).excludeSemantics,
    FletApp: async () => (await import('./fletapp.ts')).fletApp,
    GestureDetector: async () => (await import('./gesturedetector.ts')).gestureDetector,
    Hero: async () => (await import('./hero.ts')).hero,
    KeyboardListener: async () => (await import('./keyboardlistener.ts')).keyboardListener,
    MergeSemantics: async () => (await import('./semantics.ts')).mergeSemantics,
    RotatedBox: async () => (await import('./rotatedbox.ts')).rotatedBox,
    Screenshot: async () => (await import('./screenshot.ts')).screenshot,
    Semantics: async () => (await import('./semantics.ts')).semantics,
    ShaderMask: async () => (await import('./shadermask.ts')).shaderMask,
    TransparentPointer: async () => (await import('./transparentpointer.ts')).transparentPointer,
    WindowDragArea: async () => (await import('./windowdragarea.ts')).windowDragArea,
    IconButton: async () => (await iconButtons()).standard,
    FilledIconButton: async () => (await iconButtons()).filled,
    FilledTonalIconButton: async () => (await iconButtons()).tonal,
    OutlinedIconButton: async () => (await iconButtons()).outlined,
    FloatingActionButton: async () => (await import('./fab.ts')).fab,
    Checkbox: async () => (await import('./checkbox.ts')).checkbox,
    Switch: async () => (await import('./switch.ts')).switchControl,
    Radio: async () => (await import('./radio.ts')).radio,
    RadioGroup: async () => (await import('./radiogroup.ts')).radioGroup,
    Slider: async () => (await import('./slider.ts')).slider,
    Dropdown: async () => (await import('./dropdown.ts')).dropdown,
    DropdownM2: async () => (await import('./dropdown.ts')).dropdownM2,
    Shimmer: async () => (await import('./shimmer.ts')).shimmer,
    AppBar: async () => (await import('./appbar.ts')).appBar,
    Stack: async () => (await import('./stack.ts')).stack,
    ResponsiveRow: async () => (await import('./responsiverow.ts')).responsiveRow,
    Card: async () => (await import('./card.ts')).card,
    ListTile: async () => (await import('./listtile.ts')).listTile,
    ProgressBar: async () => (await import('./progress.ts')).bar,
    ProgressRing: async () => (await import('./progress.ts')).ring,
    Icon: async () => (await besideIcons(import('./icon.ts'))).icon,
    Image: async () => (await import('./image.ts')).image,
    RawImage: async () => (await import('./rawimage.ts')).rawImage,
    DataTable: async () => (await tables()).dataTable,
    DataRow: async () => (await tables()).dataRow,
    DataCell: async () => (await tables()).dataCell,
    BarChart: async () => (await import('./barchart.ts')).barChart,
    PieChart: async () => (await import('./piechart.ts')).pieChart,
    LineChart: async () => (await import('./linechart.ts')).lineChart,
    SafeArea: async () => (await import('./safearea.ts')).safeArea,
    GridView: async () => (await import('./gridview.ts')).gridView,
    ExpansionTile: async () => (await import('./expansiontile.ts')).expansionTile,
    ExpansionPanelList: async () => (await import('./expansionpanels.ts')).panelList,
    ExpansionPanel: async () => (await import('./expansionpanels.ts')).panel,
    Chip: async () => (await import('./chip.ts')).chip,
    SegmentedButton: async () => (await import('./segmentedbutton.ts')).segmentedButton,
    Segment: async () => (await import('./segmentedbutton.ts')).segment,
    RangeSlider: async () => (await import('./rangeslider.ts')).rangeSlider,
    ReorderableListView: async () => (await import('./reorderable.ts')).reorderableListView,
    ReorderableDragHandle: async () => (await import('./reorderable.ts')).dragHandle,
    Dismissible: async () => (await import('./dismissible.ts')).dismissible,
    InteractiveViewer: async () => (await import('./interactiveviewer.ts')).interactiveViewer,
    AnimatedSwitcher: async () => (await import('./animatedswitcher.ts')).animatedSwitcher,
    Placeholder: async () => (await import('./placeholderbox.ts')).placeholderBox,
    SelectionArea: async () => (await import('./selectionarea.ts')).selectionArea,
    Markdown: async () => (await import('./markdown.ts')).markdown,
    PageView: async () => (await import('./pageview.ts')).pageView,
    PopupMenuButton: async () => (await import('./popupmenubutton.ts')).popupMenuButton,
    PopupMenuItem: async () => (await import('./popupmenuitem.ts')).popupMenuItem,
    MenuBar: async () => (await import('./menubar.ts')).menuBar,
    SubmenuButton: async () => (await import('./menubar.ts')).submenuButton,
    MenuItemButton: async () => (await import('./menubar.ts')).menuItemButton,
    ContextMenu: async () => (await import('./contextmenu.ts')).contextMenu,
    NavigationBar: async () => (await import('./navigationbar.ts')).navigationBar,
    NavigationBarDestination: async () => (await import('./navigationbar.ts')).navigationBarDestination,
    NavigationRail: async () => (await import('./navigationrail.ts')).navigationRail,
    NavigationRailDestination: async () => (await import('./navigationrail.ts')).navigationRailDestination,
    NavigationDrawer: async () => (await import('./navigationdrawer.ts')).navigationDrawer,
    NavigationDrawerDestination: async () => (await import('./navigationdrawer.ts')).navigationDrawerDestination,
    Tabs: async () => (await import('./tabs.ts')).tabs,
    TabBar: async () => (await import('./tabbar.ts')).tabBar,
    TabBarView: async () => (await import('./tabbarview.ts')).tabBarView,
    Tab: async () => (await import('./tabbar.ts')).tab,
    BottomAppBar: async () => (await import('./bottomappbar.ts')).bottomAppBar,
    BottomSheet: async () => (await import('./bottomsheet.ts')).bottomSheet,
    DatePicker: async () => (await import('./datepicker.ts')).datePicker,
    DateRangePicker: async () => (await import('./daterangepicker.ts')).dateRangePicker,
    TimePicker: async () => (await import('./timepicker.ts')).timePicker,
    SearchBar: async () => (await import('./searchbar.ts')).searchBar,
    AutoComplete: async () => (await import('./autocomplete.ts')).autoComplete,
    Pagelet: async () => (await import('./pagelet.ts')).pagelet,
    CircleAvatar: async () => (await import('./circleavatar.ts')).circleAvatar,
    AlertDialog: async () => (await dialogKinds()).alertDialog,
    SnackBar: async () => (await dialogKinds()).snackBar,
    Banner: async () => (await dialogKinds()).banner,
};

export const findFactory: FindFactory = (type) => {
    if (Object.hasOwn(ready, type)) return ready[type];
    return (Object.hasOwn(loaders, type) ? loaders[type]!() : fromPacks(type)).then((factory) => {
        if (factory) ready[type] = factory;
        return factory;
    });
};

// What the packages beside the core have is in a table of its own, which few pages need.
async function fromPacks(type: string): Promise<Factory | undefined> {
    const { packs } = await import('./packs.ts');
    return Object.hasOwn(packs, type) ? packs[type]!() : undefined;
}
