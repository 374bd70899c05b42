import assert from 'node:assert/strict';
import { test } from 'node:test';
import MarkdownIt from 'markdown-it';
import { addFormulas } from '../../src/controls/markdownmath.ts';

const render = (text: string) => new MarkdownIt().use(addFormulas).render(text).trim();
const inLine = (text: string) => `<span class="t-formula">${text}</span>`;
const apart = (text: string) => `<span class="t-formula t-formula-apart">${text}</span>`;

test('formulas are found in a line, with dollars or brackets', () => {
    assert.equal(render('So $E = mc^2$.'), `<p>So ${inLine('E = mc^2')}.</p>`);
    assert.equal(render('So \\(a_1*b*c\\)!'), `<p>So ${inLine('a_1*b*c')}!</p>`);
    assert.equal(render('Two: $a$ and $b$'), `<p>Two: ${inLine('a')} and ${inLine('b')}</p>`);
    assert.equal(render('In $$x$$ a line'), `<p>In ${apart('x')} a line</p>`);
    assert.equal(render('$$a$$ and $$b$$'), `<p>${apart('a')} and ${apart('b')}</p>`);
    assert.equal(render('- item $x$'), `<ul>\n<li>item ${inLine('x')}</li>\n</ul>`);
});

test('formulas on lines of their own are one, whatever else their lines would mean', () => {
    assert.equal(render('$$\na\n+ b\n# c\n$$'), `<p>${apart('a\n+ b\n# c')}</p>`);
    assert.equal(render('Text\n\\[ x \\]\nmore'), `<p>Text</p>\n<p>${apart('x')}</p>\n<p>more</p>`);
    assert.equal(render('> $$\n> a\n> $$'), `<blockquote>\n<p>${apart('a')}</p>\n</blockquote>`);
});

test('prices, escapes, code and what does not end are text', () => {
    for (const text of ['From $5 to $10.', 'USD$ 5 or 6$', '$20,000 and $30,000', 'alone: $', '$$', '$ x $', '\\$a\\$'])
        assert.ok(!render(text).includes('t-formula'), text);
    assert.equal(render('`$x$`'), '<p><code>$x$</code></p>');
    assert.equal(render('```\n$$\nx\n$$\n```'), '<pre><code>$$\nx\n$$\n</code></pre>');
    assert.equal(render('$$\nx\n\ny'), '<p>$$\nx</p>\n<p>y</p>');
});

test('what is in a formula is text, and never markup', () => {
    assert.equal(render('$<b>&amp;$'), `<p>${inLine('&lt;b&gt;&amp;amp;')}</p>`);
});

// In a time that grows with the square of its size each would take hours.
for (const part of ['$$', '\\[', '\\(', '$a ', '$$\n', '\\[\n', '\\[\na\n', '\\(\n', '$a$1'])
    test(`a megabyte of nothing but ${JSON.stringify(part)} is read`, { timeout: 300_000 }, () => {
        assert.ok(render(part.repeat(1_000_000 / part.length)).length > 0);
    });
