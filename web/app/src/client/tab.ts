/** Tarn in this tab: the engine's own worker, whose files lie beside the page and are fetched when it is first asked. */
import type { TarnEngine } from 'tarn-engine';
import type { Bytes, ClientEvents, HostStatus, TarnClient } from './client';

type EngineModule = typeof import('tarn-engine');

/** The engine stays a module of its own, with its files beside it. */
export async function loadEngine(): Promise<EngineModule> {
    const address = new URL('engine/index.js', document.baseURI).href;
    return (await import(address)) as EngineModule;
}

/**
 * Before the engine is asked: the service worker, by which the page works offline and gets the headers that threads need
 * where the server does not send them (then the page is loaded once more).
 */
export async function prepareTab(): Promise<void> {
    const script = new URL('service-worker.js', document.baseURI);
    if (crossOriginIsolated) {
        await navigator.serviceWorker?.register(script, { updateViaCache: 'none' }).catch(() => undefined); // then not offline
        return;
    }
    const { installIsolation } = await loadEngine();
    await installIsolation(script);
}

async function hostStatus(engine: TarnEngine): Promise<HostStatus> {
    const status = await engine.status();
    return {
        host: 'tab',
        state: status.state,
        persistent: status.persistent,
        reason: status.reason,
        readOnly: status.readOnly,
        threads: status.threads,
        stored: status.bytesStored,
        used: status.usage,
        quota: status.quota,
        memory: status.memory,
    };
}

function listen<K extends keyof ClientEvents>(engine: TarnEngine, event: K, listener: (detail: ClientEvents[K]) => void): () => void {
    if (event !== 'quota') return engine.on(event as 'change', listener as never);
    return engine.on('quota', ({ usage, quota, percentUsed }) =>
        (listener as (detail: ClientEvents['quota']) => void)({ used: usage, quota, percent: percentUsed }),
    );
}

/** `storage: 'memory'` keeps nothing. */
export async function clientOfTab(options: { workspace?: string; storage?: 'memory' } = {}): Promise<TarnClient> {
    const { TarnEngine } = await loadEngine();
    const engine = new TarnEngine(options);
    return {
        open: async (control) => {
            await engine.open(control);
            return engine.notice;
        },
        status: () => hostStatus(engine),
        keep: () => engine.requestPersistence(),
        takeOver: (control) => engine.takeOver(control),
        close: () => engine.close(),
        on: (event, listener) => listen(engine, event, listener),
        tables: (given) => engine.tables(given),
        schema: (version, control) => engine.schema(version, control),
        page: async (version, given) => (await engine.page(version, given)).ipc as Bytes,
        rename: (table, name, control) => engine.rename(table, name, control),
        drop: (table, control) => engine.drop(table, control),
        undrop: (table, control) => engine.undrop(table, control),
        commands: (control) => engine.commands(control),
        apply: (table, command, parameters, control) => engine.apply(table, command, parameters, control),
        preview: (table, command, parameters, given) => engine.preview(table, command, parameters, given),
        undo: (table, steps, control) => engine.undo(table, steps, control),
        redo: (table, steps, control) => engine.redo(table, steps, control),
        checkout: (version, control) => engine.checkout(version, control),
        timeline: (table, control) => engine.timeline(table, control),
        diff: (before, after, given) => engine.diff(before, after, given),
        sql: (query, given) => engine.sql(query, given),
        sqlInto: (query, table, given) => engine.sqlInto(query, table, given),
        import: (file, given) => engine.import(file, given),
        export: (version, given) => engine.export(version, given),
        exportSql: (query, given) => engine.exportSql(query, given),
    };
}
