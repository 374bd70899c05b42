import type { Context, Widget } from '../dom/widget.ts';
import { targetOf, url } from '../core/links.ts';
import { isMap, type ValueMap } from '../core/tree.ts';
import { border, box, color, number, px, radius, textStyle, type Css } from '../core/values.ts';
import { withCode } from '../dom/code.ts';
import { el } from '../dom/elements.ts';
import { adopt } from '../dom/sheet.ts';
import { setStyle } from '../dom/style.ts';
import { showTasks, toHtml } from './markdowntext.ts';
import { TextSelection } from './textselection.ts';
import css from './markdown.css?text';

// Which elements a style of the sheet is for.
const STYLED: { [name: string]: string } = {
    a: 'a',
    p: 'p, li',
    code: 'code',
    h1: 'h1',
    h2: 'h2',
    h3: 'h3',
    h4: 'h4',
    h5: 'h5',
    h6: 'h6',
    em: 'em',
    strong: 'strong',
    del: 's, del',
    blockquote: 'blockquote',
    img: 'img',
    checkbox: '.t-task',
    list_bullet: 'li',
    table_head: 'th',
    table_body: 'td',
};
const BOXED: { [name: string]: string } = { blockquote: 'blockquote', codeblock: 'pre' };

export function markdown(context: Context): Widget {
    adopt(css);
    const root = el('div', 't-markdown');
    let shown = '';

    root.addEventListener('click', (event) => {
        const link = (event.target as Element).closest('a');
        if (!link) return context.emit('tap_text');
        event.preventDefault();
        const href = link.getAttribute('href') ?? '';
        context.emit('tap_link', href);
        const target = url(href);
        if (context.is('auto_follow_links') && target)
            window.open(target.href, targetOf(context.get('auto_follow_links_target')), 'noopener');
    });
    // An image that cannot be had gives way to what the app has for that.
    root.addEventListener(
        'error',
        ({ target }) => {
            if (!(target instanceof HTMLImageElement)) return;
            const own = context.children('image_error_content');
            const host = el('span');
            target.replaceWith(host);
            if (own.length) context.place(host, own);
            else host.textContent = target.alt;
        },
        true,
    );
    const selection = new TextSelection(context, root);
    selection.want(true);

    return {
        root,
        update() {
            const rules = {
                extensions: context.text('extension_set').toLowerCase(),
                isBroken: context.is('soft_line_break'),
            };
            const html = toHtml(context.text('value'), rules);
            const theme = JSON.stringify(context.get('code_theme') ?? null);
            if (html + theme !== shown) {
                shown = html + theme;
                context.place(root, []);
                root.innerHTML = html;
                if (rules.extensions.startsWith('github')) showTasks(root);
                if (theme !== 'null') paintCode(root, context);
                if (root.querySelector('.t-formula')) drawFormulas(root);
                for (const table of root.querySelectorAll('pre, table')) (table as HTMLElement).tabIndex = 0;
            }
            root.classList.toggle('t-selectable', context.is('selectable'));
            root.classList.toggle('t-fill', context.get('fit_content') === false);
            dress(root, sheetOf(context, 'md_style_sheet'));
            dressCode(root, sheetOf(context, 'code_style_sheet'));
            dressFormulas(root, context);
            context.rootStyle = context.get('shrink_wrap') === false ? { overflow: 'auto', 'max-height': '100%' } : {};
        },
        dispose: () => selection.want(false),
    };
}

// The code for that is large, and few texts have code in them. Until it comes they are as they were written.
function paintCode(root: HTMLElement, context: Context): void {
    void withCode(
        () => import('./markdowncode.ts'),
        ({ colorCode }) => void colorCode(root, context.get('code_theme')),
    );
}

function drawFormulas(root: HTMLElement): void {
    void withCode(
        () => import('./markdownformulas.ts'),
        (formulas) => formulas.drawFormulas(root),
    );
}

function sheetOf(context: Context, name: string): ValueMap {
    const sheet = context.get(name);
    return isMap(sheet) ? sheet : {};
}

function dress(root: HTMLElement, sheet: ValueMap): void {
    const styles = new Map<HTMLElement, Css>();
    const add = (selector: string, css: Css) => {
        for (const element of root.querySelectorAll<HTMLElement>(selector))
            styles.set(element, { ...styles.get(element), ...css });
    };
    for (const [name, selector] of Object.entries(STYLED)) {
        add(selector, { ...textStyle(sheet[`${name}_text_style`]) });
        if (sheet[`${name}_padding`] !== undefined) add(selector, { padding: box(sheet[`${name}_padding`]) });
    }
    for (const [name, selector] of Object.entries(BOXED)) {
        const paint = sheet[`${name}_decoration`];
        const padding = box(sheet[`${name}_padding`]);
        if (isMap(paint))
            add(selector, {
                'background-color': color(paint['bgcolor']),
                'border-radius': radius(paint['border_radius']),
                ...border(paint['border']),
            });
        if (padding) add(selector, { padding });
    }
    if (sheet['block_spacing'] !== undefined) add(':scope > *', { 'margin-bottom': px(sheet['block_spacing']) });
    if (sheet['list_indent'] !== undefined)
        add('ul, ol', { 'padding-inline-start': `${number(sheet['list_indent']) ?? 24}px` });
    if (sheet['table_cells_padding'] !== undefined) add('th, td', { padding: box(sheet['table_cells_padding']) });
    for (const [element, css] of styles) setStyle(element, css);
}

function dressCode(root: HTMLElement, sheet: ValueMap): void {
    const own = textStyle(sheet['code_text_style']);
    if (Object.values(own).every((value) => value === undefined)) return;
    for (const code of root.querySelectorAll<HTMLElement>('pre code')) setStyle(code, own);
}

function dressFormulas(root: HTMLElement, context: Context): void {
    const own = textStyle(context.get('latex_style'));
    const scale = number(context.get('latex_scale_factor'));
    const size = own['font-size'] ?? '1em';
    const css = {
        ...own,
        'font-size': scale !== undefined && scale > 0 ? `calc(${size} * ${scale})` : own['font-size'],
    };
    for (const formula of root.querySelectorAll<HTMLElement>('.t-formula')) setStyle(formula, css);
}
