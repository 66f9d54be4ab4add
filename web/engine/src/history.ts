/** The part of the interface about commands, versions and what happened to them. */
import { Calls, type Bytes } from './calls.js';
import { TarnDiff } from './diff.js';
import { DIFF_OPTIONS, MATCH_OPTIONS, RECIPE_OPTIONS } from './option_names.js';
import { divide } from './options.js';
import type * as T from './types.js';

export class History extends Calls {
    // ---- commands and history ----

    async commands(options: T.CallControl = {}): Promise<T.Command[]> {
        return (await this.read('commands', {}, divide('commands', options)[1])).json['commands'] as T.Command[];
    }

    async apply(table: string, command: string, parameters: T.Parameters = {}, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('apply', { table, command, parameters }, divide('apply', options)[1]);
    }

    async preview(
        table: string,
        command: string,
        parameters: T.Parameters = {},
        options: { limit?: number } & T.CallControl = {},
    ): Promise<T.Preview> {
        const [args, control] = divide('preview', options, ['limit']);
        const { json, data } = await this.read('preview', { table, command, parameters, limit: 100, ...args }, control);
        return { ...(json as unknown as T.Preview), ipc: data as Bytes | null };
    }

    async undo(table: string, steps = 1, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('undo', { table, steps }, divide('undo', options)[1]);
    }

    async redo(table: string, steps = 1, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('redo', { table, steps }, divide('redo', options)[1]);
    }

    /** Make any version the head. */
    async checkout(version: string, options: T.CallControl = {}): Promise<T.Change> {
        return this.changeTable('checkout', { version }, divide('checkout', options)[1]);
    }

    async log(table: string, options: T.CallControl = {}): Promise<T.LogEntry[]> {
        return (await this.read('log', { table }, divide('log', options)[1])).json['versions'] as T.LogEntry[];
    }

    /** The whole tree of a table's versions. */
    async timeline(table: string, options: T.CallControl = {}): Promise<T.Timeline> {
        return (await this.read('timeline', { table }, divide('timeline', options)[1])).json as unknown as T.Timeline;
    }

    async audit(options: { table?: string; before?: number; limit?: number } & T.CallControl = {}): Promise<T.AuditEvent[]> {
        const [args, control] = divide('audit', options, ['table', 'before', 'limit']);
        return (await this.read('audit', args, control)).json['events'] as T.AuditEvent[];
    }

    /** The last event: kept elsewhere, it shows later whether the log was rewritten. */
    async auditTip(options: T.CallControl = {}): Promise<T.AuditTip> {
        return (await this.read('auditTip', {}, divide('auditTip', options)[1])).json as unknown as T.AuditTip;
    }

    /** Compute the chain of hashes again; with a tip that was kept, also whether that event is still in it. */
    async auditVerify(
        tip?: T.AuditTip,
        options: T.CallControl = {},
    ): Promise<{ holds: boolean; events: number; tip: T.AuditTip }> {
        const text = tip === undefined ? undefined : `${tip.number}:${tip.hash}`;
        return (await this.read('auditVerify', { tip: text }, divide('auditVerify', options)[1])).json as unknown as {
            holds: boolean;
            events: number;
            tip: T.AuditTip;
        };
    }

    /** What an event did to the rows of a table. */
    async auditDetail(
        event: number,
        options: { table?: string; limit?: number } & T.CallControl = {},
    ): Promise<T.AuditDetail> {
        const [args, control] = divide('auditDetail', options, ['table', 'limit']);
        const { json } = await this.read('auditDetail', { event, limit: 100, ...args }, control);
        return json as unknown as T.AuditDetail;
    }

    /** The whole audit log, or a table's, as a file's bytes. */
    async auditExport(
        options: { table?: string; format?: 'csv' | 'text' | 'html' } & T.CallControl = {},
    ): Promise<Bytes> {
        const [args, control] = divide('auditExport', options, ['table', 'format']);
        return (await this.read('auditExport', { format: 'csv', ...args }, control)).data as Bytes;
    }

    // ---- differences ----

    /** `after` left out: a version is compared with the head, a table's head with the version before it. */
    async diff(before: string, after?: string, options: T.DiffOptions = {}): Promise<TarnDiff> {
        const [args, control] = divide('diff', options, DIFF_OPTIONS);
        const { json } = await this.read('diff', { before, after, ...args }, control);
        return new TarnDiff(this.read, json['diff'] as number, json as unknown as T.DiffInfo);
    }

    // ---- recipes ----

    readonly recipes = {
        /** Keep the commands that lead to `range` ("orders", "orders@2..@5"). */
        save: async (name: string, range: string, options: T.RecipePut = {}): Promise<void> => {
            const [args, control] = divide('recipes.save', options, ['replace']);
            await this.change('recipeSave', { name, range, ...args }, control);
        },
        get: async (name: string, options: T.CallControl = {}): Promise<Record<string, unknown>> =>
            (await this.read('recipeGet', { name }, divide('recipes.get', options)[1])).json['recipe'] as Record<string, unknown>,
        put: async (name: string, recipe: object, options: T.RecipePut = {}): Promise<void> => {
            const [args, control] = divide('recipes.put', options, ['replace']);
            await this.change('recipePut', { name, recipe, ...args }, control);
        },
        drop: async (name: string, options: T.CallControl = {}): Promise<void> => {
            await this.change('recipeDrop', { name }, divide('recipes.drop', options)[1]);
        },
        list: async (options: T.CallControl = {}): Promise<T.RecipeInfo[]> =>
            (await this.read('recipes', {}, divide('recipes.list', options)[1])).json['recipes'] as T.RecipeInfo[],
        apply: async (name: string, table: string, options: T.RecipeRun = {}): Promise<T.Change> => {
            const [args, control] = divide('recipes.apply', options, RECIPE_OPTIONS);
            return this.changeTable('recipeRun', { name, table, ...args }, control);
        },
        /** Does it fit? Changes nothing. */
        check: async (name: string, table: string, options: T.RecipeRun = {}): Promise<void> => {
            const [args, control] = divide('recipes.check', options, RECIPE_OPTIONS);
            await this.read('recipeCheck', { name, table, ...args }, control);
        },
    };

    // ---- columns' values ----

    /** Spellings that probably mean the same; see the command `standardize`. */
    async clusters(
        version: string,
        column: string,
        options: { method?: string; threshold?: number; limit?: number } & T.CallControl = {},
    ): Promise<T.Cluster[]> {
        const [args, control] = divide('clusters', options, ['method', 'threshold', 'limit']);
        const call = { table: version, column, method: 'fingerprint', ...args };
        return (await this.read('clusters', call, control)).json['list'] as T.Cluster[];
    }

    /** Rows that are probably the same; the command `merge` makes one of those that are chosen. */
    async match(version: string, columns: string[], options: T.MatchOptions = {}): Promise<T.Matches> {
        const [{ weights, limit, ...how }, control] = divide('match', options, MATCH_OPTIONS);
        const call = { table: version, parameters: { column: columns, weight: weights, ...how }, limit };
        return (await this.read('match', call, control)).json as unknown as T.Matches;
    }
}
