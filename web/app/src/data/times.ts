/** Arrow's days and ticks as SQL writes them, each exactly. */

const LARGEST = 2n ** 63n - 1n; // which stands for an infinite time, and so does its negative
const LARGEST_DAY = 2 ** 31 - 1;
const SECONDS_PER_DAY = 86400n;
/** Digits of a second's fraction, by Arrow's units: seconds, milliseconds, microseconds, nanoseconds. */
const DIGITS = [0, 3, 6, 9] as const;

function pad(number: number | bigint, digits: number): string {
    return String(number).padStart(digits, '0');
}

/** Days since 1970 in the calendar. */
export function dayText(days: number): string {
    if (days === LARGEST_DAY) return 'infinity';
    if (days <= -LARGEST_DAY) return '-infinity';
    const shifted = days + 719468; // since 0000-03-01
    const era = Math.floor(shifted / 146097);
    const day = shifted - era * 146097;
    const yearOfEra = Math.floor((day - Math.floor(day / 1460) + Math.floor(day / 36524) - Math.floor(day / 146096)) / 365);
    const dayOfYear = day - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
    const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
    const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    const written = `${pad(year > 0 ? year : 1 - year, 4)}-${pad(month, 2)}-${pad(dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1, 2)}`;
    return year > 0 ? written : `${written} (BC)`;
}

/** A time of the day in ticks of a unit. */
export function clockText(ticks: bigint, unit: number): string {
    const digits = DIGITS[unit] ?? 6;
    const scale = 10n ** BigInt(digits);
    const seconds = ticks / scale;
    const clock = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
    const fraction = pad(ticks % scale, digits).replace(/0+$/, '');
    return digits === 0 || fraction === '' ? clock : `${clock}.${fraction}`;
}

/** A point in time in ticks since 1970. */
export function timestampText(ticks: bigint, unit: number, zone: string | null): string {
    if (ticks === LARGEST) return 'infinity';
    if (ticks <= -LARGEST) return '-infinity';
    const day = SECONDS_PER_DAY * 10n ** BigInt(DIGITS[unit] ?? 6);
    const within = ((ticks % day) + day) % day;
    const text = `${dayText(Number((ticks - within) / day))} ${clockText(within, unit)}`;
    return zone === null || zone === '' ? text : `${text}Z`;
}

/** A whole number of units with a point before its last `scale` digits. */
export function decimalText(units: bigint | number, scale: number): string {
    const written = String(units);
    const negative = written.startsWith('-');
    const digits = (negative ? written.slice(1) : written).padStart(scale + 1, '0');
    const number = scale > 0 ? `${digits.slice(0, -scale)}.${digits.slice(-scale)}` : digits;
    return negative ? `-${number}` : number;
}
