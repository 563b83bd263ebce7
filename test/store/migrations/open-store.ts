/** A process of a test: opens the store in the folder that it is told, says when rows begin to move, and closes it. */
import { join } from 'node:path'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { openStore } from '#src/store/open.ts'

const folder = process.argv[2]!
const keys = localKeyFiles(join(folder, 'keys'))
const report = () => void process.stdout.write('.')
const store = await openStore({ folder, keyProviders: [keys], defaultKeyProvider: keys.kind, report })
await store.close()
