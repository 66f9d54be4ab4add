/** Made-up orders, as untidy as real ones: the same each time. */

const cities = ['Oslo', ' Bergen', 'oslo', 'Trondheim ', 'Stavanger', 'BERGEN', 'Tromsø', ' Oslo '];
const items = ['rope', 'ice axe', 'tent', 'stove', 'map', 'head lamp', 'boots'];

export function sampleOrders(rows: number): File {
    let seed = 42;
    const random = (below: number): number => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return Math.floor((seed / 2 ** 32) * below);
    };
    const lines = ['order,day,customer,city,item,quantity,price,paid'];
    for (let i = 1; i <= rows; i++) {
        const day = new Date(Date.UTC(2024, 0, 1 + random(730))).toISOString().slice(0, 10);
        const price = (random(20000) / 100 + 5).toFixed(2);
        const paid = random(20) === 0 ? '' : String(random(3) > 0);
        lines.push(`${i},${day},customer ${random(5000)},${cities[random(8)]},${items[random(7)]},${1 + random(9)},${price},${paid}`);
    }
    return new File([lines.join('\n'), '\n'], 'orders.csv', { type: 'text/csv' });
}
