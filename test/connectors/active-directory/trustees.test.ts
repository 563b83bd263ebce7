import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LdapConnection } from '#connectors/active-directory/ldap-connection.ts'
import { parseSid } from '#connectors/active-directory/security-descriptor.ts'
import { Trustees } from '#connectors/active-directory/trustees.ts'
import { StubLdapServer, type StubObject } from '#test/support/ldap-server.ts'
import { guidOf } from './organisation.ts'

const ANNA = 'S-1-5-21-1-2-3-1105'
const GROUP = 'S-1-5-21-1-2-3-1108'
const TEAM = 'S-1-5-21-1-2-3-1109'
const MASTER = 'S-1-5-21-7-8-9-2001'

const object = (number: number, attributes: StubObject['attributes']): StubObject => ({
  guid: guidOf(number),
  dn: `CN=${number},DC=corp,DC=example,DC=com`,
  usn: number,
  attributes,
})

test('rights of an account of another forest are those of the mailbox that is linked to it', async () => {
  const server = await StubLdapServer.start({
    objects: [
      object(1, { objectSid: parseSid(ANNA) }),
      object(2, { objectSid: parseSid('S-1-5-21-1-2-3-1106'), msExchMasterAccountSid: parseSid(MASTER) }),
      // What the domain itself keeps for the account of the other forest.
      object(3, { objectClass: ['top', 'foreignSecurityPrincipal'], objectSid: parseSid(MASTER) }),
      // A shared mailbox is its own master.
      object(4, { objectSid: parseSid('S-1-5-21-1-2-3-1107'), msExchMasterAccountSid: parseSid('S-1-5-10') }),
      object(5, { objectClass: ['top', 'group'], objectSid: parseSid(GROUP) }),
      object(6, { objectClass: ['top', 'group'], objectSid: parseSid(TEAM), mailNickname: 'team' }),
    ],
  })
  const { port, authorities } = server
  const connection = await LdapConnection.open({ host: 'localhost', port, security: 'ldaps', authorities })
  try {
    const trustees = new Trustees(connection, server.base)
    const strangers = ['S-1-5-21-4-4-4-1', 'S-1-5-10', 'S-1-1-0']
    await trustees.learn([ANNA, MASTER, ...strangers])
    assert.deepEqual(trustees.linksOf([ANNA, MASTER, ...strangers]), [
      { guid: guidOf(1) },
      { guid: guidOf(2) },
      // Deleted, or of another forest: it is planned with by name, and listed.
      { place: 'S-1-5-21-4-4-4-1' },
    ])
    await trustees.learn([GROUP, TEAM])
    assert.deepEqual(trustees.linksOf([GROUP, TEAM]), [
      { place: 'CN=5,DC=corp,DC=example,DC=com' },
      { guid: guidOf(6) },
    ])
    const searches = server.searches.length
    await trustees.learn([MASTER, ...strangers])
    assert.equal(server.searches.length, searches, 'what is known is not asked again')
  } finally {
    await connection.close()
    await server.close()
  }
})
