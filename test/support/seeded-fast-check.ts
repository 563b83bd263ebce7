/** `fast-check` as tests get it by `same-numbers.ts`. */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.LANDBRIDGE_SEED) })

export * from 'fast-check'
export default fc
