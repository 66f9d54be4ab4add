/** The page that is measured: one engine or another per visit, as ?engine= says. Bundled by run.mjs. */
import * as duckdb from '@duckdb/duckdb-wasm';
import { tableFromIPC } from 'apache-arrow';
import { QUERIES } from './queries.mjs';

const query = new URLSearchParams(location.search);
const which = query.get('engine');
const threads = Number(query.get('threads') ?? 4);

/** Each engine by the same few functions. `execute` gives the number of rows that a query's result has. */
const engines = {
    async tarn() {
        const { TarnEngine } = await import('/engine/index.js');
        const engine = new TarnEngine({ storage: 'memory', threads });
        return {
            execute: async (sql) => tableFromIPC(await engine.executeSql(sql)).numRows,
            register: (name, ipc) => engine.registerTable(name, ipc),
            make: (name, sql) => engine.executeAndRegister(sql, name),
        };
    },
    async duckdb(kind) {
        const at = (file) => new URL(`/duckdb/${file}`, location.href).href;
        const worker = new Worker(at(`duckdb-browser-${kind}.worker.js`));
        const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
        const pthread = kind === 'coi' ? at('duckdb-browser-coi.pthread.worker.js') : null;
        await db.instantiate(at(`duckdb-${kind}.wasm`), pthread);
        if (kind === 'coi') await db.open({ maximumThreads: threads });
        const connection = await db.connect();
        return {
            execute: async (sql) => (await connection.query(sql)).numRows,
            register: async (name, ipc) => {
                await connection.query(`DROP TABLE IF EXISTS ${name}`);
                await connection.insertArrowFromIPCStream(ipc, { name, create: true });
            },
            make: (name, sql) => connection.query(`CREATE OR REPLACE TABLE ${name} AS ${sql}`),
        };
    },
    eh: () => engines.duckdb('eh'),
    coi: () => engines.duckdb('coi'),
    async datafusion() {
        const glue = await import('/datafusion/datafusion_wasm_bg.js');
        const imports = { './datafusion_wasm_bg.js': glue };
        const { instance } = await WebAssembly.instantiateStreaming(fetch('/datafusion/datafusion_wasm_bg.wasm'), imports);
        glue.__wbg_set_wasm(instance.exports);
        const context = glue.DataFusionContext.new();
        return { execute: (sql) => context.execute_sql(sql) };
    },
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function timed(work) {
    const started = performance.now();
    await work();
    return performance.now() - started;
}

async function repeated(times, work) {
    const all = [];
    for (let i = 0; i < times; i++) all.push(await timed(work));
    return median(all);
}

let engine = null;
const ready = async () => (engine ??= await engines[which]());

globalThis.bench = {
    /** Milliseconds from nothing to the first answer. */
    cold: () => timed(async () => (await ready()).execute('SELECT 42')),

    /** Registering a million rows that are there as an Arrow IPC stream. */
    async register(url) {
        const { register, execute } = await ready();
        const ipc = new Uint8Array(await (await fetch(url)).arrayBuffer());
        await execute('SELECT 1');
        return repeated(3, () => register('arrows', ipc.slice()));
    },

    /** Each query's median, in milliseconds. */
    async queries(rows) {
        const { make, execute } = await ready();
        await make(
            'facts',
            `SELECT i AS id, (i * 7919) % 1000 AS g, 'name ' || ((i * 104729) % 10007) AS name, ((i * 31) % 100000) / 100.0 AS x,
             DATE '2020-01-01' + ((i * 13) % 1500)::INTEGER AS day, CASE WHEN i % 11 = 0 THEN NULL ELSE (i * 17) % 50 END AS k
             FROM range(${rows}) r(i)`,
        );
        await make('dims', "SELECT i AS g, 'group ' || (i % 40) AS label FROM range(1000) r(i)");
        const times = {};
        for (const [name, sql] of Object.entries(QUERIES)) {
            await execute(sql);
            times[name] = await repeated(3, () => execute(sql));
        }
        return times;
    },

    /** Register a small table, ask, decode. */
    async small(url) {
        const { register, execute } = await ready();
        const ipc = new Uint8Array(await (await fetch(url)).arrayBuffer());
        const once = async () => {
            await register('small', ipc.slice());
            await execute('SELECT * FROM small');
        };
        await once();
        return repeated(15, once);
    },
};
