import type { OrganizationId } from '#src/base/ids.ts'
import { loadConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { dataFolderPaths } from '../../data-folder.ts'
import { openAlone } from '../../open-alone.ts'
import { inOrganization } from '../administration.ts'
import type { Company } from '../company.ts'
import { sizesFile } from '../mailbox-sizes.ts'
import { proveDomain } from '../prove-domain.ts'
import { cast, ROUTING_DOMAIN, type Scene, SHARED_DOMAIN } from '../scene.ts'
import { makeStandIn, makeUser } from '../stand-in.ts'

/** The Exchange side filled with the company, Landbridge with five people; then both run, each as a process of its own. */
export async function bothSides({
  stage,
  company,
  exchange,
  landbridge,
  directory,
  folder,
  signal,
  password,
}: Scene): Promise<void> {
  await stage.act(
    'The company as it is today',
    `${company.mailboxes.length} mailboxes on Exchange (this program's own service stands in its place), ${company.groups.length} groups, ${company.grants.length} delegations between people (the plan counts one to a group once for each member); ${company.settled.length} people are on Landbridge already.`,
    async () => {
      await Promise.all([exchange.furnish(), landbridge.furnish()])
      const aliases = [cast.head, cast.assistant, cast.settled]
      await directory.fill(company, { aliases, password })
      stage.say(`The directory is ${directory.name}.`)
      const passwords = new Map([cast.head, cast.assistant].map((alias) => [alias, password]))
      await makeStandIn(configOf(exchange.folder), company, passwords, {
        sizes: sizesFile(folder),
        progress: (done, total) => stage.progress(`${done} of ${total} mailboxes filled`),
        signal,
      })
      await makeLandbridge(configOf(landbridge.folder), company, password)
      await Promise.all([exchange.start(), landbridge.start()])
      stage.say(`Exchange answers at ${exchange.ewsUrl}, Landbridge at ${landbridge.ewsUrl}.`)
    },
  )
}

const configOf = (folder: string): Config =>
  loadConfig({ file: undefined, environment: {}, options: { dataFolder: folder }, optionNames: {} }).config

/** Landbridge with the domain that both share and the one that only it owns. */
async function makeLandbridge(config: Config, company: Company, password: string): Promise<void> {
  const { data, client, close } = await openAlone(config, lockDataFolder(dataFolderPaths(config).folder))
  try {
    const { OrganizationId } = await client.call('CreateOrganization', { Alias: 'corp' })
    const organization = OrganizationId as OrganizationId
    const here = inOrganization(client, organization)
    for (const [DomainName, Use] of [
      [SHARED_DOMAIN, 'MAIL'],
      [ROUTING_DOMAIN, 'ROUTING'],
    ] as const) {
      await here('RegisterMailDomain', { DomainName, Use })
      await proveDomain(data.store, organization, DomainName)
    }
    await here('UpdateDefaultMailDomain', { DomainName: SHARED_DOMAIN })
    await here('UpdateRoutingDomain', { DomainName: ROUTING_DOMAIN })
    for (const one of company.settled)
      await makeUser(here, one, one.alias === cast.settled ? password : undefined)
  } finally {
    await close()
  }
}
