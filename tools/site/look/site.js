// What pages do by themselves: the theme, the navigation of a small screen, code to copy, and the search.

const root = document.documentElement;
const find = (selector) => document.querySelector(selector);

function keep(name, value) {
    try {
        if (value) localStorage.setItem(name, value);
        else localStorage.removeItem(name);
    } catch {
        // A browser may refuse to keep anything; then the choice is this page's.
    }
}

// -- theme: as the system has it, light, dark --

const themes = ['', 'light', 'dark'];
const themeNames = { '': 'as the system', light: 'light', dark: 'dark' };

function nameTheme() {
    const name = themeNames[root.dataset.theme ?? ''];
    find('#theme .unseen').textContent = `Theme: ${name}`;
    find('#theme').title = `Theme: ${name}`;
}

function changeTheme() {
    const next = themes[(themes.indexOf(root.dataset.theme ?? '') + 1) % themes.length];
    if (next) root.dataset.theme = next;
    else delete root.dataset.theme;
    keep('troupe-theme', next);
    nameTheme();
}

// -- the navigation, over the page where that is narrow --

function showPages(isShown) {
    root.classList.toggle('with-pages', isShown);
    find('#menu').setAttribute('aria-expanded', String(isShown));
}

/** The current page stands in sight, without the text moving. */
function showCurrent() {
    const pages = find('#pages');
    const current = pages.querySelector('[aria-current]');
    if (current) pages.scrollTop = current.offsetTop - pages.clientHeight / 3;
}

// -- code and tables --

function addCopy(block) {
    const button = document.createElement('button');
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
        await navigator.clipboard.writeText(block.querySelector('code').textContent);
        button.textContent = 'Copied';
        setTimeout(() => (button.textContent = 'Copy'), 2000);
    });
    block.append(button);
}

/** What is wider than its place can be scrolled by keys as well. */
function reachWide() {
    for (const block of document.querySelectorAll('.code pre, .table, .wide')) {
        if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
        else block.removeAttribute('tabindex');
    }
}

// -- search --

const KINDS = { guide: 2, reference: 1, design: 0.5, history: 0.3 };
const SHOWN = 30;
let loading;

function loadIndex() {
    loading ??= new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = `${root.dataset.root}search.js`;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
    });
    return loading;
}

// A name with a mark of code in it is looked for in the reference first.
const isName = (words) => /[_.(]|^--/.test(words.trim());

function look(words) {
    const options = {
        boost: { title: 4, page: 2 },
        prefix: (term) => term.length > 1,
        fuzzy: (term) => (term.length > 4 ? 0.25 : 0),
        processTerm: (term) => term.replace(/^[._-]+|[._-]+$/g, '').toLowerCase() || null,
        boostDocument: (_id, _term, { kind }) => (isName(words) && kind === 'reference' ? 3 : KINDS[kind]),
    };
    const all = troupeIndex.search(words, { ...options, combineWith: 'AND' });
    return all.length > 0 ? all : troupeIndex.search(words, options);
}

function result({ title, page, address, about }) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = root.dataset.root + address;
    const name = document.createElement('strong');
    name.textContent = title;
    const where = document.createElement('small');
    where.textContent = page === title ? '' : page;
    const text = document.createElement('span');
    text.textContent = about;
    link.append(name, where, text);
    item.append(link);
    return item;
}

async function showResults() {
    const words = find('#words').value;
    await loadIndex();
    if (words !== find('#words').value) return;
    const found = words.trim() ? look(words) : [];
    find('#results').replaceChildren(...found.slice(0, SHOWN).map(result));
    const count = found.length > SHOWN ? `The first ${SHOWN} of ${found.length}` : `${found.length}`;
    find('#found').textContent = words.trim() ? (found.length ? `${count} found` : 'Nothing is found') : '';
    find('#results').scrollTop = 0;
}

function openSearch() {
    const dialog = find('#search');
    if (!dialog.open) dialog.showModal();
    find('#words').select();
    loadIndex();
}

/**
 * Up and down go through the results, from the words and back; Enter at the words opens the first. Escape closes, where
 * a browser would take the words away first.
 */
function walk(event) {
    if (event.key === 'Escape') {
        event.preventDefault();
        event.currentTarget.close();
    }
    if (event.key === 'Enter' && document.activeElement === find('#words')) {
        event.preventDefault();
        find('#results a')?.click();
    }
    const links = [find('#words'), ...document.querySelectorAll('#results a')];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const next = links[links.indexOf(document.activeElement) + step];
    event.preventDefault();
    next?.focus();
}

function onKey(event) {
    const isTyping = event.target.closest?.('input, textarea, [contenteditable]');
    const isAsked = (event.key === '/' && !isTyping) || (event.key === 'k' && (event.ctrlKey || event.metaKey));
    if (isAsked) {
        event.preventDefault();
        openSearch();
    } else if (event.key === 'Escape' && root.classList.contains('with-pages')) {
        showPages(false);
        find('#menu').focus();
    }
}

function setUpSearch() {
    find('#find').addEventListener('click', openSearch);
    find('#words').addEventListener('input', showResults);
    find('#search').addEventListener('keydown', walk);
    find('#search').addEventListener('click', (event) => {
        if (event.target === event.currentTarget || event.target.closest('a')) event.currentTarget.close();
    });
}

for (const button of document.querySelectorAll('header button')) button.hidden = false;
nameTheme();
showCurrent();
reachWide();
setUpSearch();
for (const block of document.querySelectorAll('.code')) addCopy(block);
find('#theme').addEventListener('click', changeTheme);
find('#menu').addEventListener('click', () => showPages(!root.classList.contains('with-pages')));
addEventListener('keydown', onKey);
addEventListener('resize', reachWide);
root.classList.add('ready');
