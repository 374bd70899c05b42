// One page with every control, for screenshots and for looking at by hand.

import { readFileSync } from 'node:fs';
import type { Mock, Node } from './mock.ts';

const names = readFileSync('icons/material-names.txt', 'utf8').split('\n');
export const iconOf = (name: string): number => 0x10000 + names.indexOf(name);

export function gallery(mock: Mock): void {
    const make = mock.make.bind(mock);
    const title = (value: string) => make('Text', { value, theme_style: 'titleLarge' });
    const section = (name: string, ...controls: Node[]) =>
        make('Column', { spacing: 12, controls: [title(name), ...controls] });
    const row = (...controls: Node[]) => make('Row', { wrap: true, spacing: 12, controls });
    mock.view['appbar'] = make('AppBar', {
        title: 'Gallery of controls',
        actions: [make('IconButton', { icon: iconOf('SEARCH') }), make('IconButton', { icon: iconOf('MORE_VERT') })],
    });
    mock.view['floating_action_button'] = make('FloatingActionButton', {
        icon: iconOf('ADD'),
        content: 'New order',
    });
    mock.view['scroll'] = 'auto';
    mock.view['padding'] = 24;
    mock.view['spacing'] = 32;
    mock.controls.push(
        section(
            'Text',
            make('Text', { value: 'Headline medium', theme_style: 'headlineMedium' }),
            make('Text', {
                value: 'Body text is calm and readable, and long enough to wrap on a narrow screen without any help from its author.',
            }),
            row(
                make('Text', { value: 'bold', weight: 'bold' }),
                make('Text', { value: 'italic', italic: true }),
                make('Text', { value: 'red', color: 'red' }),
                make('Text', { value: 'primary', color: 'primary' }),
                make('Text', { value: 'large', size: 30 }),
                make('Text', {
                    spans: [
                        make('TextSpan', { text: 'spans, ' }),
                        make('TextSpan', { text: 'underlined', style: { decoration: 1 } }),
                        make('TextSpan', { text: ' and a link', url: 'https://example.org' }),
                    ],
                }),
            ),
        ),
        section(
            'Buttons',
            row(
                make('FilledButton', { content: 'Filled', icon: iconOf('SEND') }),
                make('FilledTonalButton', { content: 'Tonal' }),
                make('Button', { content: 'Elevated' }),
                make('OutlinedButton', { content: 'Outlined' }),
                make('TextButton', { content: 'Text' }),
                make('FilledButton', { content: 'Disabled', disabled: true }),
                make('Button', {
                    content: 'Coloured',
                    _internals: { style: { color: 'white', bgcolor: 'green', elevation: 1 } },
                }),
                make('OutlinedButton', {
                    content: 'Styled',
                    style: { shape: { _type: 'roundedRectangle', radius: 6 }, side: { color: 'grey' } },
                }),
            ),
            row(
                make('IconButton', { icon: iconOf('FAVORITE'), icon_color: 'pink' }),
                make('FilledIconButton', { icon: iconOf('EDIT') }),
                make('OutlinedIconButton', { icon: iconOf('SETTINGS') }),
                make('IconButton', { icon: iconOf('DELETE'), disabled: true }),
                make('Icon', { icon: iconOf('AC_UNIT'), color: 'blue', size: 32 }),
                make('Icon', { icon: iconOf('TEN_K') }),
            ),
        ),
        section(
            'Inputs',
            row(
                make('TextField', { label: 'Name', width: 280, key: 'name' }),
                make('TextField', {
                    label: 'Password',
                    width: 280,
                    value: 'secret',
                    password: true,
                    can_reveal_password: true,
                }),
                make('TextField', { label: 'Wrong', width: 280, value: 'abc', error: 'Please enter a number' }),
                make('TextField', {
                    label: 'Underlined',
                    border: 'underline',
                    width: 280,
                    helper: 'Some help',
                    prefix_icon: iconOf('SEARCH'),
                }),
            ),
            make('TextField', { label: 'Notes', multiline: true, min_lines: 3, hint_text: 'Several lines' }),
            row(
                make('Checkbox', { label: 'Checked', value: true }),
                make('Checkbox', { label: 'Open' }),
                make('Checkbox', { label: 'Disabled', disabled: true }),
                make('Switch', { label: 'Switch', value: true }),
                make('Switch', { label: 'Off' }),
            ),
            make('RadioGroup', {
                value: 'b',
                content: row(
                    make('Radio', { value: 'a', label: 'First' }),
                    make('Radio', { value: 'b', label: 'Second' }),
                    make('Radio', { value: 'c', label: 'Third' }),
                ),
            }),
            row(
                make('Dropdown', {
                    label: 'Colour',
                    value: 'g',
                    width: 240,
                    options: [
                        make('DropdownOption', { key: 'r', text: 'Red' }),
                        make('DropdownOption', { key: 'g', text: 'Green' }),
                    ],
                }),
            ),
            make('Slider', { min: 0, max: 100, divisions: 10, value: 40, label: '{value}' }),
        ),
        section(
            'Surfaces',
            row(
                make('Card', {
                    content: make('Container', {
                        padding: 16,
                        width: 240,
                        content: make('Column', {
                            tight: true,
                            controls: [
                                make('Text', { value: 'Elevated card', theme_style: 'titleMedium' }),
                                make('Text', { value: 'With some words in it.' }),
                            ],
                        }),
                    }),
                }),
                make('Card', {
                    variant: 'outlined',
                    content: make('Container', {
                        padding: 16,
                        width: 240,
                        content: make('Text', { value: 'Outlined card' }),
                    }),
                }),
                make('Container', {
                    width: 120,
                    height: 120,
                    border_radius: 16,
                    alignment: { x: 0, y: 0 },
                    gradient: { _type: 'linear', colors: ['blue', 'purple'] },
                    content: make('Text', { value: 'Gradient', color: 'white' }),
                }),
                make('Container', {
                    width: 120,
                    height: 120,
                    border_radius: 60,
                    bgcolor: 'primarycontainer',
                    ink: true,
                    on_click: () => undefined,
                    alignment: { x: 0, y: 0 },
                    content: make('Text', { value: 'Tap me' }),
                }),
                make('Stack', {
                    width: 120,
                    height: 120,
                    controls: [
                        make('Container', { bgcolor: 'tertiarycontainer', width: 120, height: 120 }),
                        make('Text', { value: 'corner', right: 8, bottom: 8 }),
                    ],
                }),
            ),
            row(
                make('IconButton', { icon: iconOf('MAIL'), badge: '12', tooltip: { message: 'Inbox' } }),
                make('IconButton', { icon: iconOf('CHAT'), badge: make('Badge', {}), tooltip: 'Chat' }),
                make('Icon', {
                    icon: iconOf('NOTIFICATIONS'),
                    badge: make('Badge', { label: '3', bgcolor: 'primary', text_color: 'onprimary' }),
                }),
                make('FilledButton', {
                    content: 'Updates',
                    badge: 'new',
                    tooltip: 'What has changed since you were here last',
                }),
                make('Container', {
                    theme_mode: 'dark',
                    bgcolor: 'surface',
                    padding: 12,
                    border_radius: 12,
                    content: make('Row', {
                        tight: true,
                        controls: [
                            make('Text', { value: 'Dark' }),
                            make('FilledButton', { content: 'Go' }),
                            make('Switch', { value: true }),
                        ],
                    }),
                }),
                make('Container', {
                    theme: { color_scheme_seed: 'deeporange' },
                    bgcolor: 'primarycontainer',
                    padding: 12,
                    border_radius: 12,
                    content: make('Row', {
                        tight: true,
                        controls: [
                            make('Text', { value: 'Orange' }),
                            make('FilledTonalButton', { content: 'Go' }),
                            make('Checkbox', { value: true }),
                        ],
                    }),
                }),
            ),
            make('Divider'),
            make('Card', {
                variant: 'outlined',
                content: make('Column', {
                    spacing: 0,
                    controls: [
                        make('ListTile', {
                            leading: iconOf('PERSON'),
                            title: 'Ada Lovelace',
                            subtitle: 'Analyst',
                            trailing: iconOf('CHEVRON_RIGHT'),
                            on_click: () => undefined,
                        }),
                        make('ListTile', {
                            leading: iconOf('PERSON'),
                            title: 'Charles Babbage',
                            subtitle: 'Engineer',
                            selected: true,
                        }),
                    ],
                }),
            }),
            make('ProgressBar', { value: 0.4 }),
            make('ProgressBar', {}),
            row(make('ProgressRing', { value: 0.7 }), make('ProgressRing', {})),
        ),
        section(
            'Data',
            make('DataTable', {
                sort_column_index: 1,
                sort_ascending: true,
                columns: [
                    make('DataColumn', { label: make('Text', { value: 'Symbol' }), on_sort: () => undefined }),
                    make('DataColumn', {
                        label: make('Text', { value: 'Price' }),
                        numeric: true,
                        on_sort: () => undefined,
                    }),
                    make('DataColumn', { label: make('Text', { value: 'Note' }) }),
                ],
                rows: ['ACME', 'BOLT', 'CRUX'].map((name, i) =>
                    make('DataRow', {
                        cells: [
                            make('DataCell', { content: make('Text', { value: name }) }),
                            make('DataCell', { content: make('Text', { value: (12.5 * (i + 1)).toFixed(2) }) }),
                            make('DataCell', {
                                content: make('Text', { value: i ? 'steady' : 'a longer note on this one' }),
                            }),
                        ],
                    }),
                ),
            }),
            make('BarChart', {
                height: 200,
                left_axis: make('ChartAxis', {}),
                bottom_axis: make('ChartAxis', {
                    labels: ['Mon', 'Tue', 'Wed'].map((day, i) => make('ChartAxisLabel', { value: i, label: day })),
                }),
                groups: [3, 7, 5].map((to_y, x) =>
                    make('BarChartGroup', {
                        x,
                        rods: [
                            make('BarChartRod', {
                                to_y,
                                width: 16,
                                border_radius: 4,
                                bgcolor: 'surfacecontainerhighest',
                                bg_to_y: 8,
                            }),
                            make('BarChartRod', { to_y: to_y / 2, width: 16, color: 'tertiary' }),
                        ],
                    }),
                ),
            }),
            make('PieChart', {
                height: 200,
                center_space_radius: 40,
                sections: [40, 35, 25].map((value, i) =>
                    make('PieChartSection', {
                        value,
                        title: `${value} %`,
                        radius: 40,
                        color: ['primarycontainer', 'secondarycontainer', 'tertiarycontainer'][i],
                    }),
                ),
            }),
            make('LineChart', {
                min_y: 0,
                max_y: 10,
                horizontal_grid_lines: { interval: 2, width: 1 },
                left_axis: make('ChartAxis', { title: make('Text', { value: 'Load' }), label_size: 30 }),
                bottom_axis: make('ChartAxis', { label_size: 24 }),
                data_series: [
                    make('LineChartData', {
                        color: 'primary',
                        curved: true,
                        stroke_width: 3,
                        below_line_bgcolor: 'primary,0.15',
                        points: Array.from({ length: 20 }, (_, x) =>
                            make('LineChartDataPoint', { x, y: 5 + 3 * Math.sin(x / 2) }),
                        ),
                    }),
                    make('LineChartData', {
                        color: 'tertiary',
                        point: true,
                        points: Array.from({ length: 10 }, (_, i) =>
                            make('LineChartDataPoint', { x: i * 2, y: 2 + (i % 4) }),
                        ),
                    }),
                ],
            }),
            make('NativeAd', {}),
        ),
    );
}
