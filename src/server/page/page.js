// The first page: who asks, and which tables there are.
'use strict';

const byId = (id) => document.getElementById(id);
const say = (text) => { byId('state').textContent = text; };

/** A token or a code becomes a cookie, which no script can read. */
async function enter(token) {
    const answer = await fetch('api/v1/session', { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
    return answer.ok;
}

function askForToken(why) {
    say(why);
    byId('enter').hidden = false;
}

function cell(row, text, header) {
    const made = document.createElement(header ? 'th' : 'td');
    if (header) made.scope = 'row';
    made.textContent = text;
    row.append(made);
}

function showTables(tables) {
    const body = byId('tables').querySelector('tbody');
    body.replaceChildren();
    for (const table of tables) {
        const row = document.createElement('tr');
        cell(row, table.name, true);
        for (const member of ['rows', 'columns', 'version']) cell(row, Number(table[member]).toLocaleString());
        body.append(row);
    }
    byId('tables').hidden = tables.length === 0;
    say(tables.length === 0 ? 'There are no tables yet.' : '');
}

/** Of a server with several workspaces there are no tables here, but their names. */
async function showWorkspaces(otherwise) {
    const answer = await fetch('api/v1/workspaces');
    if (answer.ok) say(`Workspaces, each at its own path: ${(await answer.json()).workspaces.join(', ')}`);
    else say(otherwise);
}

async function show() {
    const answer = await fetch('api/v1/tables', { headers: { Accept: 'application/json' } });
    if (answer.status === 401) {
        askForToken('Enter the token that you were given, or open the link that was printed when the server started.');
        return;
    }
    const said = await answer.json();
    byId('enter').hidden = true;
    if (answer.ok) showTables(said.tables);
    else await showWorkspaces(said.detail);
}

async function begin() {
    byId('here').textContent = new URL('.', location.href).href;
    const code = location.hash.slice(1);
    if (code) {
        history.replaceState(null, '', location.pathname); // it works once, and need not stay in sight
        await enter(code);
    }
    await show();
}

byId('enter').addEventListener('submit', async (event) => {
    event.preventDefault();
    if (await enter(byId('token').value.trim())) await show();
    else say('This token is nobody’s.');
});

begin().catch(() => say('The server does not answer.'));
