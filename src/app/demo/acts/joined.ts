import { connectExchange } from '../exchange-administrator.ts'
import { cast, ROUTING_DOMAIN, type Scene, SHARED_DOMAIN } from '../scene.ts'

/** One address book, and service accounts on both sides with which each asks the other when people are free. */
export async function joined(scene: Scene): Promise<void> {
  const { stage, exchange, landbridge, password } = scene
  await stage.act(
    'Joined',
    'One address book, from the directory. Each side asks the other when people are free, with a service account: no federation.',
    async () => {
      await stage.command(landbridge, ['org', 'interop', 'on'])
      const { args, stdin } = scene.directory.connection
      await stage.command(landbridge, ['gal', 'connect', ...args], { stdin, lines: 1 })
      await stage.command(landbridge, ['gal', 'sync'])
      await stage.command(landbridge, ['gal', 'search', 'mueller'])
      await connectExchange(scene)
      const account = (side: typeof exchange, name: string, use: readonly string[]) =>
        stage
          .command(side, ['user', 'add', name, '--email', `${name}@${SHARED_DOMAIN}`, '--password-stdin'], {
            stdin: password,
            lines: 0,
          })
          .then(() => stage.command(side, [...use, name], { lines: 1 }))
      await account(exchange, cast.availabilityThere, ['availability', 'account', 'add'])
      await account(exchange, cast.migration, ['impersonation', 'account', 'add'])
      await account(landbridge, cast.availabilityHere, ['availability', 'account', 'add'])
      for (const [asking, domain, asked, user] of [
        [landbridge, SHARED_DOMAIN, exchange, cast.availabilityThere],
        [exchange, ROUTING_DOMAIN, landbridge, cast.availabilityHere],
      ] as const)
        await stage.command(
          asking,
          [
            ...['availability', 'add', domain, '--ews', asked.ewsUrl, '--authorities', asked.certificateFile],
            ...['--user', `${user}@${SHARED_DOMAIN}`, '--password-stdin'],
          ],
          { stdin: password, lines: 2 },
        )
    },
  )
}
