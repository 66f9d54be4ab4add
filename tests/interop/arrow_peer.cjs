// arrow_peer.cjs FILE: reads Arrow data with Apache Arrow's JavaScript library and prints its rows as JSON.
const fs = require('fs');
const { tableFromIPC } = require('apache-arrow');

const plain = (value) => {
    if (value === null || value === undefined) return null;
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'object' && typeof value.toJSON === 'function') return plain(value.toJSON());
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === 'object')
        return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, plain(inside)]));
    return value;
};

const table = tableFromIPC(fs.readFileSync(process.argv[2]));
const rows = [];
for (const row of table) rows.push(plain(row.toJSON()));
process.stdout.write(JSON.stringify(rows));
