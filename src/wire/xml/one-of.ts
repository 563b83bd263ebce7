/** An object with exactly one of these properties: a choice among elements. `value.Message?.Subject` reads one. */
export type OneOf<T> = {
  [K in keyof T]: { [P in K]: T[P] } & { [P in Exclude<keyof T, K>]?: undefined }
}[keyof T]
