/** A domain controller for tests in a process of its own, so that neither its work nor its memory is taken for ours. */
import { manyObjects } from './ldap-many.ts'
import { StubLdapServer } from './ldap-server.ts'

const server = await StubLdapServer.start({ objects: manyObjects(Number(process.argv[2])) })
server.maxValRange = 1_500
process.send!({ port: server.port, authorities: server.authorities })
/** Asked for anything it tells how many seconds of a processor it has taken. */
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send!((user + system) / 1e6)
})
process.once('disconnect', () => void server.close().then(() => process.exit()))
