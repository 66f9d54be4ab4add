/** Made-up orders, as untidy as real ones: the same each time. */

const cities = ['Oslo', ' Bergen', 'oslo', 'Trondheim ', 'Stavanger', 'BERGEN', 'Tromsø', ' Oslo ', 'Bodø', 'Trondheim'];
const items = ['rope', 'ice axe', 'tent', 'stove', 'map', 'Head lamp', 'boots', 'head lamp'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function generator(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
}

/** Dates as several people type them. */
function day(random: (below: number) => number): string {
    const date = new Date(Date.UTC(2024, 0, 1 + random(730)));
    const iso = date.toISOString().slice(0, 10);
    const how = random(10);
    if (how < 7) return iso;
    return how < 9 ? `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}` : iso.replaceAll('-', '/');
}

export function sampleFile(rows = 20_000): File {
    const random = generator(42);
    const lines = ['order,day,customer,city,item,quantity,price,paid'];
    for (let i = 1; i <= rows; i++) {
        const price = (random(20_000) / 100 + 5).toFixed(2);
        const paid = random(20) === 0 ? '' : String(random(3) > 0);
        const quantity = random(40) === 0 ? '' : String(1 + random(9));
        lines.push(`${i},${day(random)},customer ${random(2000)},${cities[random(10)]},${items[random(8)]},${quantity},$${price},${paid}`);
    }
    return new File([lines.join('\n'), '\n'], 'orders.csv', { type: 'text/csv' });
}
