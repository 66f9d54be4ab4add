/** What kind of failure it was: the codes of the C library (include/tarn/error.h), and four of the loader's own. */
export type TarnErrorCode =
    | 'TARN_E_INVALID'
    | 'TARN_E_NOT_FOUND'
    | 'TARN_E_EXISTS'
    | 'TARN_E_FORMAT'
    | 'TARN_E_UNSUPPORTED'
    | 'TARN_E_IO'
    | 'TARN_E_FULL'
    | 'TARN_E_MEMORY'
    | 'TARN_E_CORRUPT'
    | 'TARN_E_LOCKED'
    | 'TARN_E_READ_ONLY'
    | 'TARN_E_CANCELLED'
    | 'TARN_E_SQL'
    | 'TARN_E_FORBIDDEN'
    | 'TARN_E_CONFLICT'
    | 'TARN_E_NEWER'
    | 'TARN_E_ENGINE_LOST'
    | 'TARN_E_INTERNAL'
    /** The page is not cross-origin isolated; see `installIsolation`. */
    | 'TARN_E_NOT_ISOLATED'
    /** The engine's files could not be fetched or started; the next call tries again. */
    | 'TARN_E_LOAD'
    /** The engine was closed by the page. */
    | 'TARN_E_CLOSED'
    /** The site's data were removed while the engine was open: nothing is kept any more until it is started anew. */
    | 'TARN_E_ERASED';

/** Every failure of the engine. `name` is "AbortError" for what was cancelled, as the platform's own. */
export class TarnError extends Error {
    readonly code: TarnErrorCode;

    constructor(code: TarnErrorCode, message: string, options?: ErrorOptions) {
        super(message, options);
        this.name = code === 'TARN_E_CANCELLED' ? 'AbortError' : 'TarnError';
        this.code = code;
    }
}
