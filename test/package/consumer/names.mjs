// Prints what each package exports to an ES module.
const names = {}
for (const name of process.argv.slice(2)) names[name] = Object.keys(await import(name))
console.log(JSON.stringify(names))
