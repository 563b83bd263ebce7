import { type ScriptedSmtp, scriptedSmtp } from '#test/support/scripted-smtp.ts'

/**
 * A next hop that takes most messages; refuses some for a while, closes now and then, and sometimes takes a message and closes
 * without a word: `lost` counts those. `next` gives numbers from 0 to 1.
 */
export async function flakyHop(next: () => number): Promise<{ server: ScriptedSmtp; lost: () => number }> {
  let lost = 0
  const server = await scriptedSmtp({
    command: (verb) => {
      const chance = next()
      if (verb === 'RCPT' && chance < 0.05) return '450 4.2.0 later'
      if (verb === 'MAIL' && chance < 0.03) return '421 4.3.2 closing'
      if (verb === 'DATA' && chance < 0.03) return null
      return undefined
    },
    message: () => {
      const chance = next()
      if (chance < 0.05) return '451 4.3.0 busy'
      if (chance < 0.95) return '250 2.0.0 taken'
      lost++
      return null
    },
  })
  return { server, lost: () => lost }
}
