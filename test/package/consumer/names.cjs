// Prints what each package exports to a CommonJS module.
const names = {}
for (const name of process.argv.slice(2)) names[name] = Object.keys(require(name))
console.log(JSON.stringify(names))
