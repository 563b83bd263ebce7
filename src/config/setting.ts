import { z } from 'zod'

/** Where a secret is: in a file of mode 0600, or in an environment variable. The configuration never holds one itself. */
export type Secret = { file: string } | { variable: string }

/** A setting: its name in the file is the key under which `settings` lists it, its environment variable follows from that. */
export type Setting<T> = {
  type: z.ZodType<T>
  default: T
  /** Whole sentences for `docs/configuration.md` and `landbridge config docs`. */
  prose: string
  /** What may be written, for people: `text`, `number from 1 to 65535`, `one of a, b`. */
  takes: string
  /** `path`: relative ones count from the folder of the configuration file. `secret`: given as a reference, never printed. */
  kind: 'text' | 'number' | 'path' | 'secret'
  /** Only where the name that follows from the key would be clumsy. */
  environment?: string
}

type Rest<T> = { default: T; prose: string; environment?: string }

/** `fits` says of what the pattern lets through whether it means something. */
export const text = (
  rest: Rest<string> & { pattern?: RegExp; fits?: (value: string) => boolean; takes?: string },
): Setting<string> => {
  const { pattern = /^[^\x00-\x1f\x7f]*$/, fits = () => true, takes = 'text', ...others } = rest
  return { type: z.string().max(1024).regex(pattern).refine(fits), takes, kind: 'text', ...others }
}

export const wholeNumber = (rest: Rest<number> & { from: number; to: number }): Setting<number> => {
  const { from, to, ...others } = rest
  const takes = `whole number from ${from} to ${to}`
  return { type: z.number().int().min(from).max(to), takes, kind: 'number', ...others }
}

/** 0 lets the system choose a free port, which the start then names. */
export const port = (rest: Rest<number>): Setting<number> => wholeNumber({ from: 0, to: 65_535, ...rest })

export const oneOf = <const T extends readonly [string, ...string[]]>(
  words: T,
  rest: Rest<T[number]>,
): Setting<T[number]> => ({
  type: z.enum(words) as z.ZodType<T[number]>,
  takes: `one of ${words.join(', ')}`,
  kind: 'text',
  ...rest,
})

/** `yes` or `no`; `true` and `false`, as other YAML files have it, say the same. */
export const yesOrNo = (rest: Rest<'yes' | 'no'>): Setting<'yes' | 'no'> => {
  const { type, ...setting } = oneOf(['yes', 'no'], rest)
  return {
    ...setting,
    type: z.preprocess((value) => said.get(String(value)) ?? value, type) as z.ZodType<'yes' | 'no'>,
  }
}
const said = new Map([
  ['true', 'yes'],
  ['false', 'no'],
])

/** An empty path says "not given", unless it is `required`; each setting's prose says what then happens. */
export const path = ({
  required = false,
  ...rest
}: Rest<string> & { required?: boolean }): Setting<string> => ({
  type: z
    .string()
    .min(required ? 1 : 0)
    .max(4096)
    .regex(/^[^\0]*$/),
  takes: 'path',
  kind: 'path',
  ...rest,
})

export const secret = (rest: { prose: string }): Setting<Secret | null> => ({
  type: z.union([
    z.strictObject({ file: z.string().min(1).max(4096) }),
    z.strictObject({ variable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) }),
  ]),
  takes: '`file: PATH` of a file with mode 0600, or `variable: NAME` of an environment variable',
  kind: 'secret',
  default: null,
  ...rest,
})
