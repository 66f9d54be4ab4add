/** The engine's JSON has names_like_this; this interface has namesLikeThis. What people named themselves stays as it is. */

/** Members whose content is people's own, or the registry's. */
const untouched = new Set(['parameters', 'recipe', 'commands', 'map', 'answers', 'types']);

export function camelize(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(camelize);
    if (typeof value !== 'object' || value === null) return value;
    const out: Record<string, unknown> = {};
    for (const [key, inner] of Object.entries(value))
        out[key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = untouched.has(key)
            ? inner
            : camelize(inner);
    return out;
}

/** The names of a call's arguments. */
export function snakeNames(args: object): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(args))
        out[key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
    return out;
}
