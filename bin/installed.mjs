/**
 * Loaded before src/main.ts when Landbridge was installed as a package of something else: Node refuses to strip
 * types below node_modules (ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING), so our own files are stripped here, with
 * Node's own stripper. Packages beside us are left as they are. Worker threads inherit it with --import.
 */
import { readFileSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('../', import.meta.url).href
const packages = `${root}node_modules/`

registerHooks({
  load(url, context, nextLoad) {
    const ours = url.startsWith(root) && !url.startsWith(packages) && url.endsWith('.ts')
    if (!ours) return nextLoad(url, context)
    const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'))
    return { format: 'module', source, shortCircuit: true }
  },
})
