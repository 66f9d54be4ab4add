/** The part of the interface about data that is only passing through: registered, queried, and never kept. */
import type { Bytes } from './calls.js';
import { History } from './history.js';
import { divide } from './options.js';
import { toBytes } from './sources.js';
import type * as T from './types.js';

export class Passing extends History {
    // ---- data that is only passing through ----

    /** Register an Arrow IPC stream or file under a name, for queries only; one of that name is replaced. Gives its rows. */
    async registerTable(name: string, ipc: ArrayBufferLike | ArrayBufferView, options: T.CallControl = {}): Promise<number> {
        const control = { ...divide('registerTable', options)[1], data: toBytes('registerTable', ipc) };
        return (await this.read('registerTable', { name }, control)).json['rows'] as number;
    }

    /** Run a query over registered tables and those of the workspace; an Arrow IPC stream. */
    async executeSql(query: string, options: T.QueryOptions = {}): Promise<Bytes> {
        const [args, control] = divide('executeSql', options, ['params']);
        return (await this.read('sql', { sql: query, ...args }, control)).data as Bytes;
    }

    /** Register a query's result. Gives its rows. */
    async executeAndRegister(query: string, name: string, options: T.CallControl = {}): Promise<number> {
        const [, control] = divide('executeAndRegister', options);
        return (await this.read('executeAndRegister', { sql: query, name }, control)).json['rows'] as number;
    }

    /** What is registered. */
    async registered(options: T.CallControl = {}): Promise<{ name: string; rows: number; columns: number }[]> {
        const { json } = await this.read('registered', {}, divide('registered', options)[1]);
        return json['tables'] as { name: string; rows: number; columns: number }[];
    }

    async deregisterTable(name: string, options: T.CallControl = {}): Promise<void> {
        await this.read('deregisterTable', { name }, divide('deregisterTable', options)[1]);
    }

    /** Deregister all. */
    async reset(options: T.CallControl = {}): Promise<void> {
        await this.read('reset', {}, divide('reset', options)[1]);
    }
}
