import type { Connection } from '#src/app/connect.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import type { Io } from './io.ts'
import { noOrganization } from './not-there.ts'
import { UsageFault } from './usage-fault.ts'
import { waitingFor } from './waiting.ts'

/** Of several organisations, how many a sentence names. */
const mostNamed = 20

/** One command at work: a service or the data itself behind it, and somebody before it. */
export class Session {
  readonly io: Io
  /** Whether a running service answers. */
  readonly serving: boolean
  readonly yes: boolean
  /** Whether the command takes --org. */
  readonly inOrganization: boolean
  readonly #connection: Connection
  readonly #org: string | undefined
  #organization: Promise<string> | undefined

  constructor(
    io: Io,
    connection: Connection,
    options: { org?: string | undefined; yes?: boolean | undefined },
    inOrganization = false,
  ) {
    this.io = io
    this.serving = connection.serving
    this.yes = options.yes === true
    this.inOrganization = inOrganization
    this.#connection = connection
    this.#org = options.org
  }

  /** Calls an operation; `undefined` members are left out. */
  call(operation: string, input: Record<string, JsonObject[string] | undefined> = {}): Promise<JsonObject> {
    const given = Object.entries(input).filter(
      (member): member is [string, JsonObject[string]] => member[1] !== undefined,
    )
    const { client } = this.#connection
    return waitingFor(this.io, client.call(operation, Object.fromEntries(given), this.io.signal))
  }

  /** As `call`, in the organisation that --org names. */
  async callHere(
    operation: string,
    input: Record<string, JsonObject[string] | undefined> = {},
  ): Promise<JsonObject> {
    return this.call(operation, { OrganizationId: await this.organization(), ...input })
  }

  /** Without the Ctrl-C that ended what came before: to clean up. */
  callAnyway(operation: string, input: JsonObject): Promise<JsonObject> {
    return this.#connection.client.call(operation, input)
  }

  /** Answers of an operation that does a part of its work at each call, until nothing is left. */
  async *partsHere(operation: string, input: Record<string, JsonObject[string] | undefined> = {}) {
    for (let next: string | undefined; ; ) {
      const part: JsonObject = await this.callHere(operation, { ...input, NextToken: next })
      const { NextToken, ...answer } = part
      yield answer as JsonObject
      if (typeof NextToken !== 'string') return
      next = NextToken
    }
  }

  /** The id of the organisation that --org names by alias or id; the only one there is without it. */
  organization(): Promise<string> {
    this.#organization ??= this.#findOrganization(this.#org)
    return this.#organization
  }

  /** The id of the organisation with that alias or id. */
  organizationNamed(text: string): Promise<string> {
    return this.#findOrganization(text)
  }

  /** Rows of a list, page after page. */
  async *pages(
    operation: string,
    member: string,
    input: Record<string, JsonObject[string] | undefined> = {},
  ) {
    for (let next: string | undefined; ; ) {
      const page: JsonObject = await this.call(operation, { ...input, MaxResults: 100, NextToken: next })
      yield page[member] as readonly JsonObject[]
      if (typeof page.NextToken !== 'string') return
      next = page.NextToken
    }
  }

  /** As `pages`, in the organisation that --org names. */
  async *pagesHere(
    operation: string,
    member: string,
    input: Record<string, JsonObject[string] | undefined> = {},
  ) {
    yield* this.pages(operation, member, { OrganizationId: await this.organization(), ...input })
  }

  async #findOrganization(wanted: string | undefined): Promise<string> {
    if (wanted !== undefined && wanted !== '') {
      const [found] = await this.#organizations({ AliasOrId: wanted })
      if (found !== undefined) return String(found.OrganizationId)
    }
    const first = await this.#organizations({ MaxResults: mostNamed + 1 })
    if (first.length === 0)
      throw noOrganization('There is no organisation yet. Make one with "landbridge org create ALIAS".')
    if (wanted === undefined && first.length === 1) return String(first[0]!.OrganizationId)
    const names = first.slice(0, mostNamed).map(({ Alias }) => String(Alias))
    const there = `There are: ${names.join(', ')}${first.length > mostNamed ? ' and more' : ''}.`
    if (wanted === undefined) throw new UsageFault(`Say which organisation with --org. ${there}`)
    if (wanted === '') throw new UsageFault(`--org is empty. Say which organisation. ${there}`)
    throw noOrganization(`There is no organisation "${wanted}". ${there}`)
  }

  async #organizations(input: JsonObject): Promise<readonly JsonObject[]> {
    return (await this.call('ListOrganizations', input)).OrganizationSummaries as readonly JsonObject[]
  }
}
