/** A large organisation that is made as it is read: objects of the size that real ones have. */
import type { StubObject, StubObjects } from './ldap-server.ts'

const GROUPS_EVERY = 100
const LARGEST_GROUP = 5_000

const guidOf = (at: number): string => `00000000-0000-4000-8000-${at.toString(16).padStart(12, '0')}`

/** Every hundredth object is a group of a hundred; the first has 5,000 members. */
export function manyObjects(count: number): StubObjects {
  return { length: count, at: (index) => (index < count ? objectAt(index, count) : undefined) }
}

function objectAt(at: number, count: number): StubObject {
  const isGroup = at % GROUPS_EVERY === 0
  const alias = `${isGroup ? 'group' : 'person'}${at}`
  const common = {
    mailNickname: alias,
    displayName: `Müller, Person ${at}`,
    proxyAddresses: [
      `SMTP:${alias}@corp.example.com`,
      `smtp:${alias}@old.example.com`,
      `X500:/o=First/cn=${alias}`,
    ],
    legacyExchangeDN: `/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${alias}`,
  }
  const members = () => {
    const size = Math.min(at === 0 ? LARGEST_GROUP : GROUPS_EVERY, count)
    return Array.from(
      { length: size },
      (_, each) => `<GUID=${guidOf((at + each) % count)}>;CN=Person ${each},DC=corp,DC=example,DC=com`,
    )
  }
  return {
    guid: guidOf(at),
    dn: `CN=Person ${at},OU=Department ${at % 40},OU=People,DC=corp,DC=example,DC=com`,
    usn: 1 + (at % 900),
    attributes: isGroup
      ? { ...common, objectClass: ['top', 'group'], msExchRecipientTypeDetails: '256', member: members() }
      : {
          ...common,
          objectClass: ['top', 'person', 'organizationalPerson', 'user'],
          msExchRecipientTypeDetails: '1',
          homeMDB: 'CN=DB1,CN=Databases,CN=Configuration,DC=corp,DC=example,DC=com',
          sAMAccountName: alias,
          userPrincipalName: `${alias}@corp.example.com`,
          userAccountControl: '512',
          givenName: 'Person',
          sn: 'Müller',
          title: 'Consultant',
          department: `Department ${at % 40}`,
          company: 'Example',
          telephoneNumber: `+49 89 ${at}`,
          l: 'München',
          co: 'Deutschland',
          manager: `<GUID=${guidOf(at - (at % 10))}>;CN=Person,DC=corp,DC=example,DC=com`,
        },
  }
}
