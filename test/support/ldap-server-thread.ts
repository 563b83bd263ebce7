/** A domain controller for tests in a thread of its own, so that its work is not taken for ours. */
import { parentPort, workerData } from 'node:worker_threads'
import { manyObjects } from './ldap-many.ts'
import { StubLdapServer } from './ldap-server.ts'

const server = await StubLdapServer.start({ objects: manyObjects(workerData as number) })
server.maxValRange = 1_500
parentPort!.postMessage({ port: server.port, authorities: server.authorities })
parentPort!.once('message', () => void server.close().then(() => process.exit()))
