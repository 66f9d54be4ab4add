/** What every call of the interface goes through: started on first use, checked, sent, answered. */
import { untilAborted, type Answer, type CallOptions, type Connection } from './connection.js';
import { requireBrowser } from './environment.js';
import type { TarnError } from './errors.js';
import { Events, type Listener } from './events.js';
import { whileCommitting } from './leaving.js';
import { Lifecycle, type TarnOptions } from './lifecycle.js';
import { QuotaWatch } from './quota.js';
import type * as T from './types.js';

export type Bytes = Uint8Array<ArrayBuffer>;

export class Calls {
    protected readonly life: Lifecycle;
    private readonly events = new Events();
    protected readonly quotaWatch: QuotaWatch;

    constructor(options: TarnOptions = {}) {
        requireBrowser();
        this.quotaWatch = new QuotaWatch(
            async (bytes) => {
                const { current, persistent, readOnly } = this.life;
                return current === null || !persistent || readOnly || current.fits(bytes).catch(() => true);
            },
            ({ usage, quota, percentUsed }) => this.events.emit('quota', { usage, quota, percentUsed }),
        );
        this.life = new Lifecycle(
            options,
            (event, detail) => this.events.emit(event, detail),
            (event) => this.events.heard(event),
        );
    }

    /** Gives a function that takes the listener off again. What a listener throws is reported as the page's own error. */
    on<K extends keyof T.EngineEvents>(event: K, listener: Listener<K>): () => void {
        return this.events.on(event, listener);
    }

    protected ready({ signal }: CallOptions): Promise<Connection> {
        return untilAborted(signal, 'cancelled while the engine was started, which goes on', () => this.life.ready());
    }

    /** Something that changes no table. */
    protected readonly read = async (op: string, args: object, options: CallOptions = {}): Promise<Answer> => {
        await undefined; // as changes do, so that calls reach the engine in their order
        const connection = await this.ready(options);
        const answer = await connection.call(op, args, { ...options, reads: true }).catch(async (error: TarnError) => {
            throw await this.life.explain(error);
        });
        this.life.answered();
        return answer;
    };

    /** Something that may commit. */
    protected async change(op: string, args: object, options: CallOptions = {}): Promise<Answer> {
        this.life.requireStorage();
        await this.life.settleRole();
        const connection = await this.ready(options);
        const answer = await whileCommitting(() => connection.call(op, args, options)).catch(async (error: TarnError) => {
            if (error.code === 'TARN_E_FULL') void this.quotaWatch.full();
            throw await this.life.explain(error);
        });
        this.life.committed();
        void this.quotaWatch.look();
        return answer;
    }

    protected async changeTable(op: string, args: object, options: CallOptions = {}): Promise<T.Change> {
        return (await this.change(op, args, options)).json as unknown as T.Change;
    }
}
