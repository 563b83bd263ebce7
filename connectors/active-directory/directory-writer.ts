import { AddRequest, Attribute, Change, Control, DeleteRequest, ModifyRequest } from 'ldapts'
import { type Account, signedIn } from './domain-controller.ts'
import type { LdapConnection, LdapServer } from './ldap-connection.ts'
import { LdapFault } from './ldap-fault.ts'
import type { RawEntry } from './raw-entry.ts'

/** Values of attributes by their names; texts or octets. */
export type Values = Readonly<Record<string, readonly (string | Buffer)[]>>

/** LDAP_SERVER_TREE_DELETE, MS-ADTS 3.1.1.3.4.1.15 */
const WITH_ALL_BELOW = '1.2.840.113556.1.4.805'
const NO_SUCH_OBJECT = 32

/**
 * Writes into a directory what its administrator would. Landbridge itself only reads directories; this is for the demonstration,
 * which puts a company of its own into one. Every method rejects with LdapFault.
 */
export class DirectoryWriter {
  readonly #connection: LdapConnection
  /** The domain: `DC=corp,DC=example,DC=com`. */
  readonly domain: string

  private constructor(connection: LdapConnection, domain: string) {
    this.#connection = connection
    this.domain = domain
  }

  /** Over TLS, signed in. SourceFailure. */
  static async open(server: LdapServer, account: Account, signal?: AbortSignal): Promise<DirectoryWriter> {
    const { connection, identity } = await signedIn(server, account, signal === undefined ? {} : { signal })
    return new DirectoryWriter(connection, identity.namingContext)
  }

  async find(place: string, attributes: readonly string[]): Promise<RawEntry | undefined> {
    try {
      const { entries } = await this.#connection.search({ base: place, scope: 'base', attributes })
      return entries[0]
    } catch (error) {
      if (error instanceof LdapFault && error.code === NO_SUCH_OBJECT) return undefined
      throw error
    }
  }

  async add(place: string, values: Values): Promise<void> {
    const attributes = Object.entries(values).map(attributeOf)
    await this.#connection.change((messageId) => new AddRequest({ messageId, dn: place, attributes }))
  }

  /** `replace` puts values in the place of what there was, none of them takes the attribute away; `add` puts them beside it. */
  async modify(place: string, { replace = {}, add = {} }: { replace?: Values; add?: Values }): Promise<void> {
    const changes = [
      ...Object.entries(replace).map(
        (each) => new Change({ operation: 'replace', modification: attributeOf(each) }),
      ),
      ...Object.entries(add).map((each) => new Change({ operation: 'add', modification: attributeOf(each) })),
    ]
    await this.#connection.change((messageId) => new ModifyRequest({ messageId, dn: place, changes }))
  }

  /** The object and everything below it. */
  async removeTree(place: string): Promise<void> {
    const controls = [new Control(WITH_ALL_BELOW, { critical: true })]
    await this.#connection.change((messageId) => new DeleteRequest({ messageId, dn: place, controls }))
  }

  close(): Promise<void> {
    return this.#connection.close()
  }
}

const attributeOf = ([type, values]: readonly [string, readonly (string | Buffer)[]]): Attribute =>
  new Attribute({ type, values: values.map((value) => Buffer.from(value as string)) })
