// Why the HTML client leaves a property, a control or a call alone: what a browser cannot do, or does by itself.
// What stands in no row here is work that is still to be done.

const rows = (reason, names) => names.split(' ').map((name) => [name, reason]);

// By the name of the property, or `Control.property`.
export const PROPERTIES = new Map([
    ...rows('a browser gives presses no sound and no vibration', 'enable_feedback'),
    ...rows(
        'the browser builds and keeps what is near by itself; `row_count` is for long lists',
        'cache_extent build_controls_on_demand first_item_prototype prototype_item implicit_scrolling keep_page',
    ),
    ...rows('browsers keep a picture until the next one is there', 'gapless_playback'),
    ...rows('the browser decides at which size it keeps a picture', 'cache_width cache_height'),
    ...rows('the browser counts what is there', 'semantic_child_count'),
    ...rows('the browser decides how smooth edges are', 'anti_alias filter_quality Rive.enable_antialiasing'),
    ...rows('text follows the size that people set in their browser', 'apply_text_scaling'),
    ...rows('Flet\'s icons are of no font that varies: its own client shows no difference either', 'Icon.fill Icon.grade Icon.weight Icon.optical_size'),
    ...rows('the browser draws the caret and the selection, and lets people select', 
        'show_selection_cursor selection_cursor_width selection_cursor_height selection_cursor_color cursor_width cursor_height ' +
        'cursor_radius animate_cursor_opacity enable_interactive_selection'),
    ...rows('it is for keyboards of phones, which follow their own settings',
        'keyboard_brightness enable_ime_personalized_learning smart_dashes_type smart_quotes_type enable_stylus_handwriting'),
    ...rows('the browser hides letters with its own sign', 'obscuring_character'),
    ...rows('the style of 2024 is the one that is drawn', 'year_2023'),
    ...rows('browsers go back by themselves', 'transition_on_user_gestures'),
    ...rows('the browser keeps clear of what covers it', 'maintain_bottom_view_padding'),
    ...rows('the browser says what of it is there', 'increased_value decreased_value semantic_container spell_out'),
    ...rows('Material 3 has one style for both', 'ListTile.style'),
    ...rows('the line lies around the content, which never covers it', 'show_border_on_foreground'),
    ...rows('a page has no status bar to keep clear of', 'AppBar.secondary'),
    ...rows('the field for dates is the browser\'s own, with its keyboard', 'DatePicker.keyboard_type DateRangePicker.keyboard_type'),
    ...rows('browsers write a hint on one line, and in a field of several on as many as there is room for', 'hint_max_lines'),
    ...rows('what is chosen is one line, by which the label stands in each way', 'DropdownM2.align_label_with_hint'),
    ...rows('Flet\'s own client does not read it either', 'Dropdown.selected_suffix ' + 
        'focused_bgcolor focused_border_width focused_border_color content_padding dense filled focus_color hover_color hint_style hint_fade_duration helper_style helper_max_lines counter counter_style error_style error_max_lines prefix_icon_size_constraints prefix_style suffix_icon_size_constraints size_constraints collapsed suffix_style can_request_focus ignore_pointers always_call_on_tap mouse_cursor cursor_error_color align_label_with_hint'
            .split(' ').map((name) => `CupertinoTextField.${name}`).join(' ')),
    ...rows('it is a fact of the browser that the server hears of, no wish', 
        'Page.media Page.web Page.pwa Page.debug Page.wasm Page.test Page.multi_view Page.pyodide Page.platform_brightness ' +
        'Page.client_ip Page.client_user_agent Page.platform Page._services ServiceRegistry._services Page.multi_views'),
    ...rows('it is for finding faults in Flutter', 'show_semantics_debugger enable_screenshots'),
    ...rows('the other app has its own page, to which a link leads', 
        'args assets_dir force_pyodide reconnect_interval_ms reconnect_timeout_ms boot_screen_name boot_screen_options app_error_message'),
    ...rows('Flet\'s own client does not read it either',
        'DropdownM2.text_vertical_align DropdownM2.hint_content DropdownM2.disabled_hint_content'),
    ...rows('matplotlib and Plotly draw in Python, whose figures these are', 'MatplotlibChart.figure PlotlyChart.original_size'),
    ...rows('each element of a document that holds an app has a session of its own', 'MultiView.view_id MultiView.initial_data'),
    ...rows('it is a fact of the browser that the server hears of, no wish', 'MultiView.media'),
    ...rows('it is the server that waits', 'RawImage.ready_timeout RawImage.ack_timeout'),
    ...rows('iOS shows letters on its switches where its own setting says so, and a browser tells no page of it',
        'CupertinoSwitch.on_label_color CupertinoSwitch.off_label_color'),
    ...rows('what draws the map has north up, always', 'Map.initial_rotation MarkerLayer.rotate Marker.rotate PolygonMarker.rotate_label'),
    ...rows('what draws the map has one curve of its own', 'Map.animation_curve'),
    ...rows('a page keeps the map for as long as it is on it', 'Map.keep_alive'),
    ...rows('it is for how Flutter draws; here the browser draws what can be seen, labels last',
        'PolygonLayer.polygon_culling PolygonLayer.use_alternative_rendering PolygonLayer.draw_labels_last PolylineLayer.culling_margin'),
    ...rows('Flet gives areas no holes and lines no presses', 'PolygonMarker.disable_holes_border PolylineLayer.min_hittable_radius'),
    ...rows('tiles are asked for as they are needed, and anew when they are needed again',
        'TileLayer.pan_buffer TileLayer.evict_error_tile_strategy'),
    ...rows('browsers send a name of their own', 'TileLayer.user_agent_package_name'),
    ...rows('it names Flutter\'s map, which is not what draws this one', 'RichAttribution.show_flutter_map_attribution'),
    ...rows('the player decides it by itself', 'Lottie.enable_merge_paths Lottie.enable_layers_opacity Lottie.background_loading'),
    ...rows('a browser tells a page where its frame went once it is there', 'WebView.prevent_links'),
    ...rows('screens stay on while a film plays', 'Video.wakelock'),
    ...rows('browsers have no pitch apart from the rate', 'Video.pitch'),
    ...rows('it is for the player of Flet\'s own client', 'Video.configuration'),
]);

// What else there is of the control is left alone for that reason, too.
export const CONTROLS = new Map([
    ...rows('it is for the windows of apps on a desktop; Flet\'s own client does nothing of it in a browser either', 'Window'),
    ...rows('matplotlib draws in Python, whose pictures it would show', 'MatplotlibChartCanvas'),
]);

// By the name of the package.
export const PACKAGES = new Map([
    ['flet-ads', 'advertisements of phones\' apps'],
]);

export const SERVICES = new Map([
    ...rows('browsers let no page change it', 'ScreenBrightness'),
    ...rows('a browser has no folders of its own to name', 'StoragePaths'),
    ...rows('browsers have no such sensor', 'Barometer'),
    ...rows('browsers let no page read it', 'Magnetometer'),
]);

// Calls and events, by `Control.name`.
export const CALLS = new Map([
    ...rows('the clipboard of a page holds texts and pictures', 'Clipboard.set_files Clipboard.get_files'),
    ...rows('what draws the map has north up, always', 'Map.rotate_from Map.reset_rotation'),
    ...rows('nothing that a server says becomes code in a browser, beside its own files', 'WebView.run_javascript'),
    ...rows('browsers let no page clear what they keep of sites', 'WebView.clear_cache'),
    ...rows('browsers zoom the whole page, frames included', 'WebView.enable_zoom WebView.disable_zoom'),
    ...rows('a page reads no files of the device', 'WebView.load_file'),
    ...rows('the browser turns the picture as the device is turned', 'Camera.lock_capture_orientation Camera.unlock_capture_orientation'),
    ...rows('a page is told of no folders', 'FilePicker.get_directory_path'),
    ...rows('a page cannot take a picture of itself', 'Page.take_screenshot Page.take_animation MultiView.take_screenshot MultiView.take_animation Screenshot.capture'),
]);

export const EVENTS = new Map([
    ...rows('browsers keep a page apart from the other sites in it', 'WebView.on_console_message WebView.on_javascript_alert_dialog'),
    ...rows('the other app has its own page, to which a link leads', 'FletApp.on_error FletApp.on_python_output'),
    ...rows('matplotlib says it, in Python', 'MatplotlibChart.on_message'),
    ...rows('each element of a document that holds an app has a session of its own', 'Page.on_multi_view_add Page.on_multi_view_remove'),
]);
