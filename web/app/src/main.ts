/** The application in a tab: Tarn runs in a worker of this page. */
import { mount } from 'svelte';
import './base.css';
import App from './App.svelte';
import { clientOfTab, prepareTab } from './client/tab';
import { App as State } from './state/app.svelte';

interface Launch {
    files?: readonly FileSystemFileHandle[];
}

/** Files that the system opened with the installed page. */
function takeLaunched(app: State): void {
    const queue = (globalThis as { launchQueue?: { setConsumer(take: (launch: Launch) => void): void } }).launchQueue;
    queue?.setConsumer(({ files = [] }) => {
        void app.started.then(async () => app.imports.take(await Promise.all(files.map((file) => file.getFile()))));
    });
}

const state = new State();
mount(App, { target: document.getElementById('app')!, props: { app: state } });
takeLaunched(state);
void state.start(async () => {
    await prepareTab();
    return clientOfTab();
});
