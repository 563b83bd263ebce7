import { DemoFault, until } from '../demo-fault.ts'
import { MailProgram } from '../mail-program.ts'
import { OUTSIDER, sendFromOutside } from '../outside.ts'
import { addressOf, cast, ROUTING_DOMAIN, type Scene, SHARED_DOMAIN } from '../scene.ts'

/** Mail in both directions through the domain that both sides share, and to a group with members on both. */
export async function mail(scene: Scene): Promise<void> {
  const { stage, signal, exchange, landbridge, password, smartHost } = scene
  const way = smartHost === undefined ? '' : ` All of it goes by way of the mail server at port ${smartHost}.`
  await stage.act(
    'Mail both ways',
    `${SHARED_DOMAIN} belongs to both. Exchange sends to people here by ${ROUTING_DOMAIN}; Landbridge sends to people there over its route to Exchange.${way}`,
    async () => {
      const anna = new MailProgram(exchange, addressOf(cast.head), password)
      const nora = new MailProgram(landbridge, addressOf(cast.settled), password)
      try {
        await anna.send([nora.address], 'Willkommen auf der anderen Seite', 'Hallo Nora!')
        await arrived(nora, 'Willkommen auf der anderen Seite')
        stage.say(`${anna.address} on Exchange wrote to ${nora.address} on Landbridge: arrived, once.`)
        await nora.send([anna.address, `works-council@${SHARED_DOMAIN}`], 'Réunion à Lyon – 会議', 'Bonjour')
        await arrived(anna, 'Réunion à Lyon')
        await arrived(nora, 'Réunion à Lyon')
        stage.say(
          `${nora.address} wrote to ${anna.address} and to a group with members on both sides: arrived, once each.`,
        )
        await sendFromOutside(edgeOf(scene), [anna.address, nora.address], 'Offer for autumn', signal)
        for (const program of [anna, nora]) await arrived(program, 'Offer for autumn')
        stage.say(`${OUTSIDER} wrote to both: each has it in her own mailbox, once.`)
      } finally {
        anna.close()
        nora.close()
      }
      await stage.command(landbridge, ['trace', '--recipient', addressOf(cast.head)], { lines: 8 })
    },
  )

  /** In the inbox once, and in no other copy. DemoFault. */
  async function arrived(program: MailProgram, subject: string): Promise<void> {
    const found = await until(
      `That "${subject}" arrived at ${program.address}`,
      async () => {
        const all = await program.find('inbox', subject)
        return all.length > 0 ? all : undefined
      },
      { signal },
    )
    if (found.length !== 1) throw new DemoFault(`"${subject}" arrived ${found.length} times`)
  }
}

/** Where the world sends mail of the shared domain to: as long as people move, the Exchange side, or the server before it. */
export const edgeOf = ({ smartHost, exchange }: Pick<Scene, 'smartHost' | 'exchange'>): number =>
  smartHost ?? exchange.ports['smtp.mxPort']
